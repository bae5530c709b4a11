import type { VisibleDiagnostic } from "../../server/src/ide/diagnostics";
import { applyEdits } from "../../server/src/ide/written-fixes";
import { analyzeFixture } from "../engine/check";
import type { SampleFile } from "./sample";

/** A mistake of the kind that people make with a sample: a piece of its text replaced by another. */
export interface Mistake {
  /** What was done wrong, in a sentence. */
  readonly what: string;
  /** The text of the sample that is replaced; it stands there once. */
  readonly correct: string;
  readonly mistaken: string;
  /** The expression at which it is flagged. */
  readonly flagged: string;
  /** How: the diagnostic's code, and after a colon a part of its message. */
  readonly as: string;
}

/** The sample with the mistake in it. */
export function withMistake(files: readonly SampleFile[], { correct, mistaken }: Mistake): SampleFile[] {
  const [sample, ...others] = files as readonly [SampleFile, ...SampleFile[]];
  const pieces = sample.text.split(correct);
  if (pieces.length !== 2) throw new Error(`"${correct}" stands ${pieces.length - 1} times in ${sample.path}.`);
  return [{ ...sample, text: pieces.join(mistaken) }, ...others];
}

/** What is found, with the fixes that are offered for it. */
export function diagnosticsOf(files: readonly SampleFile[]): VisibleDiagnostic[] {
  const { diagnostics, fixesOf } = analyzeFixture(Object.fromEntries(files.map(({ path, text }) => [path, text])));
  return diagnostics.map((each) => ({ ...each, fixes: fixesOf(each) }));
}

/** One line for each finding: `shape-mismatch at this.fc(x): Linear expects …`. */
export function describeDiagnostics(files: readonly SampleFile[]): string[] {
  return diagnosticsOf(files).map(
    ({ code, span, message }) => `${code} at ${textOf(files, span.file).slice(span.start, span.end)}: ${message}`,
  );
}

/** The files after each of the fixes of a finding. */
export function repaired(
  files: readonly SampleFile[],
  { fixes }: VisibleDiagnostic,
): { title: string; files: SampleFile[] }[] {
  return fixes.map(({ title, edits }) => ({
    title,
    files: files.map(({ path, text }) => ({
      path,
      text: applyEdits(
        text,
        edits.filter(({ span }) => span.file === path),
      ),
    })),
  }));
}

export function textOf(files: readonly SampleFile[], path: string): string {
  return files.find((file) => file.path === path)?.text ?? "";
}
