import { beforeAll, describe, expect, test } from "vitest";
import type { nn } from "shapewright/torch";
import { Tensor, torch } from "shapewright/torch";
import { chooseBackend } from "../../client/src/runtime/backends/index";
import { evaluate, largestError, recorded } from "./run-expression";
import type { RecordedTensor } from "./run-expression";
import { fillParameters, tensorOf, wave } from "./waves";

interface LayerCase {
  name: string;
  /** Null where the call is a function's. */
  layer: string | null;
  /** A call of the layer `m` with the inputs a, b, … */
  call: string;
  /** Their shapes. */
  inputs: number[][];
  error?: string;
  outputs: (RecordedTensor & { stride: number[] })[];
  gradients: (number[] | null)[];
  parameters?: Record<string, number[] | null>;
  buffers?: Record<string, number[]>;
}

/** float32 has seven digits; products of a few dozen sums lose two of them. */
const tolerance = 5e-5;

function tensorsIn(value: unknown): Tensor[] {
  if (value instanceof Tensor) return [value];
  return Array.isArray(value) ? value.flatMap(tensorsIn) : [];
}

function build(source: string): nn.Module {
  const module = evaluate(source, {}) as nn.Module;
  fillParameters(module);
  return module;
}

function expectValues(actual: Tensor | null | undefined, expected: readonly number[], what: string): void {
  expect(actual?.numel(), what).toBe(expected.length);
  expect(largestError(actual?._values() ?? [], expected), what).toBeLessThan(tolerance);
}

function run({ layer, call, inputs }: LayerCase) {
  const module = layer === null ? null : build(layer);
  const leaves = inputs.map((shape, j) => wave(shape, 0.2 + 2.1 * j, 1.4).requiresGrad_());
  const [a, b, c, d] = leaves;
  return { module, leaves, outputs: tensorsIn(evaluate(call, { m: module, a, b, c, d })) };
}

function backward(outputs: readonly Tensor[]): void {
  const losses = outputs
    .filter((output) => output.requiresGrad)
    .map((output) => output.mul(tensorOf(output.shape, (i) => Math.cos(1 + 0.7 * i))).sum());
  if (losses.length > 0) torch.stack(losses).sum().backward();
}

/** Layers recorded from PyTorch 2.13: results and their strides, gradients of inputs and parameters, buffers, errors. */
describe.each(["cpu", "wasm"] as const)("layers on %s are PyTorch's", (device) => {
  beforeAll(async () => {
    await chooseBackend(device);
  });

  test.each(recorded<LayerCase>("layers"))("$name: $layer, $call", (recording) => {
    if (recording.error !== undefined) {
      expect(() => run(recording)).toThrow(recording.error);
      return;
    }
    const { module, leaves, outputs } = run(recording);
    expect(outputs).toHaveLength(recording.outputs.length);
    recording.outputs.forEach(({ shape, stride, values }, i) => {
      expect(outputs[i]?.shape).toEqual(shape);
      expect(outputs[i]?.stride()).toEqual(stride);
      expectValues(outputs[i]?.contiguous(), values, `output ${i}`);
    });

    backward(outputs);
    recording.gradients.forEach((expected, i) => {
      if (expected) expectValues(leaves[i]?.grad, expected, `gradient of input ${i}`);
    });
    const parameters = new Map(module?.namedParameters());
    expect([...parameters.keys()].sort()).toEqual(Object.keys(recording.parameters ?? {}).sort());
    for (const [name, expected] of Object.entries(recording.parameters ?? {})) {
      if (expected) expectValues(parameters.get(name)?.grad, expected, `gradient of ${name}`);
    }
    const buffers = new Map(module?.namedBuffers());
    expect([...buffers.keys()].sort()).toEqual(Object.keys(recording.buffers ?? {}).sort());
    for (const [name, expected] of Object.entries(recording.buffers ?? {})) {
      expectValues(buffers.get(name), expected, name);
    }
  });
});
