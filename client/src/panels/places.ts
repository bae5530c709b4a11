export interface PlainPosition {
  readonly line: number;
  readonly character: number;
}

export interface PlainRange {
  readonly start: PlainPosition;
  readonly end: PlainPosition;
}

export interface Place {
  readonly uri: string;
  readonly range: PlainRange;
}

/** Which of some places a position is in, the smallest of those; otherwise the first that begins on its line; -1 where none does. */
export function placeAt(places: readonly Partial<Place>[], uri: string, position: PlainPosition): number {
  let [best, smallest] = [-1, Infinity];
  for (const [index, { range, uri: own }] of places.entries()) {
    if (!range || own !== uri || !holds(range, position)) continue;
    const size = (range.end.line - range.start.line) * 10_000 + range.end.character - range.start.character;
    if (size < smallest) [best, smallest] = [index, size];
  }
  if (best >= 0) return best;
  return places.findIndex(({ range, uri: own }) => range && own === uri && range.start.line === position.line);
}

function holds({ start, end }: PlainRange, position: PlainPosition): boolean {
  return isBefore(start, position) && isBefore(position, end);
}

function isBefore(a: PlainPosition, b: PlainPosition): boolean {
  return a.line < b.line || (a.line === b.line && a.character <= b.character);
}
