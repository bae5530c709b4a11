import { analyze } from "../interpreter/analyze";
import { Span } from "../ir";
import { libraries } from "../ops";
import type { Edit } from "../rules/finding";
import { visibleDiagnostics } from "./diagnostics";
import { FixVerifier, revisedTexts, type Revisable } from "./verified-fixes";

export interface FixAllRequest {
  readonly files: readonly string[];
  /** Whose diagnostics are repaired. */
  readonly file: string;
  /** Leaves fixes out that change other files: what a save does stays in what is saved. */
  readonly onlyHere: boolean;
  readonly isCancelled: () => boolean;
}

/** One repair often shows the next mistake; more than these in one go are somebody else's file. */
const MOST_REPAIRS = 50;

/** The texts of files after every diagnostic of one of them was repaired that has a working fix; only the texts that changed. */
export function fixAll(sources: Revisable, request: FixAllRequest): ReadonlyMap<string, string> {
  const { files, file, onlyHere, isCancelled } = request;
  const texts = new Map<string, string>();
  for (let i = 0; i < MOST_REPAIRS && !isCancelled(); i++) {
    const revision = sources.revise(texts);
    const analysis = analyze(revision, files, { libraries, isCancelled });
    const found = analysis.files.get(file);
    if (!found || isCancelled()) break;
    const revisable: Revisable = {
      text: (path) => revision.text(path),
      lines: (path) => revision.lines(path),
      revise: (more) => sources.revise(new Map([...texts, ...more])),
    };
    const verifier = new FixVerifier(analysis, revisable, isCancelled);
    const fix = firstFix(visibleDiagnostics(found, revisable), verifier, onlyHere ? file : undefined);
    if (!fix) break;
    for (const [path, text] of revisedTexts(fix, revisable)) texts.set(path, text);
  }
  return isCancelled() ? new Map() : texts;
}

function firstFix(
  diagnostics: ReturnType<typeof visibleDiagnostics>,
  verifier: FixVerifier,
  within: string | undefined,
): readonly Edit[] | undefined {
  for (const diagnostic of diagnostics) {
    for (const fix of diagnostic.fixes) {
      if (within !== undefined && fix.edits.some(({ span }) => span.file !== within)) continue;
      if (verifier.works(diagnostic, fix)) return fix.edits;
    }
  }
  return undefined;
}

/** One edit that makes the new text of the old one, and leaves what both begin and end with alone. */
export function replacement(file: string, before: string, after: string): Edit {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  return { span: Span.at(file, start, before.length - end), newText: after.slice(start, after.length - end) };
}
