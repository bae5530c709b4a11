import { LineIndex } from "../../server/src/compiler";

/** What a comment such as `//  ^^^^ error reshape-size: 24 elements` says about the line above it. */
export interface Marker {
  readonly file: string;
  /** Zero-based. */
  readonly line: number;
  /** Where the marked text begins and, exclusively, ends, in UTF-16 units. */
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

const MARKER = /^(\s*)\/\/(\s*)(<?)(\^+)\s*(\S.*?)\s*$/;

/**
 * The markers of a text. The carets stand under what they mark; `//<^^^` marks from the line's first character, which the comment's
 * own slashes cover. A marker speaks about the nearest line above that is none.
 */
export function markersOf(file: string, text: string): Marker[] {
  const markers: Marker[] = [];
  let marked = -1;
  for (const [line, content] of text.split(/\r\n|\n|\r/).entries()) {
    const [, indent = "", gap = "", fromStart, carets = "", message = ""] = MARKER.exec(content) ?? [];
    if (carets === "") {
      marked = line;
      continue;
    }
    const begin = indent.length + 2 + gap.length + (fromStart ?? "").length;
    markers.push({ file, line: marked, from: fromStart ? 0 : begin, to: begin + carets.length, text: message });
  }
  return markers;
}

/** The first line's part of a range of offsets, as a marker would show it. */
export function firstLine(text: string, range: { start: number; end: number }): Pick<Marker, "line" | "from" | "to"> {
  const lines = new LineIndex(text);
  const start = lines.position(range.start);
  const end = lines.position(range.end);
  const lineEnd = lines.position(lines.offset({ line: start.line, character: Number.MAX_SAFE_INTEGER })).character;
  return { line: start.line, from: start.character, to: end.line === start.line ? end.character : lineEnd };
}
