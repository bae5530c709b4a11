import pc from "picocolors";
import { diskFileSystem, Workspace } from "../compiler";
import { analyzeFiles } from "./analyze-files";
import { usesColor } from "./color";
import type { CliEnvironment, ExitCode } from "./environment";
import { tellFailure } from "./failure";
import { prettyTrace } from "./formats/pretty-trace";
import { inputFiles } from "./input-files";
import { Reporter, REPORT_VERSION, type TracedFile } from "./report";

export const TRACE_FORMATS = ["pretty", "json"] as const;

export interface TraceOptions {
  readonly format: (typeof TRACE_FORMATS)[number];
}

/** `shapewright trace`: prints the shape of every tensor expression. */
export function trace(environment: CliEnvironment, paths: readonly string[], { format }: TraceOptions): ExitCode {
  const { workingDirectory } = environment;
  const workspace = new Workspace(diskFileSystem);
  const reporter = new Reporter(workspace, workingDirectory);
  const found = inputFiles(workspace, workingDirectory, paths);
  const files: TracedFile[] = [];
  for (const analysis of analyzeFiles(workspace, found, tellFailure(environment))) {
    files.push(...reporter.tracedFiles(analysis));
  }
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  const report = { version: REPORT_VERSION, files } as const;
  environment.output.write(
    format === "json"
      ? `${JSON.stringify(report, undefined, 2)}\n`
      : prettyTrace(report, pc.createColors(usesColor(environment))),
  );
  return 0;
}
