import { analyze, type Analysis } from "../interpreter/analyze";
import type { ModuleSource } from "../interpreter/machine";
import type { Diagnostic } from "../interpreter/recorder";
import { libraries } from "../ops";
import type { Edit } from "../rules/finding";
import { silences, type VisibleDiagnostic } from "./diagnostics";
import type { Sources } from "./lines";
import { applyEdits, type WrittenFix } from "./written-fixes";

/** Texts that can be looked at as they would be after an edit. */
export interface Revisable extends Sources {
  revise(texts: ReadonlyMap<string, string>): ModuleSource & Sources;
}

/**
 * Tells which fixes do what they promise. A fix is tried on the edited texts: its diagnostic must be gone, no other may have come, and
 * no shape may have been lost, since what is not known is not complained about either.
 */
export class FixVerifier {
  private readonly answers = new WeakMap<WrittenFix, boolean>();
  private readonly before: readonly Diagnostic[];

  constructor(
    private readonly analysis: Analysis,
    private readonly sources: Revisable,
    private readonly isCancelled: () => boolean = () => false,
  ) {
    this.before = complaints(analysis, sources);
  }

  /** The fixes of a diagnostic that work, the likeliest first and preferred. */
  fixesOf(diagnostic: VisibleDiagnostic): WrittenFix[] {
    const working = diagnostic.fixes.filter((fix) => this.works(diagnostic, fix));
    return working.map((fix, index) => ({ ...fix, preferred: index === 0 }));
  }

  /** Whether a fix does away with its diagnostic and brings no other. */
  works(diagnostic: Diagnostic, fix: WrittenFix): boolean {
    const known = this.answers.get(fix);
    if (known !== undefined) return known;
    const answer = this.attempt(diagnostic, fix);
    this.answers.set(fix, answer);
    return answer;
  }

  private attempt(diagnostic: Diagnostic, fix: WrittenFix): boolean {
    const revision = this.sources.revise(revisedTexts(fix.edits, this.sources));
    if (fix.edits.some(({ span }) => revision.module(span.file)?.broken !== false)) return false;
    const files = [...this.analysis.files.keys()];
    const after = analyze(revision, files, { libraries, isCancelled: this.isCancelled });
    if (this.isCancelled()) return false;
    const others = this.before.filter((each) => !sameDiagnostic(each, diagnostic));
    const known = new Set(others.flatMap((each) => keysAfter(each, fix.edits)));
    for (const key of keysAfter(diagnostic, fix.edits)) known.delete(key);
    return (
      complaints(after, revision).every(({ code, span }) => known.has(`${code} ${span.file}:${span.start}`)) &&
      lostExpressions(after) <= lostExpressions(this.analysis)
    );
  }
}

/** What a fix may not bring: whatever the analysis reports in any file that it saw, remarks excepted. */
function complaints({ machine }: Analysis, sources: Sources): Diagnostic[] {
  return [...machine.recorder.diagnostics()].filter((diagnostic) => {
    const { severity, span } = diagnostic;
    const module = machine.modules.get(span.file)?.module;
    if (!module || severity === "information") return false;
    return !module.ignores.some((comment) => silences(comment, diagnostic, sources.lines(span.file)));
  });
}

function sameDiagnostic(a: Diagnostic, b: Diagnostic): boolean {
  return a.code === b.code && a.span.file === b.span.file && a.span.start === b.span.start && a.span.end === b.span.end;
}

function lostExpressions({ files }: Analysis): number {
  return [...files.values()].reduce((sum, { coverage }) => sum + coverage.tensorExpressions - coverage.known, 0);
}

/** What a diagnostic is known by once the edits are made. Text that is inserted right before it may belong to it or not. */
function keysAfter({ code, span: { file, start } }: Diagnostic, edits: readonly Edit[]): string[] {
  const before = edits.filter(({ span }) => span.file === file && span.end <= start);
  const shift = (made: readonly Edit[]): number =>
    made.reduce((sum, { span, newText }) => sum + newText.length - (span.end - span.start), 0);
  const places = [before, before.filter(({ span }) => span.end < start)].map((made) => start + shift(made));
  return places.map((place) => `${code} ${file}:${place}`);
}

/** The texts that edits make, by file. */
export function revisedTexts(edits: readonly Edit[], sources: Sources): Map<string, string> {
  const files = new Set(edits.map(({ span }) => span.file));
  return new Map(
    [...files].map((file) => [
      file,
      applyEdits(
        sources.text(file),
        edits.filter(({ span }) => span.file === file),
      ),
    ]),
  );
}
