/** Dropout. Source: https://jmlr.org/papers/v15/srivastava14a.html */
import { defaultGenerator } from "../generator";
import { mul, mul_ } from "../ops/index";
import { Storage } from "../storage";
import { Tensor } from "../tensor";
import { named } from "../trailing";
import type { Trailing } from "../trailing";

export interface DropoutOptions {
  readonly p?: number;
  readonly training?: boolean;
  /** Writes the result over the input. */
  readonly inplace?: boolean;
}

const ORDER = ["p", "training", "inplace"] as const;

function checkProbability(p: number): void {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`dropout probability has to be between 0 and 1, but got ${p}`);
}

/** Sets elements to 0 with probability p, and scales the others so that the mean stays. The identity when not training. */
export function dropout(input: Tensor, ...options: Trailing<DropoutOptions, typeof ORDER>): Tensor {
  const { p = 0.5, training = true, inplace = false } = named<DropoutOptions>(ORDER, options);
  checkProbability(p);
  if (!training || p === 0) return input;
  return inplace ? mul_(input, dropoutMask(input.shape, p)) : mul(input, dropoutMask(input.shape, p));
}

/** Dropout of whole channels of [N, C, H, W]. */
export function dropout2d(input: Tensor, ...options: Trailing<DropoutOptions, typeof ORDER>): Tensor {
  const { p = 0.5, training = true, inplace = false } = named<DropoutOptions>(ORDER, options);
  checkProbability(p);
  if (!training || p === 0) return input;
  const spatial = input.shape.map((size, d) => (d >= input.ndim - 2 ? 1 : size));
  return inplace ? mul_(input, dropoutMask(spatial, p)) : mul(input, dropoutMask(spatial, p));
}

function dropoutMask(sizes: number[], p: number): Tensor {
  const values = defaultGenerator.uniforms(sizes.reduce((product, size) => product * size, 1));
  const kept = p === 1 ? 0 : 1 / (1 - p);
  values.forEach((uniform, i) => {
    values[i] = uniform < p ? 0 : kept;
  });
  return new Tensor(Storage.fromValues("float32", values), sizes);
}
