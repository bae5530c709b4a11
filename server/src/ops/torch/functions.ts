import type { Operation } from "../operation";
import { creations } from "./creation";
import { addcmul, clamp, lerp, maskedFill, where } from "./masking";
import { einsum } from "./einsum";
import { broadcastTo } from "./expansion";
import { joins } from "./joining";
import { select } from "./indexing";
import { products } from "./matmul";
import { alongOperations, argsort, max, median, min, norm, reductions, sort } from "./reduction";
import { flatten, reshape, unflatten } from "./reshaping";
import { diagonal, movedim, narrow, permute, squeeze, swapaxes, matrixTranspose, transpose, unsqueeze } from "./views";

/** Operations that are functions of `torch` and, with a tensor in front, methods too: `torch.cat([a, b])`, `x.flatten(1)`. */
export const functions: readonly Operation[] = [
  permute,
  transpose,
  swapaxes,
  matrixTranspose,
  movedim,
  squeeze,
  unsqueeze,
  broadcastTo,
  narrow,
  diagonal,
  select,
  flatten,
  unflatten,
  reshape,
  where,
  maskedFill,
  addcmul,
  clamp,
  lerp,
  einsum,
  norm,
  max,
  min,
  median,
  sort,
  argsort,
  ...reductions.values(),
  ...alongOperations.values(),
  ...joins,
  ...products,
];

/** Functions of `torch` alone. */
export const creators: readonly Operation[] = creations;
