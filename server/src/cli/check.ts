import pc from "picocolors";
import { diskFileSystem, normalizePath, Workspace } from "../compiler";
import { analyzeFiles } from "./analyze-files";
import type { CliEnvironment, ExitCode } from "./environment";
import { githubAnnotations } from "./formats/github";
import { prettyCheck } from "./formats/pretty-check";
import { sarifLog } from "./formats/sarif";
import { inputFiles } from "./input-files";
import { tellFailure } from "./failure";
import { Reporter, REPORT_VERSION, type CheckedFile, type CheckReport } from "./report";
import { usesColor } from "./color";
import { resolve } from "node:path";

export const CHECK_FORMATS = ["pretty", "json", "sarif", "github"] as const;

export interface CheckOptions {
  readonly format: (typeof CHECK_FORMATS)[number];
  /** More warnings than this count as a failure. */
  readonly maxWarnings: number;
}

/** `shapewright check`: prints the diagnostics of every file below the paths. */
export function check(environment: CliEnvironment, paths: readonly string[], options: CheckOptions): ExitCode {
  const { workingDirectory } = environment;
  const workspace = new Workspace(diskFileSystem);
  const reporter = new Reporter(workspace, workingDirectory);
  const found = inputFiles(workspace, workingDirectory, paths.length > 0 ? paths : ["."]);
  const files: CheckedFile[] = [];
  for (const analysis of analyzeFiles(workspace, found, tellFailure(environment))) {
    files.push(...reporter.checkedFiles(analysis));
  }
  files.push(...reporter.checkedConfigurations(found));
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  const linesOf = (path: string): readonly string[] =>
    (workspace.text(normalizePath(resolve(workingDirectory, path))) ?? "").split(/\r\n|\n|\r/);
  const report = { version: REPORT_VERSION, files } as const;
  environment.output.write(formatted(report, options.format, linesOf, environment));
  return exitCode(files, options.maxWarnings);
}

function formatted(
  report: CheckReport,
  format: CheckOptions["format"],
  linesOf: (path: string) => readonly string[],
  environment: CliEnvironment,
): string {
  switch (format) {
    case "pretty":
      return prettyCheck(report, linesOf, pc.createColors(usesColor(environment)));
    case "json":
      return `${JSON.stringify(report, undefined, 2)}\n`;
    case "sarif":
      return sarifLog(report);
    case "github":
      return githubAnnotations(report);
  }
}

function exitCode(files: readonly CheckedFile[], maxWarnings: number): ExitCode {
  const severities = files.flatMap(({ diagnostics }) => diagnostics.map(({ severity }) => severity));
  if (severities.includes("error")) return 1;
  return severities.filter((severity) => severity === "warning").length > maxWarnings ? 1 : 0;
}
