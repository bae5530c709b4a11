import type { FileAnalysis } from "../../interpreter/analyze";
import type { Edit } from "../../rules/finding";

/** A change of the code that keeps what it does. */
export interface Refactoring {
  readonly title: string;
  readonly kind: "refactor.rewrite" | "refactor.extract";
  readonly edits: readonly Edit[];
}

/** Where a refactoring is asked for: a selection, which may be empty. */
export interface Selection {
  readonly found: FileAnalysis;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}
