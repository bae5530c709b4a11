import type * as tf from "@tensorflow/tfjs";
import type { Program } from "./program";
import { js, Text } from "./program";
import type { Random } from "./random";
import { product } from "./random";

/** A shape with its batch; `null` is open. */
export type Sizes = readonly (number | null)[];

export function layer(name: string, options: Readonly<Record<string, unknown>> = {}): Text {
  return new Text(`tf.layers.${name}(${js(options)})`);
}

/** The same layer with more options: `inputShape` for the first of a model. */
export function withOptions(text: Text, options: Readonly<Record<string, unknown>>): Text {
  const [name, given] = [
    /^tf\.layers\.(\w+)/.exec(String(text))?.[1] ?? "",
    String(text).replace(/^tf\.layers\.\w+\((.*)\)$/s, "$1"),
  ];
  const inner = given.replace(/^\{\s*|\s*\}$/g, "");
  const added = js(options).replace(/^\{\s*|\s*\}$/g, "");
  return new Text(`tf.layers.${name}({ ${[added, inner].filter((one) => one !== "").join(", ")} })`);
}

type Maker = (r: Random, shape: Sizes) => Text;

const activation = (r: Random) => r.pick([undefined, "relu", "tanh", "softmax", "elu"]);
const dense: Maker = (r) =>
  layer("dense", { units: r.int(1, 6), activation: activation(r), useBias: r.pick([undefined, false]) });
const flatten: Maker = () => layer("flatten");
const format = (r: Random) => r.pick([undefined, undefined, undefined, undefined, "channelsFirst"]);
const padding = (r: Random) => r.pick([undefined, "same", "valid"]);

function recurrent(r: Random, returnSequences = r.pick([true, undefined])): Text {
  return layer(r.pick(["lstm", "gru", "simpleRNN"]), {
    units: r.int(2, 4),
    returnSequences,
    goBackwards: r.pick([undefined, true]),
  });
}

function cells(r: Random): unknown {
  const cell = () => layer(r.pick(["lstmCell", "gruCell", "simpleRNNCell"]), { units: r.int(2, 4) });
  return r.pick([() => cell(), () => [cell(), cell()], () => layer("stackedRNNCells", { cells: [cell(), cell()] })])();
}

function convolution(
  name: string,
  dimensions: number,
  extra: (r: Random) => Record<string, unknown> = (r) => ({ filters: r.int(1, 4) }),
): Maker {
  return (r, shape) => {
    const smallest = Math.min(...shape.slice(1, 1 + dimensions).map((size) => size ?? 3));
    const kernelSize = r.chance(0.9)
      ? r.int(1, Math.max(1, Math.min(3, smallest)))
      : r.pick([5, Array.from({ length: dimensions }, () => 2)]);
    const options = { kernelSize, strides: r.pick([undefined, undefined, 1, 2]), padding: padding(r) };
    return layer(name, {
      ...extra(r),
      ...options,
      dataFormat: dimensions === 2 && /^conv2d$/.test(name) ? format(r) : undefined,
    });
  };
}

function pooling(names: readonly string[]): Maker {
  return (r) =>
    layer(r.pick(names), {
      poolSize: r.pick([undefined, 2, 1, 3]),
      strides: r.pick([undefined, 1, 2]),
      padding: padding(r),
    });
}

const EVERYWHERE: readonly Maker[] = [
  (r) => layer(r.pick(["dropout", "gaussianNoise", "gaussianDropout", "alphaDropout"]), { rate: 0.2, stddev: 0.1 }),
  (r, shape) =>
    shape.length > 4
      ? layer("dropout", { rate: 0.5 })
      : layer("batchNormalization", r.chance(0.85) ? {} : { axis: r.pick([-1, shape.length - 1, shape.length]) }),
  (_, shape) => (shape.length > 4 ? layer("dropout", { rate: 0.5 }) : layer("layerNormalization")),
  (r) => layer("activation", { activation: r.pick(["relu", "sigmoid", "softmax", "swish", "mish", "hardSigmoid"]) }),
  (r) => layer(r.pick(["reLU", "leakyReLU", "elu", "thresholdedReLU", "prelu"])),
  (r, [, ...sizes]) => {
    if (sizes.includes(null)) return dense(r, []);
    const to = r.factors(product(sizes as number[]), r.int(1, 3));
    return layer("reshape", { targetShape: r.chance(0.12) ? r.mistaken(to) : to });
  },
  (r) => layer("rescaling", { scale: 1 / 4, offset: r.pick([undefined, 1]) }),
];

const BY_RANK: Readonly<Record<number, readonly Maker[]>> = {
  2: [dense, dense, dense, (r) => layer("repeatVector", { n: r.int(1, 4) })],
  3: [
    dense,
    flatten,
    (r, shape) => layer("permute", { dims: r.chance(0.9) ? r.shuffle([1, 2]) : [1, 2, shape.length] }),
    convolution("conv1d", 1),
    (r) => recurrent(r),
    (r) => recurrent(r),
    (r) => layer("rnn", { cell: cells(r), returnSequences: r.pick([true, undefined]) }),
    (r) => layer("timeDistributed", { layer: dense(r, []) }),
    (r) =>
      layer("bidirectional", { layer: recurrent(r), mergeMode: r.pick([undefined, "concat", "sum", "ave", "mul"]) }),
    pooling(["maxPooling1d", "averagePooling1d", "maxPool1d", "avgPool1d"]),
    (r) => layer(r.pick(["globalAveragePooling1d", "globalMaxPooling1d"])),
    (r) => layer("spatialDropout1d", { rate: r.pick([0.1, 0.5]) }),
  ],
  4: [
    flatten,
    flatten,
    (r) => layer("permute", { dims: r.shuffle([1, 2, 3]) }),
    convolution("conv2d", 2),
    convolution("conv2d", 2),
    convolution("separableConv2d", 2),
    convolution("conv2dTranspose", 2),
    convolution("depthwiseConv2d", 2, (r) => ({ depthMultiplier: r.pick([undefined, 2]) })),
    pooling(["maxPooling2d", "averagePooling2d", "maxPool2d", "avgPooling2d"]),
    (r) => layer(r.pick(["globalAveragePooling2d", "globalMaxPooling2d"]), { dataFormat: format(r) }),
    (r) => layer("upSampling2d", r.pick([{}, { size: [1, 2] }])),
    (r) =>
      layer("zeroPadding2d", {
        padding: r.pick([
          1,
          [1, 2],
          [
            [1, 0],
            [0, 2],
          ],
        ]),
      }),
    (r) =>
      layer("cropping2D", {
        cropping: r.pick([
          1,
          [
            [0, 1],
            [1, 0],
          ],
        ]),
      }),
  ],
  5: [
    flatten,
    convolution("conv3d", 3),
    convolution("conv3dTranspose", 3),
    pooling(["maxPooling3d", "averagePooling3d", "avgPool3d"]),
    (r) => layer("timeDistributed", { layer: flatten(r, []) }),
    (r) =>
      layer("timeDistributed", {
        layer: layer("conv2d", { filters: r.int(1, 3), kernelSize: 2, padding: padding(r) }),
      }),
    (r) =>
      layer("convLstm2d", {
        filters: r.int(1, 3),
        kernelSize: r.int(1, 2),
        padding: padding(r),
        returnSequences: r.pick([undefined, true]),
      }),
  ],
};

/** A layer for an input of that shape; now and then one that wants another rank. */
export function fitting(r: Random, shape: Sizes): Text {
  const rank = r.chance(0.05) ? r.int(2, 5) : Math.min(5, Math.max(2, shape.length));
  return r.pick([...(BY_RANK[rank] ?? []), ...EVERYWHERE])(r, shape);
}

/** The shape of one example: a vector, a sequence, an image, a volume. */
export function example(r: Random): Sizes {
  const open = r.chance(0.08) ? null : undefined;
  return r.pick([
    () => [r.int(1, 8)],
    () => [open ?? r.int(2, 7), r.int(1, 4)],
    () => [r.int(3, 9), r.int(3, 9), r.int(1, 3)],
    () => [r.int(3, 9), r.int(3, 9), r.int(1, 3)],
    () => [r.int(2, 4), r.int(3, 5), r.int(3, 5), r.int(1, 2)],
  ])();
}

/** Whether an input of exactly this shape leaves nothing of itself somewhere in the model, which open sizes cannot tell. */
export function emptyInside(model: tf.LayersModel, shape: readonly number[]): boolean {
  try {
    let sizes = shape as tf.Shape;
    for (const one of model.layers) {
      sizes = one.computeOutputShape(sizes) as tf.Shape;
      if (sizes.some((size) => size !== null && size <= 0)) return true;
    }
    return false;
  } catch {
    return false;
  }
}

export async function define(p: Program, text: Text): Promise<string> {
  return p.random.chance(0.25) ? (await p.define(String(text))).name : String(text);
}
