import type { FileAnalysis } from "../interpreter/analyze";
import type { Diagnostic } from "../interpreter/recorder";
import type { LineLookup } from "./lines";

/** The diagnostics of a file that no `// @shape-ignore` silences, in the order of the source. */
export function visibleDiagnostics(analysis: FileAnalysis, lines: LineLookup): Diagnostic[] {
  const { ignoredLines } = analysis.module;
  if (ignoredLines.size === 0) return [...analysis.diagnostics];
  // A call over several lines may carry the comment where it begins or where it ends.
  return analysis.diagnostics.filter(
    ({ span }) =>
      !ignoredLines.has(lines.position(span.start).line) && !ignoredLines.has(lines.position(span.end).line),
  );
}
