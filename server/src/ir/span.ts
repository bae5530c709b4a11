/** A half-open range of UTF-16 offsets in one source file. Every IR node has one, so that whatever is found can be pointed at. */
export interface Span {
  /** Absolute path with `/`, as the compiler port names files. */
  readonly file: string;
  readonly start: number;
  readonly end: number;
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
