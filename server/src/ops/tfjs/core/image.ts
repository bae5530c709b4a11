import { counted } from "../../../rules/evidence";
import type { TensorValue, Value } from "../../../interpreter/value";
import { UNDEFINED, UNKNOWN } from "../../../interpreter/value";
import { wrongCount } from "../../../rules/rank-mismatch";
import { sidesDiffer, sizeMismatch } from "../../../rules/shape-mismatch";
import type { Dim } from "../../../shape/dim";
import { constant, minimum, surelyDifferent, unknownDim } from "../../../shape/dim";
import type { Operation, OperationContext } from "../../operation";
import { anything, flag, integer, integers, optional } from "../../parameter";
import { requireDtype } from "../dtypes";
import { convertible, like, made, tensorLike } from "../tensors";
import type { Ranked } from "./define";
import { hasRank, tfOperation } from "./define";
import { t } from "../../../text/translate";

const ignored = optional(anything, undefined);

/** Reports a dimension that must have this size; a size that is not known is that size from then on. */
function requireSize(cx: OperationContext, input: Ranked, axis: number, expected: Dim, quantity: string): void {
  const size = input.shape.at(axis);
  if (!size) return;
  if (!surelyDifferent(size, expected)) return cx.assumeEqual(size, expected);
  const position = axis < 0 ? axis + input.shape.length : axis;
  const about = { cx, input, axis: position, expected, quantity, source: undefined };
  cx.report(sizeMismatch({ ...about, parameter: cx.operation }));
}

/** `[height, width]`; reports anything else. */
function imageSize(cx: OperationContext, input: TensorValue, size: readonly Dim[], name: string) {
  const [height, width] = size;
  if (size.length === 2 && height && width) return { height, width };
  const message = t`${name} must be [height, width], got ${counted(size.length, "size")}.`;
  cx.report(wrongCount({ cx, input, message, span: cx.source(name)?.span }));
  return undefined;
}

function resize(name: "resizeBilinear" | "resizeNearestNeighbor") {
  return tfOperation({
    name: `image.${name}`,
    parameters: { images: tensorLike, size: integers },
    result({ images, size }, cx) {
      const dtype = name === "resizeBilinear" ? "float32" : images.dtype;
      const ranked = hasRank(cx, images, [3, 4], t`the images`);
      const given = ranked ? imageSize(cx, images, size, "size") : undefined;
      if (!ranked || !given) return made(cx, { shape: undefined, dtype }, [images]);
      const first = images.shape.length - 3;
      return made(cx, { shape: images.shape.with(first, given.height).with(first + 1, given.width), dtype }, [images]);
    },
  });
}

/** Of batches of images alone. */
function moved(name: string) {
  return tfOperation({
    name: `image.${name}`,
    parameters: { image: tensorLike },
    result({ image }, cx) {
      if (image.shape) hasRank(cx, image, [4]);
      return like(cx, image);
    },
  });
}

/** A crop of that size for each box. */
const cropAndResize = tfOperation({
  name: "image.cropAndResize",
  parameters: {
    image: tensorLike,
    boxes: convertible("float32"),
    boxInd: convertible("int32"),
    cropSize: integers,
  },
  result({ image, boxes, boxInd, cropSize }, cx) {
    const result = (shape: readonly Dim[] | undefined) => made(cx, { shape, dtype: "float32" }, [image, boxes]);
    requireDtype(cx, boxes, "float32", t`the boxes`, "boxes");
    requireDtype(cx, boxInd, "int32", t`the indices`, "boxInd");
    if (image.shape && !hasRank(cx, image, [4], t`the image`)) return result(undefined);
    if (boxes.shape && !checkBoxes(cx, boxes)) return result(undefined);
    const size = imageSize(cx, image, cropSize, "cropSize");
    const [count, indices] = [boxes.shape?.[0], boxInd.shape?.[0]];
    if (boxInd.shape && !hasRank(cx, boxInd, [1], "boxInd")) return result(undefined);
    if (count && indices && surelyDifferent(count, indices)) {
      const reason = t`boxInd names the image of each box.`;
      cx.report(sidesDiffer({ cx, first: boxes, second: boxInd, axis: 0, reason }));
    }
    const channels = image.shape?.[3];
    return result(count && channels && size && [count, size.height, size.width, channels]);
  },
});

function checkBoxes(cx: OperationContext, boxes: TensorValue): boxes is Ranked {
  if (!hasRank(cx, boxes, [2], t`the boxes`)) return false;
  requireSize(cx, boxes, 1, constant(4), "coordinates");
  return true;
}

function colours(name: "grayscaleToRGB" | "rgbToGrayscale") {
  const [from, to] = name === "grayscaleToRGB" ? [1, 3] : [3, 1];
  return tfOperation({
    name: `image.${name}`,
    parameters: { image: tensorLike },
    result({ image }, cx) {
      if (!image.shape || !hasRank(cx, image, [2, 3, 4, 5, 6])) return like(cx, image, { shape: undefined });
      requireSize(cx, image, -1, constant(from), "channels");
      return like(cx, image, { shape: image.shape.with(-1, constant(to)) });
    },
  });
}

/** `[height, width, 1]` of 0 and 255. */
const threshold = tfOperation({
  name: "image.threshold",
  parameters: { image: tensorLike },
  result({ image }, cx) {
    if (!hasRank(cx, image, [3])) return made(cx, { shape: undefined, dtype: "int32" }, [image]);
    return made(cx, { shape: image.shape.with(-1, constant(1)), dtype: "int32" }, [image]);
  },
});

/** Projective transforms, eight numbers for each image or for all. */
const transform = tfOperation({
  name: "image.transform",
  parameters: {
    image: convertible("float32"),
    transforms: convertible("float32"),
    interpolation: ignored,
    fillMode: ignored,
    fillValue: ignored,
    outputShape: optional(integers, undefined),
  },
  result({ image, transforms, outputShape }, cx) {
    const result = (shape: readonly Dim[] | undefined) => made(cx, { shape, dtype: "float32" }, [image, transforms]);
    requireDtype(cx, image, "float32", t`the image`, "image");
    requireDtype(cx, transforms, "float32", t`the transforms`, "transforms");
    if (image.shape && !hasRank(cx, image, [4], t`the image`)) return result(undefined);
    if (transforms.shape && hasRank(cx, transforms, [2], t`the transforms`)) checkTransforms(cx, image, transforms);
    const size = outputShape && imageSize(cx, image, outputShape, "outputShape");
    return result(size && image.shape ? image.shape.with(1, size.height).with(2, size.width) : image.shape);
  },
});

/** Eight numbers, for each image or for all. */
function checkTransforms(cx: OperationContext, image: TensorValue, transforms: Ranked): void {
  requireSize(cx, transforms, 1, constant(8), t`numbers in each transform`);
  const [images, count] = [image.shape?.[0], transforms.shape[0]];
  if (!images || !count || !surelyDifferent(count, constant(1)) || !surelyDifferent(count, images)) return;
  const reason = t`There must be one transform, or one for each image.`;
  cx.report(sidesDiffer({ cx, first: image, second: transforms, axis: 0, reason }));
}

type Selection = "plain" | "withScore" | "padded";

/** How many boxes remain is not known, unless they are padded. */
function suppression(name: string, kind: Selection, awaited: boolean) {
  return tfOperation({
    name: `image.${name}`,
    parameters: {
      boxes: tensorLike,
      scores: tensorLike,
      maxOutputSize: integer,
      iouThreshold: ignored,
      scoreThreshold: ignored,
      option: kind === "padded" ? optional(flag, false) : (ignored as never),
    },
    result({ boxes, scores, maxOutputSize, option }, cx): Value {
      const boxed = boxes.shape ? checkBoxes(cx, boxes) : undefined;
      const scored = scores.shape && hasRank(cx, scores, [1], t`the scores`);
      const [count, given] = [boxes.shape?.[0], scores.shape?.[0]];
      if (boxed && scored && count && given && surelyDifferent(count, given))
        cx.report(sidesDiffer({ cx, first: boxes, second: scores, axis: 0, reason: t`Every box needs a score.` }));
      const padded = kind === "padded" && (option as unknown) === true;
      const size = padded ? (count ? minimum(maxOutputSize, count) : unknownDim(0)) : unknownDim(0);
      const value = selected(cx, kind, size, [boxes, scores]);
      return awaited ? { kind: "promise", value } : value;
    },
  });
}

function selected(cx: OperationContext, kind: Selection, size: Dim, inputs: readonly TensorValue[]): Value {
  const selectedIndices = made(cx, { shape: [size], dtype: "int32" }, inputs);
  switch (kind) {
    case "plain":
      return selectedIndices;
    case "withScore":
      return cx.record({ selectedIndices, selectedScores: made(cx, { shape: [size], dtype: "float32" }, inputs) });
    case "padded":
      return cx.record({ selectedIndices, validOutputs: made(cx, { shape: [], dtype: "int32" }, inputs) });
  }
}

function fromPixels(name: string, awaited: boolean) {
  return tfOperation({
    name: `browser.${name}`,
    parameters: { pixels: anything, numChannels: optional(integer, constant(3)) },
    result({ pixels, numChannels }, cx): Value {
      const value = made(cx, { shape: [...pixelSizes(cx, pixels), numChannels], dtype: "int32" });
      return awaited ? { kind: "promise", value } : value;
    },
  });
}

/** `{ data, width, height }` says its size; a canvas or a video has one that only the page knows. */
function pixelSizes(cx: OperationContext, pixels: Value): readonly Dim[] {
  const properties = cx.properties(pixels);
  return ["height", "width"].map((name) => {
    const size = properties?.get(name);
    return size?.kind === "integer" ? size.dim : unknownDim(1, name);
  });
}

function shown(name: string, value: Value) {
  return tfOperation({ name: `browser.${name}`, parameters: { image: anything }, result: () => value });
}

export const imageOperations: readonly Operation[] = [
  resize("resizeBilinear"),
  resize("resizeNearestNeighbor"),
  cropAndResize,
  colours("grayscaleToRGB"),
  colours("rgbToGrayscale"),
  moved("flipLeftRight"),
  moved("rotateWithOffset"),
  threshold,
  transform,
  ...(["", "Async"] as const).flatMap((suffix) => [
    suppression(`nonMaxSuppression${suffix}`, "plain", suffix === "Async"),
    suppression(`nonMaxSuppressionWithScore${suffix}`, "withScore", suffix === "Async"),
    suppression(`nonMaxSuppressionPadded${suffix}`, "padded", suffix === "Async"),
  ]),
];

export const browserOperations: readonly Operation[] = [
  fromPixels("fromPixels", false),
  fromPixels("fromPixelsAsync", true),
  shown("toPixels", { kind: "promise", value: UNKNOWN }),
  shown("draw", UNDEFINED),
];
