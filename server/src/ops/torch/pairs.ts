import type { TensorValue } from "../../interpreter/value";
import { columnAndRow, everyPair, isDeliberate } from "../../rules/suspicious-broadcast";
import type { TorchContext } from "./result";

/** Operations with which somebody gives a tensor a last dimension of size 1 on purpose. */
const insertDimension = new Set([
  ...["unsqueeze", "view", "viewAs", "reshape", "reshapeAs", "unflatten", "at", "expand", "expandAs", "broadcastTo"],
  ...["t", "transpose", "permute", "swapaxes", "movedim", "stack"],
  // Reductions that keep the dimension.
  ...["sum", "mean", "prod", "max", "min", "amax", "amin", "argmax", "argmin", "std", "var", "norm", "logsumexp"],
  ...["median", "any", "all"],
]);

const makePositions = new Set(["arange", "linspace", "randperm"]);

/** Reports a column that meets a row of its size in a difference, unless somebody laid them out so. */
export function checkPairs(cx: TorchContext, input: TensorValue, other: TensorValue): void {
  report(cx, [input, other], ["input", "other"], true);
}

/** Reports the same in a loss. One that is averaged over all pairs is never meant. */
export function checkLossPairs(cx: TorchContext, input: TensorValue, target: TensorValue, reduction: string): void {
  report(cx, [input, target], ["input", "target"], reduction === "none");
}

function report(
  cx: TorchContext,
  [left, right]: readonly [TensorValue, TensorValue],
  [leftName, rightName]: readonly [string, string],
  mayBeMeant: boolean,
): void {
  const pair = columnAndRow(
    { tensor: left, span: cx.source(leftName)?.span },
    { tensor: right, span: cx.source(rightName)?.span },
  );
  if (!pair || (mayBeMeant && isDeliberate(pair, { insertDimension, makePositions }))) return;
  cx.report(everyPair({ cx, pair, dropLast: ".squeeze(-1)", addLast: ".unsqueeze(-1)" }));
}
