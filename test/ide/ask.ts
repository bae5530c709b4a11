import { LineIndex } from "../../server/src/compiler";
import { hoverAt, type Hover } from "../../server/src/ide/hover";
import { inlayHints } from "../../server/src/ide/inlay-hints";
import type { Sources } from "../../server/src/ide/lines";
import { analyzeFixture, MAIN, type Fixture } from "../engine/check";

/** What is shown at the `$0` of a program. */
export function hover(marked: string): Hover | undefined {
  const offset = marked.indexOf("$0");
  if (offset < 0) throw new Error("The program has no $0.");
  const text = marked.replace("$0", "");
  return hoverAt(analyzeFixture(text).analysis, MAIN, offset, sourcesOf({ [MAIN]: text }));
}

/** The program as an editor shows it, with the hints in angle brackets. */
export function withHints(text: string): string {
  const { analysis } = analyzeFixture(text);
  const hints = inlayHints(analysis, MAIN, { start: 0, end: text.length }, sourcesOf({ [MAIN]: text }));
  return [...hints]
    .sort((a, b) => b.offset - a.offset)
    .reduce((shown, { offset, label }) => `${shown.slice(0, offset)}‹${label}›${shown.slice(offset)}`, text);
}

function sourcesOf(files: Exclude<Fixture, string>): Sources {
  const text = (file: string): string => files[file] ?? "";
  return { text, lines: (file) => new LineIndex(text(file)) };
}
