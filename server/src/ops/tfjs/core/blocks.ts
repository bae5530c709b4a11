import { indivisible } from "../../../rules/not-divisible";
import { wrongCount, wrongRank } from "../../../rules/rank-mismatch";
import { sizeOrigin, counted } from "../../../rules/evidence";
import type { Dim } from "../../../shape/dim";
import { add, bounds, floorDivide, modulo, multiply, subtract, unknownDim } from "../../../shape/dim";
import { formatShape, numel } from "../../../shape/shape";
import type { Operation, OperationContext } from "../../operation";
import { integer, integers } from "../../parameter";
import { like, tensorLike } from "../tensors";
import type { Ranked } from "./define";
import { hasRank, isRanked, tfOperation } from "./define";
import { layout, margins } from "./windows";
import { t } from "../../../text/translate";

/** Reports a size that the blocks do not divide; the quotient. */
function inBlocks(cx: OperationContext, x: Ranked, axis: number, size: Dim, block: Dim, padded = ""): Dim {
  if (bounds(modulo(size, block)).min > 0) {
    const valueName = t`dimension ${axis} of ${formatShape(x.shape)}${padded}`;
    const about = { value: size, divisor: block, valueName, divisorName: t`the block` };
    cx.report(indivisible({ cx, ...about, related: sizeOrigin(x, axis) }));
  }
  return floorDivide(size, block);
}

/** An image with blocks of its depth moved into rows and columns. */
const depthToSpace = tfOperation({
  name: "depthToSpace",
  parameters: { x: tensorLike, blockSize: integer, dataFormat: layout },
  result({ x, blockSize, dataFormat }, cx) {
    if (!hasRank(cx, x, [4])) return like(cx, x, { shape: undefined });
    const [rows, columns, channels] = dataFormat === "NHWC" ? [1, 2, 3] : [2, 3, 1];
    const size = (axis: number) => x.shape[axis] ?? unknownDim();
    const depth = inBlocks(cx, x, channels, size(channels), multiply(blockSize, blockSize));
    const shape = x.shape
      .with(rows, multiply(size(rows), blockSize))
      .with(columns, multiply(size(columns), blockSize))
      .with(channels, depth);
    return like(cx, x, { shape });
  },
});

/** How many dimensions and margins blocks need; false after a report. */
function fitsBlocks(cx: OperationContext, x: Ranked, blocks: readonly Dim[], count: number, name: string): boolean {
  if (x.shape.length < 1 + blocks.length) {
    cx.report(wrongRank({ cx, input: x, expected: t`at least ${counted(1 + blocks.length, "dimension")}` }));
    return false;
  }
  if (count === blocks.length) return true;
  const message = t`${name} must have one pair for each of the ${counted(blocks.length, "block size")}, got ${count}.`;
  cx.report(wrongCount({ cx, input: x, message, span: cx.source(name)?.span }));
  return false;
}

/** Blocks of the spatial dimensions, which follow the batch, become examples of their own. */
const spaceToBatchND = tfOperation({
  name: "spaceToBatchND",
  parameters: { x: tensorLike, blockShape: integers, paddings: margins },
  result({ x, blockShape, paddings }, cx) {
    if (!isRanked(x)) return like(cx, x);
    if (!fitsBlocks(cx, x, blockShape, paddings.length, "paddings")) return like(cx, x, { shape: undefined });
    const shape = x.shape.map((size, axis) => {
      if (axis === 0) return multiply(size, numel(blockShape));
      const block = blockShape[axis - 1];
      const padded = (paddings[axis - 1] ?? []).reduce(add, size);
      return block ? inBlocks(cx, x, axis, padded, block, t` with its padding`) : size;
    });
    return like(cx, x, { shape });
  },
});

const batchToSpaceND = tfOperation({
  name: "batchToSpaceND",
  parameters: { x: tensorLike, blockShape: integers, crops: margins },
  result({ x, blockShape, crops }, cx) {
    if (!isRanked(x)) return like(cx, x);
    if (!fitsBlocks(cx, x, blockShape, crops.length, "crops")) return like(cx, x, { shape: undefined });
    const shape = x.shape.map((size, axis) => {
      if (axis === 0) return inBlocks(cx, x, 0, size, numel(blockShape));
      const block = blockShape[axis - 1];
      return block ? (crops[axis - 1] ?? []).reduce(subtract, multiply(size, block)) : size;
    });
    return like(cx, x, { shape });
  },
});

export const blockOperations: readonly Operation[] = [depthToSpace, spaceToBatchND, batchToSpaceND];
