import { LineIndex, MemoryFileSystem, Workspace } from "../../server/src/compiler";
import { allVisible, type VisibleDiagnostic } from "../../server/src/ide/diagnostics";
import { FixVerifier } from "../../server/src/ide/verified-fixes";
import type { WrittenFix } from "../../server/src/ide/written-fixes";
import { analyze, type Analysis } from "../../server/src/interpreter/analyze";
import { libraries } from "../../server/src/ops";

/** One file, or several by absolute path. */
export type Fixture = string | Readonly<Record<string, string>>;

export interface AnalyzedFixture {
  readonly files: Readonly<Record<string, string>>;
  readonly analysis: Analysis;
  /** Of all files, less what `// @shape-ignore` silences. */
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
  const verifier = new FixVerifier(analysis, sources);
  return {
    files,
    analysis,
    diagnostics: allVisible(analysis, sources),
    fixesOf: (diagnostic) => verifier.fixesOf(diagnostic),
  };
}

export function filesOf(fixture: Fixture): Readonly<Record<string, string>> {
  return typeof fixture === "string" ? { [MAIN]: fixture } : fixture;
}
