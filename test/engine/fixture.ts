import { LineIndex, MemoryFileSystem, Workspace } from "../../server/src/compiler";
import { visibleDiagnostics, type VisibleDiagnostic } from "../../server/src/ide/diagnostics";
import { CONFIGURATION_FILE, configurationDiagnostics, levelsFor } from "../../server/src/ide/rule-levels";
import { FixVerifier } from "../../server/src/ide/verified-fixes";
import type { WrittenFix } from "../../server/src/ide/written-fixes";
import { analyze, type Analysis } from "../../server/src/interpreter/analyze";
import { libraries } from "../../server/src/ops";

/** One file, or several by absolute path. */
export type Fixture = string | Readonly<Record<string, string>>;

export interface AnalyzedFixture {
  readonly files: Readonly<Record<string, string>>;
  readonly analysis: Analysis;
  /** Of all files, less what `// @shape-ignore` silences, and of configuration files. */
  readonly diagnostics: readonly VisibleDiagnostic[];
  readonly fixesOf: (diagnostic: VisibleDiagnostic) => readonly WrittenFix[];
}

/** The name of a fixture's only file. */
export const MAIN = "/main.ts";

/** Analyses a program as the editor and the command line do. Knows no test runner, so that scripts can use it as well. */
export function analyzeFixture(fixture: Fixture): AnalyzedFixture {
  const files = filesOf(fixture);
  const workspace = new Workspace(new MemoryFileSystem(files));
  const analysis = analyze(workspace, Object.keys(files), { libraries });
  const text = (file: string): string => files[file] ?? "";
  const sources = {
    text,
    lines: (file: string) => new LineIndex(text(file)),
    revise: (texts: ReadonlyMap<string, string>) => workspace.revise(texts),
  };
  // Sources come first in the analysis; a configuration file is none, and its mistakes are its own.
  const misconfigured = Object.keys(files).flatMap((file) => {
    const module = file.endsWith(`/${CONFIGURATION_FILE}`) ? workspace.module(file) : undefined;
    return module ? configurationDiagnostics(module).map((each) => ({ ...each, fixes: [] })) : [];
  });
  const visible = [...analysis.files.values()].flatMap((found) =>
    visibleDiagnostics(found, sources, (file) => levelsFor(workspace, file)),
  );
  const verifier = new FixVerifier(analysis, sources);
  return {
    files,
    analysis,
    diagnostics: [...visible, ...misconfigured],
    fixesOf: (diagnostic) => verifier.fixesOf(diagnostic),
  };
}

export function filesOf(fixture: Fixture): Readonly<Record<string, string>> {
  return typeof fixture === "string" ? { [MAIN]: fixture } : fixture;
}
