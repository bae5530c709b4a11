import { rule as analysisBudget } from "./analysis-budget";
import { rule as broadcastMismatch } from "./broadcast-mismatch";
import { rule as configuration } from "./configuration";
import { rule as dimOutOfRange } from "./dim-out-of-range";
import { rule as dtypeMismatch } from "./dtype-mismatch";
import { rule as emptyOutput } from "./empty-output";
import { rule as lossActivation } from "./loss-activation";
import { rule as notDivisible } from "./not-divisible";
import { rule as poolDropsRemainder } from "./pool-drops-remainder";
import { rule as rankMismatch } from "./rank-mismatch";
import { rule as reshapeSize } from "./reshape-size";
import type { Rule } from "./rule";
import { rule as shapeAnnotation } from "./shape-annotation";
import { rule as shapeMismatch } from "./shape-mismatch";
import { rule as suspiciousBroadcast } from "./suspicious-broadcast";
import { rule as unregisteredModule } from "./unregistered-module";
import { rule as unusedIgnore } from "./unused-ignore";
import { rule as viewNotContiguous } from "./view-not-contiguous";

/** Every rule, in the order of the documentation. */
export const rules: readonly Rule[] = [
  shapeMismatch,
  broadcastMismatch,
  suspiciousBroadcast,
  viewNotContiguous,
  reshapeSize,
  rankMismatch,
  dimOutOfRange,
  dtypeMismatch,
  notDivisible,
  emptyOutput,
  poolDropsRemainder,
  lossActivation,
  unregisteredModule,
  shapeAnnotation,
  analysisBudget,
  unusedIgnore,
  configuration,
];
