/** A place in a text as editors count it: both zero-based, the character in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/** Converts between offsets and positions of one text. A line ends with LF, CR LF or CR, as the language server protocol has it. */
export class LineIndex {
  private readonly starts: readonly number[];
  /** Where each line's terminator begins. */
  private readonly ends: readonly number[];

  constructor(text: string) {
    const starts = [0];
    const ends: number[] = [];
    for (const terminator of text.matchAll(/\r\n|\n|\r/g)) {
      ends.push(terminator.index);
      starts.push(terminator.index + terminator[0].length);
    }
    ends.push(text.length);
    this.starts = starts;
    this.ends = ends;
  }

  get lineCount(): number {
    return this.starts.length;
  }

  /** The offset of a line's first character; beyond the last line, the text's end. */
  lineStart(line: number): number {
    return this.starts[line] ?? this.textEnd;
  }

  /** Offsets outside of the text are taken to its nearer end. */
  position(offset: number): Position {
    const inside = Math.min(Math.max(offset, 0), this.textEnd);
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.lineStart(middle) <= inside) low = middle;
      else high = middle - 1;
    }
    return { line: low, character: inside - this.lineStart(low) };
  }

  /** A character beyond its line's end is taken back to that end, as the protocol asks. */
  offset({ line, character }: Position): number {
    if (line < 0) return 0;
    return Math.min(this.lineStart(line) + Math.max(character, 0), this.ends[line] ?? this.textEnd);
  }

  private get textEnd(): number {
    return this.ends.at(-1) ?? 0;
  }
}
