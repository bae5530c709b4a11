import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { torch } from "shapewright/torch";
import type { Tensor } from "shapewright/torch";
import { chooseBackend } from "../../client/src/runtime/backends/index";
import { evaluate, largestError, recorded, tensorFrom } from "./run-expression";
import type { RecordedTensor } from "./run-expression";

interface GradientCase {
  name: string;
  expression: string;
  inputs: RecordedTensor[];
  result: RecordedTensor;
  /** Null for an input that the result does not depend on. */
  gradients: (number[] | null)[];
}

/** float32 has seven digits; sums of a few dozen products lose two of them. */
const tolerance = 2e-5;

/** The weights of the recorded losses: different for every element of the result. */
function weightsFor(result: Tensor): Tensor {
  const values = Float32Array.from({ length: result.numel() }, (_, i) => Math.cos(1 + 0.7 * i));
  return torch.tensor(values).view(result.shape);
}

describe.each(["cpu", "wasm"] as const)("values and gradients on %s equal PyTorch's", (device) => {
  beforeAll(async () => {
    await chooseBackend(device);
  });

  test.each(recorded<GradientCase>("gradients"))("$name: $expression", ({ expression, inputs, result, gradients }) => {
    expect(tf.getBackend()).toBe(device);
    const leaves = inputs.map((input) => tensorFrom(input).requiresGrad_());
    const [a, b, c] = leaves;
    const actual = evaluate(expression, { a, b, c }) as Tensor;
    expect(actual.shape).toEqual(result.shape);
    expect(largestError(actual.contiguous()._values(), result.values)).toBeLessThan(tolerance);

    if (!actual.requiresGrad) return;
    actual.mul(weightsFor(actual)).sum().backward();
    leaves.forEach((leaf, i) => {
      const expected = gradients[i];
      if (!expected) return;
      const gradient = leaf.grad;
      expect(gradient?.shape, `gradient ${i}`).toEqual(leaf.shape);
      expect(largestError(gradient?._values() ?? [], expected), `gradient ${i}`).toBeLessThan(tolerance);
    });
  });
});
