import type { NativeClass } from "../../interpreter/native";
import type { TensorValue } from "../../interpreter/value";
import { indivisible } from "../../rules/not-divisible";
import { wrongRank } from "../../rules/rank-mismatch";
import { mismatch, sizeMismatch } from "../../rules/shape-mismatch";
import type { Dim } from "../../shape/dim";
import { constant, modulo, surelyDifferent } from "../../shape/dim";
import type { Shape } from "../../shape/shape";
import { formatShape, numel } from "../../shape/shape";
import { contiguousStrides, isContiguous } from "../../shape/strides";
import { flag, integers, optional, tensor } from "../parameter";
import { extent, extentOrExtents, ignored, optionalTensor } from "./arguments";
import { requireFloatingInput } from "./linear";
import { moduleClass } from "./module";
import type { ModuleContext } from "./module";
import { contiguousResult, tensorResult, torchOperation } from "./result";
import type { TorchContext } from "./result";
import { t } from "../../text/translate";

/** Row-major order stays; what becomes of other layouts is up to the kernel that is chosen. */
function normalised(cx: TorchContext, input: TensorValue): TensorValue {
  const { shape, strides } = input;
  const ordered = shape && strides && isContiguous(shape, strides) === "yes";
  const layout = ordered ? contiguousStrides(shape) : undefined;
  return tensorResult(cx, [input], { shape, dtype: input.dtype ?? "float32", strides: layout });
}

interface Ranks {
  readonly ranks: readonly number[];
  readonly expected: string;
}

/** Whether the input has one of the ranks; reports when it surely has another. */
function hasRank(cx: TorchContext, input: TensorValue, { ranks, expected }: Ranks): boolean {
  if (!input.shape) return false;
  if (ranks.includes(input.shape.length)) return true;
  cx.report(wrongRank({ cx, input, expected }));
  return false;
}

function channelsFit(cx: ModuleContext, input: TensorValue, axis: number, channels: Dim): void {
  const size = input.shape?.[axis];
  if (!size) return;
  if (!surelyDifferent(size, channels)) return cx.assumeEqual(size, channels);
  const source = cx.declared("numFeatures");
  const parameter = "numFeatures";
  cx.report(sizeMismatch({ cx, input, axis, expected: channels, quantity: "features", parameter, source }));
}

function affineWeights({ numFeatures, affine }: { numFeatures: Dim; affine: boolean }): Record<string, Shape> {
  return affine ? { weight: [numFeatures], bias: [numFeatures] } : {};
}

function batchNorm(name: string, about: Ranks): NativeClass {
  return moduleClass({
    name,
    parameters: {
      numFeatures: extent,
      eps: ignored,
      momentum: ignored,
      affine: optional(flag, true),
      trackRunningStats: ignored,
    },
    weights: affineWeights,
    forward: {
      parameters: { input: tensor },
      result({ input }, { numFeatures }, cx) {
        requireFloatingInput(cx, input);
        if (hasRank(cx, input, about)) channelsFit(cx, input, 1, numFeatures);
        return normalised(cx, input);
      },
    },
  });
}

function instanceNorm(name: string, about: Ranks): NativeClass {
  return moduleClass({
    name,
    parameters: {
      numFeatures: extent,
      eps: ignored,
      momentum: ignored,
      affine: optional(flag, false),
      trackRunningStats: optional(flag, false),
    },
    weights: affineWeights,
    forward: {
      parameters: { input: tensor },
      result({ input }, { numFeatures, affine, trackRunningStats }, cx) {
        requireFloatingInput(cx, input);
        const rank = input.shape?.length ?? 0;
        const batched = rank === Math.max(...about.ranks);
        if (!hasRank(cx, input, about)) return normalised(cx, input);
        // Without weights and statistics of its own it normalises any number of channels.
        if (affine || trackRunningStats) channelsFit(cx, input, batched ? 1 : 0, numFeatures);
        const spatial = numel(input.shape?.slice(batched ? 2 : 1) ?? []);
        if (!trackRunningStats && spatial === constant(1)) {
          const message = t`${name} needs more than one value per channel to normalise; ${formatShape(input.shape)} has one.`;
          cx.report(mismatch({ message }));
        }
        return normalised(cx, input);
      },
    },
  });
}

/** The last dimensions must be the ones that were declared. */
function lastDimensionsFit(
  cx: TorchContext,
  input: TensorValue,
  normalizedShape: Shape,
  source = cx.source("normalizedShape"),
): void {
  const { shape } = input;
  if (!shape) return;
  const first = shape.length - normalizedShape.length;
  const wrong = normalizedShape.findIndex((size, i) => surelyDifferent(size, shape[first + i] ?? constant(0)));
  const expected = normalizedShape[wrong];
  if (first >= 0 && !expected) {
    for (const [i, size] of normalizedShape.entries()) cx.assumeEqual(shape[first + i] ?? size, size);
    return;
  }
  if (first >= 0 && expected && normalizedShape.length === 1) {
    const about = { quantity: "features", parameter: "normalizedShape", source };
    cx.report(sizeMismatch({ cx, input, axis: first + wrong, expected, ...about }));
    return;
  }
  const message = t`${cx.operation} normalises the last dimensions ${formatShape(normalizedShape)}; ${formatShape(shape)} does not end with them.`;
  const related = source ? [{ span: source.span, message: t`The sizes are declared here.` }] : [];
  cx.report(mismatch({ message, related }));
}

function layerNormClass(name: "LayerNorm" | "RMSNorm"): NativeClass {
  return moduleClass({
    name,
    parameters: {
      normalizedShape: extentOrExtents,
      eps: ignored,
      elementwiseAffine: optional(flag, true),
      bias: optional(flag, true),
    },
    weights({ normalizedShape, elementwiseAffine, bias }): Record<string, Shape> {
      if (!elementwiseAffine) return {};
      return name === "LayerNorm" && bias
        ? { weight: normalizedShape, bias: normalizedShape }
        : { weight: normalizedShape };
    },
    forward: {
      parameters: { input: tensor },
      result({ input }, { normalizedShape }, cx) {
        requireFloatingInput(cx, input);
        lastDimensionsFit(cx, input, normalizedShape, cx.declared("normalizedShape"));
        return contiguousResult(cx, [input], input.shape, "float32");
      },
    },
  });
}

const groupNorm = moduleClass({
  name: "GroupNorm",
  parameters: { numGroups: extent, numChannels: extent, eps: ignored, affine: optional(flag, true) },
  check({ numGroups, numChannels }, cx) {
    if (!surelyDifferent(modulo(numChannels, numGroups), constant(0))) return;
    cx.report(
      indivisible({
        cx,
        value: numChannels,
        divisor: numGroups,
        valueName: "numChannels",
        divisorName: "numGroups",
        valueSource: cx.source("numChannels"),
        divisorSource: cx.source("numGroups"),
      }),
    );
  },
  weights: ({ numChannels, affine }): Record<string, Shape> =>
    affine ? { weight: [numChannels], bias: [numChannels] } : {},
  forward: {
    parameters: { input: tensor },
    result({ input }, { numGroups, numChannels, affine }, cx) {
      requireFloatingInput(cx, input);
      const { shape } = input;
      if (!shape) return normalised(cx, input);
      const channels = shape[1];
      if (!channels) {
        cx.report(wrongRank({ cx, input, expected: t`at least 2 dimensions, [N, C, …]` }));
        // Of the channels that it was made for, the constructor has said so.
      } else if (channels !== numChannels && surelyDifferent(modulo(channels, numGroups), constant(0))) {
        const valueName = t`dimension ${1} of ${formatShape(shape)}`;
        const divisorSource = cx.declared("numGroups");
        cx.report(
          indivisible({ cx, value: channels, divisor: numGroups, valueName, divisorName: "numGroups", divisorSource }),
        );
      } else if (affine && surelyDifferent(channels, numChannels)) {
        const about = { quantity: "channels", parameter: "numChannels", source: cx.declared("numChannels") };
        cx.report(sizeMismatch({ cx, input, axis: 1, expected: numChannels, ...about }));
      } else if (affine) cx.assumeEqual(channels, numChannels);
      return normalised(cx, input);
    },
  },
});

export const normalizationClasses: readonly NativeClass[] = [
  batchNorm("BatchNorm1d", { ranks: [2, 3], expected: "2 or 3 dimensions, [N, C] or [N, C, L]" }),
  batchNorm("BatchNorm2d", { ranks: [4], expected: "4 dimensions, [N, C, H, W]" }),
  batchNorm("BatchNorm3d", { ranks: [5], expected: "5 dimensions, [N, C, D, H, W]" }),
  instanceNorm("InstanceNorm1d", { ranks: [2, 3], expected: "2 or 3 dimensions, [C, L] or [N, C, L]" }),
  instanceNorm("InstanceNorm2d", { ranks: [3, 4], expected: "3 or 4 dimensions, [C, H, W] or [N, C, H, W]" }),
  layerNormClass("LayerNorm"),
  layerNormClass("RMSNorm"),
  groupNorm,
];

const layerNorm = torchOperation({
  name: "layerNorm",
  documentation: "torch.nn.functional.layer_norm",
  parameters: { input: tensor, normalizedShape: integers, weight: optionalTensor, bias: optionalTensor },
  result({ input, normalizedShape }, cx) {
    lastDimensionsFit(cx, input, normalizedShape);
    return contiguousResult(cx, [input], input.shape, input.dtype);
  },
});

/** Functions that normalise with statistics that are passed in or computed, and keep the shape. */
function keepingShape(name: string, page: string) {
  return torchOperation({
    name,
    documentation: `torch.nn.functional.${page}`,
    parameters: { input: tensor },
    result: ({ input }, cx) => normalised(cx, input),
  });
}

export const normalizationFunctions = [
  layerNorm,
  keepingShape("batchNorm", "batch_norm"),
  keepingShape("instanceNorm", "instance_norm"),
  keepingShape("groupNorm", "group_norm"),
  keepingShape("rmsNorm", "rms_norm"),
  keepingShape("normalize", "normalize"),
];
