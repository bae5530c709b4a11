import type { Analysis, FileAnalysis } from "../interpreter/analyze";
import type { Diagnostic } from "../interpreter/recorder";
import type { Module } from "../ir";
import type { Sources } from "./lines";
import { writtenFix, type WrittenFix } from "./written-fixes";

/** A diagnostic whose fixes can be applied to the texts as they are. */
export interface VisibleDiagnostic extends Diagnostic {
  readonly fixes: readonly WrittenFix[];
}

/** The diagnostics of a file that no `// @shape-ignore` silences, in the order of the source. */
export function visibleDiagnostics(found: FileAnalysis, sources: Sources): VisibleDiagnostic[] {
  return notIgnored(found.module, found.diagnostics, sources);
}

/**
 * What an analysis found, by file, in files that it was not about: those that its files import. Only what they are called with is known
 * of them, so this is not all that there is to find.
 */
export function diagnosticsElsewhere(
  { files, machine }: Analysis,
  sources: Sources,
): ReadonlyMap<string, VisibleDiagnostic[]> {
  const elsewhere = new Map<string, Diagnostic[]>();
  for (const diagnostic of machine.recorder.diagnostics()) {
    const { file } = diagnostic.span;
    if (!files.has(file)) elsewhere.set(file, [...(elsewhere.get(file) ?? []), diagnostic]);
  }
  return new Map(
    [...elsewhere].map(([file, found]) => {
      const module = machine.modules.get(file)?.module;
      return [file, module && !module.broken ? notIgnored(module, found, sources) : []];
    }),
  );
}

function notIgnored(module: Module, found: readonly Diagnostic[], sources: Sources): VisibleDiagnostic[] {
  const { ignoredLines } = module;
  const lines = sources.lines(module.file);
  // A call over several lines may carry the comment where it begins or where it ends.
  const isIgnored = ({ span }: Diagnostic): boolean =>
    ignoredLines.has(lines.position(span.start).line) || ignoredLines.has(lines.position(span.end).line);
  return found
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
