/** Vectors chosen by class indices, and vectors compared. */
import { named } from "../trailing";
import type { Trailing } from "../trailing";
import * as tf from "@tensorflow/tfjs-core";
import { record } from "../autograd";
import { scalarTypeName } from "../dtype";
import { compute, raw } from "../kernel";
import { addRows, checkPositions } from "../ops/indexing";
import { zeros } from "../ops/index";
import type { Tensor } from "../tensor";

export interface EmbeddingOptions {
  /** A row that is never trained. */
  readonly paddingIdx?: number | null;
}

/**
 * The rows of a table that indices name.
 * @param input class indices of any shape, int64
 * @param weight [numEmbeddings, embeddingDim]
 * @returns [...input shape, embeddingDim]
 */
export function embedding(input: Tensor, weight: Tensor, ...args: Trailing<EmbeddingOptions, ["paddingIdx"]>): Tensor {
  const { paddingIdx = null } = named<EmbeddingOptions>(["paddingIdx"], args);
  if (input.dtype !== "int64" && input.dtype !== "int32") {
    throw new Error(
      `Expected tensor for argument #1 'indices' to have one of the following scalar types: Long, Int; but got torch.${scalarTypeName(input.dtype)}Tensor instead (while checking arguments for embedding)`,
    );
  }
  const rows = weight.size(0);
  const width = weight.size(1);
  checkPositions(input, rows, () => "index out of range in self");
  const sizes = [...input.shape, width];
  const result = compute("float32", sizes, () => {
    if (input.numel() === 0) return tf.zeros(sizes);
    return tf.reshape(tf.gather(raw(weight), tf.reshape(raw(input), [input.numel()])), sizes);
  });
  const padding = paddingIdx === null ? null : paddingIdx < 0 ? paddingIdx + rows : paddingIdx;
  return record("embedding", result, [weight], [input], (g, index) => [
    () => {
      const flat = g.reshape(-1, width);
      const kept = padding === null ? flat : flat.mul(index.reshape(-1, 1).ne(padding));
      return addRows(kept, index.reshape(-1), rows);
    },
  ]);
}

/** 1 at the position that each index names along a new last dimension, 0 elsewhere. int64 in, int64 out. */
export function oneHot(input: Tensor, numClasses = -1): Tensor {
  if (input.dtype !== "int64") throw new Error("one_hot is only applicable to index tensor of type LongTensor.");
  const classes = numClasses === -1 ? input.max().item() + 1 : numClasses;
  checkPositions(input, classes, (position) =>
    position < 0 ? "Class values must be non-negative." : "Class values must be smaller than num_classes.",
  );
  const sizes = [...input.shape, classes];
  if (input.numel() === 0) return zeros(sizes, { dtype: "int64" });
  return compute("int64", sizes, () =>
    tf.reshape(tf.oneHot(tf.reshape(raw(input), [input.numel()]) as tf.Tensor1D, classes, 1, 0, "int32"), sizes),
  );
}

export interface NormalizeOptions {
  readonly p?: number;
  readonly dim?: number;
  /** Norms below it count as it. */
  readonly eps?: number;
}

/** Vectors along `dim` scaled to length 1. */
export function normalize(input: Tensor, ...args: Trailing<NormalizeOptions, ["p", "dim", "eps"]>): Tensor {
  const { p = 2, dim = 1, eps = 1e-12 } = named<NormalizeOptions>(["p", "dim", "eps"], args);
  return input.div(input.norm(p, dim, { keepdim: true }).clamp(eps));
}

/** The cosine of the angle between vectors along `dim`. */
export function cosineSimilarity(
  x1: Tensor,
  x2: Tensor,
  { dim = 1, eps = 1e-8 }: { dim?: number; eps?: number } = {},
): Tensor {
  const lengths = (x: Tensor) => x.norm(2, dim, { keepdim: true }).clamp(eps);
  return x1
    .div(lengths(x1))
    .mul(x2.div(lengths(x2)))
    .sum(dim);
}
