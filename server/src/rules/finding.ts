import type { Span } from "../ir";

/** The diagnostic codes are an interface: docs/rules has a page for each. */
export type RuleCode =
  | "shape-mismatch"
  | "broadcast-mismatch"
  | "view-not-contiguous"
  | "reshape-size"
  | "rank-mismatch"
  | "dim-out-of-range"
  | "dtype-mismatch"
  | "not-divisible"
  | "empty-output"
  | "shape-annotation";

export type Severity = "error" | "warning" | "information";

/** What a rule found: certain, complete, and ready to be shown. Messages are one to three short lines of plain sentences. */
export interface Finding {
  readonly code: RuleCode;
  readonly severity: Severity;
  readonly message: string;
  /** Absent: the whole call. */
  readonly span?: Span | undefined;
  /** The other places that have a part in it. */
  readonly related: readonly RelatedPlace[];
  /** The likeliest first. */
  readonly fixes: readonly Fix[];
}

export interface RelatedPlace {
  readonly span: Span;
  readonly message: string;
}

export interface Fix {
  readonly title: string;
  readonly preferred: boolean;
  readonly edits: readonly Edit[];
}

/** Replaces a range, which may lie in another file; an empty range inserts. */
export interface Edit {
  readonly span: Span;
  readonly newText: string;
}
