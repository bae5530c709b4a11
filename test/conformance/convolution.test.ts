import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe } from "vitest";
import type { Random } from "./random";
import { differentiates, openBackends, uniform } from "./trial";
import type { Trial } from "./trial";

beforeAll(openBackends);

type Padding = "same" | "valid" | number | [[0, 0], [number, number], [number, number], [0, 0]];

const paddings = (random: Random): Padding =>
  random.pick<Padding>([
    "same",
    "valid",
    1,
    [
      [0, 0],
      [random.integer(0, 2), random.integer(0, 2)],
      [random.integer(0, 2), random.integer(0, 2)],
      [0, 0],
    ],
  ]);

/** tfjs-core refuses a rounding mode beside the paddings that need none. */
const rounding = (pad: Padding) => (typeof pad === "string" ? undefined : "floor");

function conv2d(random: Random, stride: () => number, dilation: number): Trial {
  const [batch, channels, filters] = [random.integer(2, 3), random.integer(1, 4), random.integer(1, 5)];
  const kernel = [random.integer(1, 3), random.integer(1, 3)] as const;
  const size = random.shape(2, 5, 8);
  const pad = paddings(random);
  const strides: [number, number] = [stride(), stride()];
  return {
    inputs: [uniform(random, [batch, ...size, channels]), uniform(random, [...kernel, channels, filters])],
    run: (x, filter) =>
      tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, strides, pad, "NHWC", dilation, rounding(pad)),
    detail: { strides, pad },
  };
}

describe("conv2d", () => {
  differentiates("stride 1", (random) => conv2d(random, () => 1, 1));
  differentiates("strides 1 to 3", (random) => conv2d(random, () => random.integer(1, 3), 1));
  differentiates("dilation 2", (random) => conv2d(random, () => 1, 2));
  differentiates("filter as large as the image", (random) => ({
    inputs: [uniform(random, [2, 3, 4, 2]), uniform(random, [3, 4, 2, 3])],
    run: (x, filter) => tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, "valid"),
  }));
  differentiates("padding wider than the filter", (random) => ({
    inputs: [uniform(random, [2, 4, 4, 2]), uniform(random, [2, 2, 2, 3])],
    run: (x, filter) => tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 3, "NHWC", 1, "floor"),
  }));
});

describe("depthwiseConv2d", () => {
  differentiates("strides, padding and multipliers", (random) => {
    const [batch, channels, multiplier] = [2, random.integer(1, 3), random.integer(1, 3)];
    const stride = random.integer(1, 2);
    const pad = random.pick(["same", "valid"] as const);
    return {
      inputs: [
        uniform(random, [batch, ...random.shape(2, 4, 7), channels]),
        uniform(random, [...random.shape(2, 1, 3), channels, multiplier]),
      ],
      run: (x, filter) => tf.depthwiseConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, stride, pad),
      detail: { stride, pad },
    };
  });
});

describe("depthwiseConv2d with dilation", () => {
  differentiates("2", (random) => ({
    inputs: [uniform(random, [2, ...random.shape(2, 5, 7), 3]), uniform(random, [...random.shape(2, 1, 3), 3, 2])],
    run: (x, filter) => tf.depthwiseConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, "same", "NHWC", 2),
  }));
});

describe("conv3d", () => {
  const trial = (random: Random, stride: () => number): Trial => {
    const [channels, filters] = [random.integer(1, 3), random.integer(1, 4)];
    const pad = random.pick(["same", "valid"] as const);
    const strides: [number, number, number] = [stride(), stride(), stride()];
    return {
      inputs: [
        uniform(random, [2, ...random.shape(3, 3, 5), channels]),
        uniform(random, [...random.shape(3, 1, 3), channels, filters]),
      ],
      run: (x, filter) => tf.conv3d(x as tf.Tensor5D, filter as tf.Tensor5D, strides, pad),
      detail: { strides, pad },
    };
  };
  differentiates("stride 1", (random) => trial(random, () => 1));
  differentiates("strides 1 to 2", (random) => trial(random, () => random.integer(1, 2)));
});

describe("built on convolution", () => {
  differentiates("conv1d", (random) => ({
    inputs: [uniform(random, [2, 7, 3]), uniform(random, [3, 3, 4])],
    run: (x, filter) => tf.conv1d(x as tf.Tensor3D, filter as tf.Tensor3D, 2, "same"),
  }));
  differentiates("conv2dTranspose", (random) => ({
    inputs: [uniform(random, [2, 3, 4, 3]), uniform(random, [3, 3, 2, 3])],
    run: (x, filter) => tf.conv2dTranspose(x as tf.Tensor4D, filter as tf.Tensor4D, [2, 6, 8, 2], 2, "same"),
  }));
  differentiates("separableConv2d", (random) => ({
    inputs: [uniform(random, [2, 5, 5, 2]), uniform(random, [3, 3, 2, 2]), uniform(random, [1, 1, 4, 3])],
    run: (x, depthwise, pointwise) =>
      tf.separableConv2d(x as tf.Tensor4D, depthwise as tf.Tensor4D, pointwise as tf.Tensor4D, 1, "same"),
  }));
  differentiates("batchNorm", (random) => {
    const x = uniform(random, [2, 3, 3, 4]);
    const [mean, offset, scale] = [uniform(random, [4]), uniform(random, [4]), uniform(random, [4])];
    return {
      inputs: [x, mean, uniform(random, [4], 0.5, 2), offset, scale],
      run: (...[images, m, variance, shift, gain]) =>
        tf.batchNorm(
          images as tf.Tensor4D,
          m as tf.Tensor1D,
          variance as tf.Tensor1D,
          shift as tf.Tensor1D,
          gain as tf.Tensor1D,
        ),
    };
  });
});
