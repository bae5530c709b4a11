import * as tf from "@tensorflow/tfjs";
import { expect, test } from "vitest";
import { chooseBackend } from "../../client/src/runtime/backends";
import { Random } from "./random";

/** Plain values, so that every backend builds its own tensor from them. */
export interface Input {
  readonly shape: readonly number[];
  readonly dtype: "float32" | "int32" | "bool";
  readonly values: readonly number[];
}

/** One call of an operation. Its floating-point inputs are the ones it is differentiated by. */
export interface Trial {
  readonly inputs: readonly Input[];
  readonly run: (...tensors: tf.Tensor[]) => tf.Tensor;
  /** The same by other operations, where the plain JavaScript backend gets this one wrong. */
  readonly reference?: (...tensors: tf.Tensor[]) => tf.Tensor;
  /** Shown when the trial fails. */
  readonly detail?: unknown;
}

export const backends = ["wasm", "cpu"] as const;
export type Backend = (typeof backends)[number];

const trialsEach = 10;

/** Values spread evenly and out of order: neighbours differ by `gap`, so that a small step changes no maximum. */
export function spread(random: Random, shape: readonly number[], gap = 0.1): Input {
  const size = tf.util.sizeFromShape([...shape]);
  const values = Array.from({ length: size }, (_, index) => (index - (size - 1) / 2) * gap);
  return { shape, dtype: "float32", values: random.shuffle(values) };
}

/** Values in [low, high]. */
export function uniform(random: Random, shape: readonly number[], low = -1, high = 1): Input {
  const size = tf.util.sizeFromShape([...shape]);
  return { shape, dtype: "float32", values: Array.from({ length: size }, () => low + (high - low) * random.next()) };
}

/** Whole numbers in [low, high]. */
export function integers(random: Random, shape: readonly number[], low: number, high: number): Input {
  const size = tf.util.sizeFromShape([...shape]);
  return { shape, dtype: "int32", values: Array.from({ length: size }, () => random.integer(low, high)) };
}

export async function openBackends(): Promise<void> {
  for (const backend of backends) {
    await chooseBackend(backend);
  }
}

/** Checks an operation's results on random trials: WASM against the plain JavaScript backend. */
export function agrees(name: string, draw: (random: Random) => Trial): void {
  test(`${name}: results`, () => {
    for (const { trial, seed } of trials(draw)) {
      const [actual, expected] = [forward("wasm", trial), forwardReference(trial)];
      const where = explain(trial, seed);
      expect(actual.shape, where).toEqual(expected.shape);
      expect(actual.dtype, where).toBe(expected.dtype);
      expectClose(actual.values, expected.values, 1e-5, where);
    }
  });
}

/**
 * Checks an operation's results and gradients: the gradients against finite differences, on each backend.
 *
 * @param on the backends whose gradient is right; docs/backends.md says what is wrong with the others.
 */
export function differentiates(name: string, draw: (random: Random) => Trial, on: readonly Backend[] = backends): void {
  agrees(name, draw);
  for (const backend of on) {
    test(`${name}: gradients on ${backend}`, () => {
      for (const { trial, seed, random } of trials(draw)) {
        checkGradients(backend, trial, random, explain(trial, seed));
      }
    });
  }
}

function* trials(draw: (random: Random) => Trial): Generator<{ trial: Trial; seed: number; random: Random }> {
  for (let seed = 1; seed <= trialsEach; seed++) {
    const random = new Random(seed * 7919);
    yield { trial: draw(random), seed, random };
  }
}

function explain({ inputs, detail }: Trial, seed: number): string {
  const shapes = inputs.map(({ shape, dtype }) => `${dtype}[${shape.join(", ")}]`).join(" ");
  return `seed ${seed}, inputs ${shapes}${detail === undefined ? "" : `, ${JSON.stringify(detail)}`}`;
}

export interface Result {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly values: readonly number[];
}

/** The result of a trial on a backend; fails when a tensor or a piece of backend memory is left behind. */
export function forward(backend: Backend, trial: Trial, inputs = trial.inputs): Result {
  return onBackend(backend, () => {
    const output = trial.run(...inputs.map(asTensor));
    return { shape: output.shape, dtype: output.dtype, values: Array.from(output.dataSync()) };
  });
}

function forwardReference(trial: Trial, inputs = trial.inputs): Result {
  return forward("cpu", { ...trial, run: trial.reference ?? trial.run }, inputs);
}

/** The gradients of `sum(weights · output)` by every floating-point input. */
export function gradients(backend: Backend, trial: Trial, weights: readonly number[]): number[][] {
  return onBackend(backend, () => {
    const tensors = trial.inputs.map(asTensor);
    const floats = tensors.filter((tensor) => tensor.dtype === "float32");
    const cost = (...varied: tf.Tensor[]) => {
      const queue = [...varied];
      const output = trial.run(
        ...tensors.map((tensor) => (tensor.dtype === "float32" ? (queue.shift() as tf.Tensor) : tensor)),
      );
      return tf.sum(tf.mul(output, tf.tensor([...weights], output.shape)));
    };
    return tf
      .grads(cost)(floats)
      .map((gradient) => Array.from(gradient.dataSync()));
  });
}

function onBackend<Value>(backend: Backend, compute: () => Value): Value {
  tf.setBackend(backend);
  const tensors = tf.memory().numTensors;
  const pieces = tf.backend().numDataIds();
  tf.engine().startScope();
  const value = compute();
  tf.engine().endScope();
  expect(tf.memory().numTensors, "tensors left behind").toBe(tensors);
  expect(tf.backend().numDataIds(), "backend memory left behind").toBe(pieces);
  return value;
}

function asTensor({ shape, dtype, values }: Input): tf.Tensor {
  return tf.tensor([...values], [...shape], dtype);
}

/** Half the distance of the two points that a slope is measured between. */
const step = 0.01;

function checkGradients(backend: Backend, trial: Trial, random: Random, where: string): void {
  const output = forwardReference(trial);
  const weights = output.values.map(() => random.next() * 2 - 1);
  const actual = gradients(backend, trial, weights);
  const floats = trial.inputs.flatMap((input, index) => (input.dtype === "float32" ? [index] : []));
  for (const [position, index] of floats.entries()) {
    const gradient = actual[position] as number[];
    const input = trial.inputs[index] as Input;
    expect(gradient.length, where).toBe(input.values.length);
    for (let direction = 0; direction < 3; direction++) {
      const slope = input.values.map(() => random.next() * 2 - 1);
      const cost = (side: number) => {
        const values = input.values.map((value, element) => value + side * step * (slope[element] as number));
        const moved = trial.inputs.map((other, which) => (which === index ? { ...input, values } : other));
        return dot(forwardReference(trial, moved).values, weights);
      };
      const expected = (cost(1) - cost(-1)) / (2 * step);
      const scale = 1 + Math.sqrt(dot(gradient, gradient));
      const message = `${where}, input ${index}`;
      expect(Math.abs(dot(gradient, slope) - expected) / scale, message).toBeLessThan(3e-3);
    }
  }
}

function dot(left: readonly number[], right: readonly number[]): number {
  return left.reduce((sum, value, index) => sum + value * (right[index] as number), 0);
}

/** Each element within `tolerance` of the largest. NaN agrees with NaN, infinity with the same infinity. */
export function expectClose(
  actual: readonly number[],
  expected: readonly number[],
  tolerance: number,
  where = "",
): void {
  expect(actual.length, where).toBe(expected.length);
  const scale = expected.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most), 1);
  for (const [index, value] of expected.entries()) {
    const found = actual[index] as number;
    if (Number.isFinite(value)) {
      expect(Math.abs(found - value), `${where}: element ${index} is ${found}, not ${value}`).toBeLessThanOrEqual(
        tolerance * scale,
      );
    } else {
      expect(found, `${where}: element ${index}`).toBe(value);
    }
  }
}
