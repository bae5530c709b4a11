import * as tf from "@tensorflow/tfjs-core";
import type { GradConfig, NamedAttrMap, Tensor, Tensor4D } from "@tensorflow/tfjs-core";

/** Gradients that TensorFlow.js lacks on every backend. Repeating the call is harmless. */
export function registerMissingGradients(): void {
  for (const gradient of [convolution, depthwiseConvolution, gatherPoints, stridedSlice]) tf.registerGradient(gradient);
}

type Pair = readonly [number, number];

function pairOf(value: number | number[] | undefined): Pair {
  return typeof value === "number" ? [value, value] : [value?.[0] ?? 1, value?.[1] ?? value?.[0] ?? 1];
}

/** The filter with `dilation − 1` zeros between its elements: a convolution with it needs no dilation. */
function spread(filter: Tensor, [rows, columns]: Pair): Tensor4D {
  const [height, width, inputs, outputs] = filter.shape as [number, number, number, number];
  const padded = tf.pad(tf.reshape(filter, [height, 1, width, 1, inputs, outputs]), [
    ...([[0, 0], [0, rows - 1], [0, 0], [0, columns - 1], [0, 0], [0, 0]] as [number, number][]), // prettier-ignore
  ]);
  const whole = tf.reshape(padded, [height * rows, width * columns, inputs, outputs]);
  const size = [(height - 1) * rows + 1, (width - 1) * columns + 1, inputs, outputs];
  return tf.slice(whole, [0, 0, 0, 0], size) as Tensor4D;
}

/** The elements of the filter's gradient that `spread` has not filled in. */
function gatherBack(gradient: Tensor, shape: readonly number[], [rows, columns]: Pair): Tensor {
  const [height, width, inputs, outputs] = shape as [number, number, number, number];
  const padded = tf.pad(gradient, [
    [0, rows - 1],
    [0, columns - 1],
    [0, 0],
    [0, 0],
  ]);
  const apart = tf.reshape(padded, [height, rows, width, columns, inputs, outputs]);
  return tf.reshape(tf.slice(apart, [0, 0, 0, 0, 0, 0], [height, 1, width, 1, inputs, outputs]), [...shape]);
}

interface Names {
  readonly forward: string;
  readonly input: string;
  readonly filter: string;
}

/** Stock: refuses dilations. */
function convolutionGradient(names: Names): GradConfig {
  return {
    kernelName: names.forward,
    inputsToSave: ["x", "filter"],
    gradFunc: (upstream, saved, attrs) => {
      const [x, filter] = saved as [Tensor4D, Tensor4D];
      const { dilations, ...rest } = (attrs ?? {}) as unknown as tf.Conv2DAttrs;
      const dilation = pairOf(dilations);
      const isDilated = dilation[0] > 1 || dilation[1] > 1;
      const whole = () => (isDilated ? spread(filter, dilation) : filter);
      const run = (kernelName: string, inputs: tf.NamedTensorMap, shape: object) =>
        tf
          .engine()
          .runKernel(kernelName, inputs, { ...rest, dilations: 1, ...shape } as unknown as NamedAttrMap) as Tensor;
      const dy = upstream as Tensor;
      return {
        x: () => run(names.input, { dy, filter: whole() }, { inputShape: x.shape }),
        filter: () => {
          const filterShape = whole().shape;
          const gradient = run(names.filter, { x, dy }, { filterShape });
          return isDilated ? gatherBack(gradient, filter.shape, dilation) : gradient;
        },
      };
    },
  };
}

const convolution = convolutionGradient({
  forward: tf.Conv2D,
  input: tf.Conv2DBackpropInput,
  filter: tf.Conv2DBackpropFilter,
});

const depthwiseConvolution = convolutionGradient({
  forward: tf.DepthwiseConv2dNative,
  input: tf.DepthwiseConv2dNativeBackpropInput,
  filter: tf.DepthwiseConv2dNativeBackpropFilter,
});

/** Stock: missing. Points that are named more than once get the sum. */
const gatherPoints: GradConfig = {
  kernelName: tf.GatherNd,
  inputsToSave: ["params", "indices"],
  gradFunc: (upstream, saved) => {
    const [params, indices] = saved as [Tensor, Tensor];
    return {
      params: () => tf.scatterND(indices, upstream as Tensor, params.shape),
      indices: () => tf.zerosLike(indices),
    };
  },
};

/** Stock: missing. The same slice of the elements' numbers says where each element of the gradient belongs. */
const stridedSlice: GradConfig = {
  kernelName: tf.StridedSlice,
  inputsToSave: ["x"],
  gradFunc: (upstream, saved, attrs) => {
    const x = saved[0] as Tensor;
    return {
      x: () => {
        // In float32, since the WASM backend's slice takes any other type for it. Whole numbers stay exact up to 2²⁴.
        tf.util.assert(
          x.size <= 2 ** 24,
          () => `The gradient of stridedSlice takes up to 2²⁴ elements, got ${x.size}.`,
        );
        const numbers = tf.reshape(tf.range(0, x.size), x.shape);
        const sliced = tf.engine().runKernel(tf.StridedSlice, { x: numbers }, attrs as NamedAttrMap) as Tensor;
        const places = tf.cast(sliced, "int32");
        const dy = upstream as Tensor;
        const flat = tf.unsortedSegmentSum(
          tf.reshape(dy, [dy.size]),
          tf.reshape(places, [dy.size]) as tf.Tensor1D,
          x.size,
        );
        return tf.reshape(flat, x.shape);
      },
    };
  },
};
