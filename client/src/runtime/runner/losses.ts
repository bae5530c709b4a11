import type { LossLike, NamedLosses } from "../experiment";
import { readScalar, readScalars } from "./scalars";
import { TrainingError } from "./training-error";

/** What a loss function returned: the scalar to differentiate, and the parts that it is the sum of. */
export interface Losses {
  readonly total: LossLike;
  readonly parts: NamedLosses;
}

/** @throws TrainingError where the loss is neither a scalar nor scalars by name. */
export function losses(returned: LossLike | NamedLosses): Losses {
  if (isLoss(returned)) return { total: returned, parts: {} };
  const parts = typeof returned === "object" && returned !== null ? Object.entries(returned) : [];
  const [first, ...rest] = parts;
  if (!first || !parts.every(([, part]) => isLoss(part))) {
    throw new TrainingError("`loss` must return a scalar that knows its gradient, or an object of such scalars.");
  }
  if ("loss" in returned) throw new TrainingError('A named loss cannot be called "loss": that is their sum.');
  const total = rest.reduce((sum, [, part]) => (sum as Summand).add(part as never) as LossLike, first[1] as LossLike);
  return { total, parts: returned };
}

type Summand = NamedLosses[string];

/** The numbers behind: `loss`, and each part by its name. */
export async function readLosses({ total, parts }: Losses): Promise<Record<string, number>> {
  return { loss: await readScalar(total), ...(await readScalars(parts)) };
}

function isLoss(value: unknown): value is LossLike {
  // A tensor may be an object or, as modules are, a callable one.
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  const { item, backward } = value as { item?: unknown; backward?: unknown };
  return typeof item === "function" && typeof backward === "function";
}
