import type { Range } from "../report";

/** A line of source as it is shown, and the marks below it. */
export interface FrameLine {
  /** One-based; absent where lines are left out. */
  readonly number: number | undefined;
  readonly text: string;
  readonly marks: string;
}

/** Of a range over many lines, the first and the last few are enough to find it. */
const MOST_LINES = 5;
const MOST_COLUMNS = 140;
const COLUMNS_BEFORE = 40;

/** The lines that a range covers, with `mark` under each of its characters. */
export function codeFrame(lines: readonly string[], { start, end }: Range, mark: string): FrameLine[] {
  // A range that ends at the start of a line does not reach into it.
  const last = end.character === 0 && end.line > start.line ? end.line - 1 : end.line;
  const frame: FrameLine[] = [];
  for (let line = start.line; line <= last; line++) {
    if (last - start.line >= MOST_LINES && line === start.line + 2) {
      frame.push({ number: undefined, text: "...", marks: "" });
      line = last - 1;
    }
    const text = lines[line] ?? "";
    const from = line === start.line ? start.character : Math.max(text.search(/\S/), 0);
    const to = line === end.line ? end.character : text.trimEnd().length;
    frame.push({ number: line + 1, ...markedLine(text, from, to, mark) });
  }
  return frame;
}

function markedLine(text: string, from: number, to: number, mark: string): { text: string; marks: string } {
  const isLong = text.length > MOST_COLUMNS;
  const begin = isLong ? Math.max(0, from - COLUMNS_BEFORE) : 0;
  const finish = isLong ? Math.min(text.length, begin + MOST_COLUMNS) : text.length;
  const opening = begin > 0 ? "…" : "";
  const before = opening + visible(text.slice(begin, from));
  const marked = visible(text.slice(from, Math.min(to, finish)));
  return {
    text: `${opening}${visible(text.slice(begin, finish))}${finish < text.length ? "…" : ""}`,
    marks: " ".repeat(columns(before)) + mark.repeat(Math.max(columns(marked), 1)),
  };
}

function visible(text: string): string {
  return text.replaceAll("\t", "    ");
}

/** How many columns of a terminal a text takes: East Asian wide characters take two, combining marks none. */
function columns(text: string): number {
  let width = 0;
  for (const character of text) {
    if (/\p{Mark}/u.test(character)) continue;
    width +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u.test(
        character,
      )
        ? 2
        : 1;
  }
  return width;
}
