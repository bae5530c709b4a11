import * as tf from "@tensorflow/tfjs-core";
import { registerMissingGradients } from "./missing-gradients";
import { paddingSides } from "./numeric-padding";
import type { GradConfig, NamedAttrMap, Tensor, Tensor4D } from "@tensorflow/tfjs-core";

/**
 * Gradients that TensorFlow.js gets wrong or lacks on every backend, replaced. docs/backends.md has the cases.
 * Repeating the call is harmless.
 */
export function registerGradientFixes(): void {
  registerMissingGradients();
  for (const gradient of [
    averagePool,
    batchMatMul,
    cumulativeSum,
    einsum,
    largerOf,
    maximumOver,
    minimumOver,
    smallerOf,
    squaredDifference,
  ]) {
    tf.registerGradient(gradient);
  }
}

/** Stock: does not sum over batch dimensions that were broadcast and throws for `x[B, T, D] · W[D, E]`. */
const batchMatMul: GradConfig = {
  kernelName: tf.BatchMatMul,
  inputsToSave: ["a", "b"],
  gradFunc: (upstream, saved, attrs) => {
    const [a, b] = saved as [Tensor, Tensor];
    const dy = upstream as Tensor;
    const { transposeA, transposeB } = attributes<tf.BatchMatMulAttrs>(attrs);
    return {
      a: () =>
        sumToShape(transposeA ? tf.matMul(b, dy, transposeB, true) : tf.matMul(dy, b, false, !transposeB), a.shape),
      b: () =>
        sumToShape(transposeB ? tf.matMul(dy, a, true, transposeA) : tf.matMul(a, dy, !transposeA, false), b.shape),
    };
  },
};

/**
 * Stock: divides by the whole window where padding cuts it, though the forward average divides by the elements inside.
 */
const averagePool: GradConfig = {
  kernelName: tf.AvgPool,
  inputsToSave: ["x"],
  gradFunc: (upstream, saved, attrs) => {
    const x = saved[0] as Tensor4D;
    const dy = upstream as Tensor4D;
    const { filterSize, strides, pad, dimRoundingMode } = attributes<tf.AvgPoolAttrs>(paddingSides(attrs));
    return {
      x: () => {
        const info = tf.backend_util.computePool2DInfo(x.shape, filterSize, strides, 1, pad, dimRoundingMode);
        const scale = tf.tensor4d(windowScale(info), [1, info.outHeight, info.outWidth, 1]);
        const inputs = { dy: tf.mul(dy, scale), input: x };
        return tf.engine().runKernel(tf.AvgPoolGrad, inputs, attrs) as Tensor;
      },
    };
  },
};

/** Window size over the number of its elements inside the image, for each output position. */
function windowScale(info: tf.backend_util.Conv2DInfo): Float32Array {
  const { outHeight, outWidth, filterHeight, filterWidth, padInfo } = info;
  const rows = Array.from({ length: outHeight }, (_, row) =>
    inside(row * info.strideHeight - padInfo.top, filterHeight, info.inHeight),
  );
  const columns = Array.from({ length: outWidth }, (_, column) =>
    inside(column * info.strideWidth - padInfo.left, filterWidth, info.inWidth),
  );
  const size = filterHeight * filterWidth;
  return Float32Array.from(rows.flatMap((height) => columns.map((width) => size / Math.max(1, height * width))));
}

function inside(start: number, length: number, limit: number): number {
  return Math.min(limit, start + length) - Math.max(0, start);
}

/** Stock: hands the whole gradient to every one of tied elements. Here they share it, as in PyTorch's amax and amin. */
const maximumOver = sharedExtremumGradient(tf.Max, (attrs) => attributes<tf.MaxAttrs>(attrs).reductionIndices);
const minimumOver = sharedExtremumGradient(tf.Min, (attrs) => attributes<tf.MinAttrs>(attrs).axis);

function sharedExtremumGradient(
  kernelName: typeof tf.Max | typeof tf.Min,
  axesOf: (attrs: NamedAttrMap) => number | number[],
): GradConfig {
  return {
    kernelName,
    inputsToSave: ["x"],
    outputsToSave: [true],
    gradFunc: (upstream, saved, attrs) => {
      const [x, y] = saved as [Tensor, Tensor];
      const axes = tf.util.parseAxisParam(axesOf(attrs), x.shape);
      const kept = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
      return {
        x: () => {
          const ties = tf.cast(tf.equal(x, tf.reshape(y, kept)), "float32");
          const share = tf.div(tf.reshape(upstream as Tensor, kept), tf.sum(ties, axes, true));
          return tf.mul(ties, share);
        },
      };
    },
  };
}

/**
 * Stock: does not sum over broadcast dimensions and throws where the shapes differ; gives ties to the first tensor
 * alone. Here two equal elements share the gradient, as in PyTorch.
 */
const largerOf = sharedChoiceGradient(tf.Maximum, (a, b) => tf.greater(a, b));
const smallerOf = sharedChoiceGradient(tf.Minimum, (a, b) => tf.less(a, b));

function sharedChoiceGradient(
  kernelName: typeof tf.Maximum | typeof tf.Minimum,
  isChosen: (candidate: Tensor, other: Tensor) => Tensor,
): GradConfig {
  return {
    kernelName,
    inputsToSave: ["a", "b"],
    gradFunc: (upstream, saved) => {
      const [a, b] = saved as [Tensor, Tensor];
      const gradientOf = (candidate: Tensor, other: Tensor) => () => {
        const whole = tf.cast(isChosen(candidate, other), "float32");
        const half = tf.div(tf.cast(tf.equal(candidate, other), "float32"), 2);
        return sumToShape(tf.mul(upstream as Tensor, tf.add(whole, half)), candidate.shape);
      };
      return { a: gradientOf(a, b), b: gradientOf(b, a) };
    },
  };
}

/** Stock: does not sum over broadcast dimensions and throws where the shapes differ. */
const squaredDifference: GradConfig = {
  kernelName: tf.SquaredDifference,
  inputsToSave: ["a", "b"],
  gradFunc: (upstream, saved) => {
    const [a, b] = saved as [Tensor, Tensor];
    const gradient = () => tf.mul(upstream as Tensor, tf.mul(2, tf.sub(a, b)));
    return {
      a: () => sumToShape(gradient(), a.shape),
      b: () => sumToShape(tf.neg(gradient()), b.shape),
    };
  },
};

/** Stock: permutes the gradient's dimensions unless the axis is the last one. */
const cumulativeSum: GradConfig = {
  kernelName: tf.Cumsum,
  gradFunc: (upstream, _saved, attrs) => {
    const { axis, exclusive, reverse } = attributes<tf.CumsumAttrs>(attrs);
    return { x: () => tf.cumsum(upstream as Tensor, axis, exclusive, !reverse) };
  },
};

/** Stock: missing. The gradient of a term is the einsum of the upstream gradient with the other term. */
const einsum: GradConfig = {
  kernelName: tf.Einsum,
  saveAllInputs: true,
  gradFunc: (upstream, saved, attrs) => {
    const dy = upstream as Tensor;
    const { equation } = attributes<tf.EinsumAttrs>(attrs);
    const [left, result] = equation.replace(/\s/g, "").split("->") as [string, string];
    const terms = left.split(",");
    const gradientOf = (index: number) => () => {
      const term = terms[index] as string;
      const others = terms.filter((_, other) => other !== index);
      const available = new Set([result, ...others].join(""));
      // A dimension summed in this term alone has the same gradient all along.
      const reached = [...term].filter((label) => available.has(label)).join("");
      const operands = [dy, ...saved.filter((_, other) => other !== index)];
      const gradient = tf.einsum(`${[result, ...others].join(",")}->${reached}`, ...operands);
      const shape = (saved[index] as Tensor).shape;
      const kept = shape.map((size, axis) => (available.has(term[axis] as string) ? size : 1));
      return tf.broadcastTo(tf.reshape(gradient, kept), shape);
    };
    return Object.fromEntries(terms.map((_, index) => [index, gradientOf(index)]));
  },
};

/** Sums over the dimensions that broadcasting added or repeated. */
function sumToShape(tensor: Tensor, shape: readonly number[]): Tensor {
  const axes = tf.broadcast_util.getReductionAxes([...shape], tensor.shape);
  return axes.length === 0 ? tensor : tf.reshape(tf.sum(tensor, axes), [...shape]);
}

/** tfjs-core types the attributes handed to a gradient as a loose map; this names the kernel's own type. */
function attributes<Attributes>(attrs: NamedAttrMap | undefined): Attributes {
  return (attrs ?? {}) as Attributes;
}
