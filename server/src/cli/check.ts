import pc from "picocolors";
import { diskFileSystem, normalizePath, Workspace } from "../compiler";
import { language, speak, t } from "../text/translate";
import { analyzeFiles } from "./analyze-files";
import { BaselineFile, readBaseline, type AppliedBaseline } from "./baseline";
import { UsageError, type CliEnvironment, type ExitCode } from "./environment";
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
  /** A file with findings that are put up with. */
  readonly baseline?: string;
  /** Where everything that is found is written to, to be put up with from then on. */
  readonly writeBaseline?: string;
}

/** `shapewright check`: prints the diagnostics of every file below the paths. */
export function check(environment: CliEnvironment, paths: readonly string[], options: CheckOptions): ExitCode {
  const { workingDirectory } = environment;
  if (options.baseline !== undefined && options.writeBaseline !== undefined) {
    throw new UsageError(t`--baseline reads the file that --write-baseline writes: give one of them.`);
  }
  const baseline = options.baseline === undefined ? undefined : readBaseline(options.baseline, workingDirectory);
  // Messages are compared with those that were written then.
  if (baseline) speak(baseline.language);
  const workspace = new Workspace(diskFileSystem);
  const linesOf = (path: string): readonly string[] =>
    (workspace.text(normalizePath(resolve(workingDirectory, path))) ?? "").split(/\r\n|\n|\r/);
  const found = checkedFiles(environment, workspace, paths);
  if (options.writeBaseline !== undefined) {
    const count = new BaselineFile(options.writeBaseline, workingDirectory, linesOf).write(found, language());
    environment.messages.write(`${t`${options.writeBaseline} has ${findings(count)} now.`}\n`);
    return 0;
  }
  const applied =
    baseline && options.baseline !== undefined
      ? new BaselineFile(options.baseline, workingDirectory, linesOf).apply(baseline, found)
      : undefined;
  const files = applied?.files ?? found;
  environment.output.write(formatted({ version: REPORT_VERSION, files }, options.format, linesOf, environment));
  if (applied) environment.messages.write(aboutBaseline(applied, options.baseline ?? ""));
  return exitCode(files, options.maxWarnings);
}

function checkedFiles(environment: CliEnvironment, workspace: Workspace, paths: readonly string[]): CheckedFile[] {
  const { workingDirectory } = environment;
  const reporter = new Reporter(workspace, workingDirectory);
  const found = inputFiles(workspace, workingDirectory, paths.length > 0 ? paths : ["."]);
  const files: CheckedFile[] = [];
  for (const analysis of analyzeFiles(workspace, found, tellFailure(environment))) {
    files.push(...reporter.checkedFiles(analysis));
  }
  files.push(...reporter.checkedConfigurations(found));
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** How many findings a baseline took away, and what it has that is no longer found. */
function aboutBaseline({ known, stale }: AppliedBaseline, path: string): string {
  const hidden =
    known > 0
      ? [known === 1 ? t`1 finding in ${path} is not shown.` : t`${known} findings in ${path} are not shown.`]
      : [];
  if (stale.length === 0) return hidden.map((line) => `${line}\n`).join("");
  const list = stale.map(
    (each) => `  ${each.path}: ${each.code}: ${each.line}${each.count > 1 ? ` (${each.count}×)` : ""}`,
  );
  const gone = t`${path} has entries that are no longer found. Write it again with --write-baseline:`;
  return [...hidden, gone, ...list].map((line) => `${line}\n`).join("");
}

function findings(count: number): string {
  return count === 1 ? t`1 finding` : t`${count} findings`;
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
