import type { Span } from "../ir";

/** The diagnostic codes are an interface: docs/rules has a page for each. */
export type RuleCode =
  | "shape-mismatch"
  | "broadcast-mismatch"
  | "suspicious-broadcast"
  | "view-not-contiguous"
  | "reshape-size"
  | "rank-mismatch"
  | "dim-out-of-range"
  | "dtype-mismatch"
  | "not-divisible"
  | "empty-output"
  | "pool-drops-remainder"
  | "loss-activation"
  | "unregistered-module"
  | "shape-annotation"
  | "analysis-budget"
  | "unused-ignore"
  | "configuration";

export type Severity = "error" | "warning" | "information";

/** What a rule found: certain, complete, and ready to be shown. Messages are one to three short lines of plain sentences. */
export interface Finding {
  readonly code: RuleCode;
  readonly severity: Severity;
  readonly message: string;
  /** It rests on what a type says that promises nothing: it is not told. */
  readonly doubtful?: boolean | undefined;
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
  readonly edits: readonly ProposedEdit[];
}

/** Replaces a range, which may lie in another file; an empty range inserts. */
export interface Edit {
  readonly span: Span;
  readonly newText: string;
}

/**
 * An edit as a rule proposes it. A rule knows spans and not how they are written, so `ide/written-fixes.ts` makes an {@link Edit} of
 * it: `newText` replaces the range, unless it says otherwise.
 */
export interface ProposedEdit extends Edit {
  /** The text goes behind the expression at `span`, which gets parentheses where it needs them. */
  readonly appends?: true;
  /** How a number came about, for code that writes it as a product: `32 * 7 * 7`. */
  readonly product?: Product;
}

export interface Product {
  /** The number that the code says now, and the one that it should say. */
  readonly from: number;
  readonly to: number;
  /** Of `to`. */
  readonly factors: readonly number[];
}
