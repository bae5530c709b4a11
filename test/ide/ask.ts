import { LineIndex } from "../../server/src/compiler";
import { hoverAt, type Hover } from "../../server/src/ide/hover";
import { inlayHints, type InlayHintSettings } from "../../server/src/ide/inlay-hints";
import type { Sources } from "../../server/src/ide/lines";
import { DEFAULT_SETTINGS } from "../../server/src/lsp/settings";
import { analyzeFixture, MAIN, type Fixture } from "../engine/check";

/** What is shown at the `$0` of a program. */
export function hover(marked: string): Hover | undefined {
  const offset = marked.indexOf("$0");
  if (offset < 0) throw new Error("The program has no $0.");
  const text = marked.replace("$0", "");
  return hoverAt(analyzeFixture(text).analysis, MAIN, offset, sourcesOf({ [MAIN]: text }), { batchSize: 32 });
}

/** The details of what is shown at the `$0`, with the code that they speak of. */
export function detailsOf(marked: string): string[] {
  const text = marked.replace("$0", "");
  return (hover(marked)?.details ?? []).map((each) =>
    each.span ? `${each.text}, at ${text.slice(each.span.start, each.span.end)}` : each.text,
  );
}

/** The program as an editor shows it, with the hints in angle brackets. */
export function withHints(text: string, settings: Partial<InlayHintSettings> = {}): string {
  const { analysis } = analyzeFixture(text);
  const hints = inlayHints(analysis, MAIN, { start: 0, end: text.length }, sourcesOf({ [MAIN]: text }), {
    ...DEFAULT_SETTINGS.inlayHints,
    ...settings,
  });
  return [...hints]
    .sort((a, b) => b.offset - a.offset)
    .reduce(
      (shown, { offset, parts }) =>
        `${shown.slice(0, offset)}‹${parts.map((part) => part.text).join("")}›${shown.slice(offset)}`,
      text,
    );
}

function sourcesOf(files: Exclude<Fixture, string>): Sources {
  const text = (file: string): string => files[file] ?? "";
  return { text, lines: (file) => new LineIndex(text(file)) };
}
