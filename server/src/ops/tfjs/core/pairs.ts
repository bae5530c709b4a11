import type { TensorValue } from "../../../interpreter/value";
import { columnAndRow, everyPair, isDeliberate } from "../../../rules/suspicious-broadcast";
import type { OperationContext } from "../../operation";

/** Operations with which somebody gives a tensor a last dimension of size 1 on purpose. */
const insertDimension = new Set([
  ...["expandDims", "reshape", "reshapeAs", "as2D", "as3D", "as4D", "broadcastTo", "transpose", "stack", "tile"],
  // Reductions that keep the dimension.
  ...["sum", "mean", "prod", "max", "min", "norm", "euclideanNorm", "logSumExp", "any", "all", "moments"],
]);

const makePositions = new Set(["range", "linspace"]);

/** Reports a column that meets a row of its size in a difference, unless somebody laid them out so. */
export function checkPairs(cx: OperationContext, a: TensorValue, b: TensorValue): void {
  const pair = columnAndRow(
    { tensor: a, span: a.origin ? cx.source("a")?.span : undefined },
    { tensor: b, span: b.origin ? cx.source("b")?.span : undefined },
  );
  if (!pair || isDeliberate(pair, { insertDimension, makePositions })) return;
  cx.report(everyPair({ cx, pair, dropLast: ".squeeze([-1])", addLast: ".expandDims(-1)" }));
}
