import type { Analysis, FileAnalysis } from "../interpreter/analyze";
import type { Diagnostic } from "../interpreter/recorder";
import type { Sources } from "./lines";
import { writtenFix, type WrittenFix } from "./written-fixes";

/** A diagnostic whose fixes can be applied to the texts as they are. */
export interface VisibleDiagnostic extends Diagnostic {
  readonly fixes: readonly WrittenFix[];
}

/** The diagnostics of a file that no `// @shape-ignore` silences, in the order of the source. */
export function visibleDiagnostics(found: FileAnalysis, sources: Sources): VisibleDiagnostic[] {
  const { ignoredLines } = found.module;
  const lines = sources.lines(found.file);
  // A call over several lines may carry the comment where it begins or where it ends.
  const isIgnored = ({ span }: Diagnostic): boolean =>
    ignoredLines.has(lines.position(span.start).line) || ignoredLines.has(lines.position(span.end).line);
  return found.diagnostics
    .filter((diagnostic) => ignoredLines.size === 0 || !isIgnored(diagnostic))
    .map((diagnostic) => ({
      ...diagnostic,
      fixes: diagnostic.fixes.map((fix) => writtenFix(fix, (file) => sources.text(file))),
    }));
}

/** The visible diagnostics of all files of an analysis. */
export function allVisible(analysis: Analysis, sources: Sources): VisibleDiagnostic[] {
  return [...analysis.files.values()].flatMap((found) => visibleDiagnostics(found, sources));
}
