import { Parameter } from "./module";
import { calculateFanInAndFanOut, kaimingUniform_, uniform_ } from "./init";
import { empty } from "../ops/index";
import type { Tensor } from "../tensor";

export interface BiasOption {
  readonly bias?: boolean;
}

/** Initialised as PyTorch initialises the weights of linear layers and convolutions. */
export function weightOf(...sizes: number[]): Parameter {
  const weight = new Parameter(empty(sizes));
  kaimingUniform_(weight, { a: Math.sqrt(5) });
  return weight;
}

/** Uniform within 1/√fanIn of 0, as PyTorch initialises biases. */
export function biasFor(weight: Tensor, size: number): Parameter {
  const bias = new Parameter(empty(size));
  const { fanIn } = calculateFanInAndFanOut(weight);
  const bound = fanIn > 0 ? 1 / Math.sqrt(fanIn) : 0;
  uniform_(bias, -bound, bound);
  return bias;
}
