/** A text after one more edit, and where the edit was. */
export interface Edited {
  readonly text: string;
  readonly position: number;
}

/**
 * What typing does to a text, over and over, each edit on top of the last: a letter more in a comment, another number, a statement more, a
 * statement less, a name half written. The same in every run.
 */
export function* edits(start: string, count: number): Generator<Edited> {
  let text = start;
  let state = 1;
  const below = (n: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state % n;
  };
  for (let i = 0; i < count; i++) {
    const edited = KINDS[i % KINDS.length]?.(text, below);
    if (!edited) continue;
    text = edited.text;
    yield edited;
  }
}

type Kind = (text: string, below: (n: number) => number) => Edited | undefined;

const KINDS: readonly Kind[] = [
  (text, below) => insert(text, oneOf(text, below, /^ {4,}\S.*;$/gm), "    // A remark.\n"),
  (text, below) => replace(text, oneOf(text, below, /(?<=\(|, )\d+(?=[,)])/g), (digits) => String(Number(digits) + 1)),
  (text, below) => replace(text, oneOf(text, below, /(?<=\(|, )\d+(?=[,)])/g), (digits) => String(Number(digits) - 1)),
  (text, below) => insert(text, oneOf(text, below, /^ {4}(const|let|return) .*;$/gm), "    const extra = 1 + 2;\n"),
  (text, below) => replace(text, oneOf(text, below, /^ {4}(\/\/ A remark\.|const extra = 1 \+ 2;)\n/gm), () => ""),
  (text, below) => replace(text, oneOf(text, below, /\.relu\(|\.add\(|\.mul\(/g), (name) => `${name.slice(0, -2)}(`),
  (text) =>
    replace(
      text,
      oneOf(text, () => 0, /\.rel\(|\.ad\(|\.mu\(/g),
      (name) => ({ r: ".relu(", a: ".add(", m: ".mul(" })[name[1] ?? ""] ?? name,
    ),
];

interface Place {
  readonly start: number;
  readonly found: string;
}

function oneOf(text: string, below: (n: number) => number, pattern: RegExp): Place | undefined {
  const places = [...text.matchAll(pattern)];
  const place = places[below(places.length || 1)];
  return place && { start: place.index, found: place[0] };
}

function insert(text: string, at: Place | undefined, line: string): Edited | undefined {
  return at && { text: text.slice(0, at.start) + line + text.slice(at.start), position: at.start };
}

function replace(text: string, at: Place | undefined, by: (found: string) => string): Edited | undefined {
  if (!at) return undefined;
  return { text: text.slice(0, at.start) + by(at.found) + text.slice(at.start + at.found.length), position: at.start };
}
