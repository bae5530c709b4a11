import { rule as broadcastMismatch } from "./broadcast-mismatch";
import { rule as dimOutOfRange } from "./dim-out-of-range";
import { rule as dtypeMismatch } from "./dtype-mismatch";
import { rule as emptyOutput } from "./empty-output";
import { rule as notDivisible } from "./not-divisible";
import { rule as rankMismatch } from "./rank-mismatch";
import { rule as reshapeSize } from "./reshape-size";
import type { Rule } from "./rule";
import { rule as shapeAnnotation } from "./shape-annotation";
import { rule as shapeMismatch } from "./shape-mismatch";
import { rule as viewNotContiguous } from "./view-not-contiguous";

/** Every rule, in the order of the documentation. */
export const rules: readonly Rule[] = [
  shapeMismatch,
  broadcastMismatch,
  viewNotContiguous,
  reshapeSize,
  rankMismatch,
  dimOutOfRange,
  dtypeMismatch,
  notDivisible,
  emptyOutput,
  shapeAnnotation,
];
