import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, test } from "vitest";
import type { Random } from "./random";
import { agrees, backends, differentiates, gradients, integers, openBackends, spread, uniform } from "./trial";
import type { Input, Trial } from "./trial";

beforeAll(openBackends);

const anyShape = (random: Random) => random.shape(random.integer(1, 4), 1, 4);
const signed = (random: Random) => uniform(random, anyShape(random), -3, 3);
const positive = (random: Random) => uniform(random, anyShape(random), 0.5, 3);
const fraction = (random: Random) => uniform(random, anyShape(random), -0.9, 0.9);
/** Away from 0, where the function has a corner. */
const cornered = (random: Random): Input => {
  const input = spread(random, anyShape(random), 0.2);
  return { ...input, values: input.values.map((value) => value + 0.05) };
};

describe("of one tensor", () => {
  const smooth: readonly (readonly [string, (x: tf.Tensor) => tf.Tensor, (random: Random) => Input])[] = [
    ["exp", tf.exp, fraction],
    ["expm1", tf.expm1, fraction],
    ["log", tf.log, positive],
    ["log1p", tf.log1p, positive],
    ["sqrt", tf.sqrt, positive],
    ["rsqrt", tf.rsqrt, positive],
    ["square", tf.square, signed],
    ["reciprocal", tf.reciprocal, positive],
    ["neg", tf.neg, signed],
    ["sin", tf.sin, signed],
    ["cos", tf.cos, signed],
    ["tan", tf.tan, fraction],
    ["tanh", tf.tanh, signed],
    ["sigmoid", tf.sigmoid, signed],
    ["softplus", tf.softplus, signed],
    ["erf", tf.erf, signed],
    ["abs", tf.abs, cornered],
    ["relu", tf.relu, cornered],
    ["relu6", tf.relu6, cornered],
    ["elu", tf.elu, cornered],
    ["selu", tf.selu, cornered],
    ["leakyRelu", (x) => tf.leakyRelu(x, 0.1), cornered],
    ["clipByValue", (x) => tf.clipByValue(x, -0.44, 0.44), cornered],
  ];
  for (const [name, apply, fill] of smooth) {
    differentiates(name, (random) => ({ inputs: [fill(random)], run: (x) => apply(x as tf.Tensor) }));
  }
  const stepped = { floor: tf.floor, ceil: tf.ceil, round: tf.round, sign: tf.sign, isNaN: tf.isNaN, step: tf.step };
  for (const [name, apply] of Object.entries(stepped)) {
    agrees(name, (random) => ({ inputs: [cornered(random)], run: (x) => apply(x as tf.Tensor) }));
  }
});

/** Two tensors whose shapes broadcast: each dimension may be 1 on one side, and one side may have fewer. */
function broadcast(random: Random, fill: (random: Random, shape: number[]) => Input): [Input, Input] {
  const shape = anyShape(random);
  const narrow = () => shape.map((size) => (random.next() < 0.3 ? 1 : size));
  const sides: [number[], number[]] = [narrow(), narrow().slice(random.integer(0, shape.length - 1))];
  const [left, right] = random.pick([sides, [sides[1], sides[0]]]) as [number[], number[]];
  return [fill(random, left), fill(random, right)];
}

describe("of two tensors, broadcast", () => {
  type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;
  const above = (random: Random, shape: number[]) => uniform(random, shape, 0.5, 2);
  const apart = (random: Random, shape: number[]) => uniform(random, shape, -2, 2);
  const smooth: readonly (readonly [string, Binary, typeof above])[] = [
    ["add", tf.add, apart],
    ["sub", tf.sub, apart],
    ["mul", tf.mul, apart],
    ["div", tf.div, above],
    ["pow", tf.pow, above],
    ["squaredDifference", tf.squaredDifference, apart],
    ["atan2", tf.atan2, above],
    ["maximum", (a, b) => tf.maximum(a, tf.add(b, 5)), apart],
    ["minimum", (a, b) => tf.minimum(a, tf.add(b, 5)), apart],
  ];
  for (const [name, apply, fill] of smooth) {
    differentiates(name, (random) => ({
      inputs: broadcast(random, fill),
      run: (a, b) => apply(a as tf.Tensor, b as tf.Tensor),
    }));
  }
  const stepped: Record<string, Binary> = {
    maximum: tf.maximum,
    minimum: tf.minimum,
    equal: tf.equal,
    notEqual: tf.notEqual,
    less: tf.less,
    lessEqual: tf.lessEqual,
    greater: tf.greater,
    greaterEqual: tf.greaterEqual,
  };
  for (const [name, apply] of Object.entries(stepped)) {
    agrees(name, (random) => ({
      inputs: broadcast(random, (source, shape) => uniform(source, shape)),
      run: (a, b) => apply(a as tf.Tensor, b as tf.Tensor),
    }));
    agrees(`${name} of whole numbers`, (random) => ({
      inputs: broadcast(random, (source, shape) => integers(source, shape, -3, 3)),
      run: (a, b) => apply(a as tf.Tensor, b as tf.Tensor),
    }));
  }
  for (const [name, apply] of Object.entries({ add: tf.add, sub: tf.sub, mul: tf.mul } satisfies Record<
    string,
    Binary
  >)) {
    agrees(`${name} of whole numbers`, (random) => ({
      inputs: broadcast(random, (source, shape) => integers(source, shape, -1000, 1000)),
      run: (a, b) => apply(a as tf.Tensor, b as tf.Tensor),
    }));
  }
  const logical = { logicalAnd: tf.logicalAnd, logicalOr: tf.logicalOr, logicalXor: tf.logicalXor };
  for (const [name, apply] of Object.entries(logical)) {
    agrees(name, (random) => ({
      inputs: broadcast(random, (source, shape) => ({ ...integers(source, shape, 0, 1), dtype: "bool" })),
      run: (a, b) => apply(a as tf.Tensor, b as tf.Tensor),
    }));
  }
  differentiates("prelu", (random) => {
    const x = cornered(random);
    return {
      inputs: [x, uniform(random, x.shape.slice(-1))],
      run: (...[a, b]) => tf.prelu(a as tf.Tensor, b as tf.Tensor),
    };
  });
  differentiates("where", (random) => {
    const shape = anyShape(random);
    const condition: Input = { ...integers(random, shape, 0, 1), dtype: "bool" };
    return {
      inputs: [condition, uniform(random, shape), uniform(random, shape)],
      run: (test, a, b) => tf.where(test as tf.Tensor, a as tf.Tensor, b as tf.Tensor),
    };
  });
  test("equal elements share the gradient of maximum and minimum", () => {
    for (const backend of backends) {
      for (const choose of [tf.maximum, tf.minimum]) {
        const ones: Input = { shape: [2], dtype: "float32", values: [1, 1] };
        const trial: Trial = { inputs: [ones, ones], run: (a, b) => choose(a as tf.Tensor, b as tf.Tensor) };
        expect(gradients(backend, trial, [2, 4])).toEqual([
          [1, 2],
          [1, 2],
        ]);
      }
    }
  });
});
