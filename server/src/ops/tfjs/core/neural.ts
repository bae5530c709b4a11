import type { TensorValue } from "../../../interpreter/value";
import { doNotBroadcast } from "../../../rules/broadcast-mismatch";
import { broadcastShapes } from "../../../shape/broadcast";
import { constant, unknownDim } from "../../../shape/dim";
import type { Operation } from "../../operation";
import { anything, integer, integers, optional } from "../../parameter";
import { convertible, like, made, tensorLike } from "../tensors";
import { hasRank, tfOperation } from "./define";

const parameter = optional(tensorLike, undefined);

/** Each of the statistics must broadcast to the input. */
function batchNorm(name: string, rank: number | undefined) {
  return tfOperation({
    name,
    parameters: { x: tensorLike, mean: tensorLike, variance: tensorLike, offset: parameter, scale: parameter },
    result({ x, mean, variance, offset, scale }, cx) {
      if (rank !== undefined && x.shape && !hasRank(cx, x, [rank])) return like(cx, x);
      for (const statistic of [mean, variance, offset, scale]) {
        if (!statistic?.shape || !x.shape) continue;
        const joined = broadcastShapes(x.shape, statistic.shape);
        if (joined.kind === "ok") continue;
        const bare = (tensor: TensorValue) => ({ tensor, span: undefined });
        const { dimension } = joined;
        cx.report(doNotBroadcast({ cx, left: bare(x), right: bare(statistic), dimension, insertDimension: () => "" }));
        break;
      }
      return like(cx, x);
    },
  });
}

const dropout = tfOperation({
  name: "dropout",
  parameters: { x: convertible("float32") },
  result: ({ x }, cx) => like(cx, x, { dtype: "float32" }),
});

const localResponseNormalization = tfOperation({
  name: "localResponseNormalization",
  parameters: { x: tensorLike },
  result: ({ x }, cx) => like(cx, x),
});

function resize(name: string) {
  return tfOperation({
    name: `image.${name}`,
    parameters: { images: tensorLike, size: integers },
    result({ images, size }, cx) {
      const [height, width] = size;
      const dtype = name === "resizeBilinear" ? "float32" : images.dtype;
      if (!hasRank(cx, images, [3, 4], "the images") || !height || !width)
        return made(cx, { shape: undefined, dtype }, [images]);
      const first = images.shape.length - 3;
      return made(cx, { shape: images.shape.with(first, height).with(first + 1, width), dtype }, [images]);
    },
  });
}

function sameShape(name: string) {
  return tfOperation({ name, parameters: { image: tensorLike }, result: ({ image }, cx) => like(cx, image) });
}

/** A crop of that size for each box. */
const cropAndResize = tfOperation({
  name: "image.cropAndResize",
  parameters: { image: tensorLike, boxes: tensorLike, boxInd: anything, cropSize: integers },
  result({ image, boxes, cropSize }, cx) {
    const [count, channels] = [boxes.shape?.[0], image.shape?.[3]];
    const [height, width] = cropSize;
    const known = count && channels && height && width;
    return made(cx, { shape: known && [count, height, width, channels], dtype: "float32" }, [image, boxes]);
  },
});

const grayscaleToRGB = tfOperation({
  name: "image.grayscaleToRGB",
  parameters: { image: tensorLike },
  result: ({ image }, cx) => like(cx, image, { shape: image.shape?.with(-1, constant(3)) }),
});

const fromPixels = tfOperation({
  name: "browser.fromPixels",
  parameters: { pixels: anything, numChannels: optional(integer, constant(3)) },
  result: ({ numChannels }, cx) => made(cx, { shape: [unknownDim(), unknownDim(), numChannels], dtype: "int32" }),
});

export const neuralOperations: readonly Operation[] = [
  batchNorm("batchNorm", undefined),
  batchNorm("batchNorm2d", 2),
  batchNorm("batchNorm3d", 3),
  batchNorm("batchNorm4d", 4),
  dropout,
  localResponseNormalization,
];

export const imageOperations: readonly Operation[] = [
  resize("resizeBilinear"),
  resize("resizeNearestNeighbor"),
  cropAndResize,
  grayscaleToRGB,
  sameShape("image.flipLeftRight"),
  sameShape("image.rotateWithOffset"),
];

export const browserOperations: readonly Operation[] = [fromPixels];
