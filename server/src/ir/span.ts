/** A piece of a file that stays as it is while the text around it changes: it moves as a whole, and every span in it with it. */
export interface Anchor {
  readonly file: string;
  /** Where the piece begins now. */
  offset: number;
}

/**
 * A half-open range of UTF-16 offsets in one source file. Every IR node has one, so that whatever is found can be pointed at. It follows
 * its piece of the text, so it is never copied part by part: {@link startOf}, {@link endOf} and {@link spanning} make others of it.
 */
export class Span {
  private constructor(
    private readonly anchor: Anchor,
    private readonly from: number,
    private readonly to: number,
  ) {}

  /** The range in a file that does not change. */
  static at(file: string, start: number, end: number): Span {
    return new Span({ file, offset: 0 }, start, end);
  }

  /** The range, in offsets of the file as it is now, that moves with a piece of it. */
  static on(anchor: Anchor, start: number, end: number): Span {
    return new Span(anchor, start - anchor.offset, end - anchor.offset);
  }

  /** Absolute path with `/`, as the compiler port names files. */
  get file(): string {
    return this.anchor.file;
  }

  get start(): number {
    return this.anchor.offset + this.from;
  }

  get end(): number {
    return this.anchor.offset + this.to;
  }

  /** A range that moves as this one does, from offsets of the file as it is now. */
  moved(start: number, end: number): Span {
    return Span.on(this.anchor, start, end);
  }

  toJSON(): { readonly file: string; readonly start: number; readonly end: number } {
    return { file: this.file, start: this.start, end: this.end };
  }
}

/** The empty range where a span starts. */
export function startOf(span: Span): Span {
  return span.moved(span.start, span.start);
}

/** The empty range where a span ends. */
export function endOf(span: Span): Span {
  return span.moved(span.end, span.end);
}

/** From the start of one span to the end of another. */
export function spanning(first: Span, last: Span): Span {
  return first.moved(first.start, last.end);
}

export function containsSpan(outer: Span, inner: Span): boolean {
  return outer.file === inner.file && outer.start <= inner.start && inner.end <= outer.end;
}

export function sameSpan(a: Span, b: Span): boolean {
  return a.file === b.file && a.start === b.start && a.end === b.end;
}

/** A key that two spans share only when they are the same range. */
export function spanKey(span: Span): string {
  return `${span.file}:${span.start}:${span.end}`;
}
