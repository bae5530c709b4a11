import type { TensorValue } from "../../interpreter/value";
import { appendEdit, fix, insertEdit } from "../../rules/evidence";
import type { Fix } from "../../rules/finding";
import { wrongDType } from "../../rules/dtype-mismatch";
import { wrongRank } from "../../rules/rank-mismatch";
import { flattenFix, flattens, mismatch, shapesDiffer, sidesDiffer, sizeMismatch } from "../../rules/shape-mismatch";
import { asNumber, formatDim, surelyDifferent } from "../../shape/dim";
import type { Dim } from "../../shape/dim";
import { formatShape, numel } from "../../shape/shape";
import { flag, optional, tensor } from "../parameter";
import { extent, optionalTensor } from "./arguments";
import { isIntegral } from "./dtype";
import { productDType } from "./matmul";
import { moduleClass } from "./module";
import type { ModuleContext } from "./module";
import { contiguousResult, torchOperation, unknownResult } from "./result";
import type { TorchContext } from "./result";
import { t } from "../../text/translate";

/** Reports an integer tensor given to a layer, whose weights are floating point. */
export function requireFloatingInput(cx: TorchContext, input: TensorValue): void {
  if (!isIntegral(input.dtype)) return;
  const conversion = { span: cx.source("input")?.span, text: ".float()" };
  cx.report(wrongDType({ cx, input, expected: t`floating point`, subject: t`its input`, conversion }));
}

/** Repairs that put a flatten before a layer: behind the argument, or as a layer of its own within a `Sequential`. */
export function flattenFixes(cx: ModuleContext, input: TensorValue, features: Dim): Fix[] {
  if (!cx.listed) return flattenFix(input, cx.source("input")?.span, features);
  if (!flattens(input, features)) return [];
  return [fix(t`Insert a Flatten layer`, insertEdit(cx.listed, "new nn.Flatten(), "))];
}

/** An image goes into a linear layer flattened; when the declared size does not fit that either, both have to change. */
function flattenAndCorrect(cx: ModuleContext, input: TensorValue, declared: Dim): Fix[] {
  const { shape } = input;
  const source = cx.declared("inFeatures");
  const features = shape?.length === 4 ? asNumber(numel(shape.slice(1))) : undefined;
  const argument = cx.source("input")?.span;
  if (features === undefined || !source || !(cx.listed ?? argument)) return [];
  const flatten = cx.listed
    ? insertEdit(cx.listed, "new nn.Flatten(), ")
    : appendEdit(argument ?? source.span, ".flatten(1)");
  const [from, factors] = [asNumber(declared), shape?.slice(1).map(asNumber)];
  const isProduct = from !== undefined && factors?.every((factor) => factor !== undefined);
  const product = isProduct ? { product: { from, to: features, factors } } : {};
  const correct = { span: source.literal ?? source.span, newText: String(features), ...product };
  return [fix(t`Flatten the input and change inFeatures to ${features}`, flatten, correct)];
}

export const Linear = moduleClass({
  name: "Linear",
  parameters: { inFeatures: extent, outFeatures: extent, bias: optional(flag, true) },
  weights: ({ inFeatures, outFeatures, bias }) => ({
    weight: [outFeatures, inFeatures],
    ...(bias ? { bias: [outFeatures] } : {}),
  }),
  forward: {
    parameters: { input: tensor },
    result({ input }, { inFeatures, outFeatures }, cx) {
      requireFloatingInput(cx, input);
      const { shape } = input;
      if (shape?.length === 0) cx.report(wrongRank({ cx, input, expected: t`at least 1 dimension` }));
      const axis = (shape?.length ?? 0) - 1;
      const size = shape?.[axis];
      if (!shape || !size) return unknownResult(cx, [input], "float32");
      if (!surelyDifferent(size, inFeatures)) {
        cx.assumeEqual(size, inFeatures);
        return contiguousResult(cx, [input], [...shape.slice(0, -1), outFeatures], "float32", "logits");
      }
      cx.report(
        sizeMismatch({
          cx,
          input,
          axis,
          expected: inFeatures,
          quantity: t`input features`,
          parameter: "inFeatures",
          source: cx.declared("inFeatures"),
          fixes: [
            ...flattenFixes(cx, input, inFeatures),
            ...(flattens(input, inFeatures) ? [] : flattenAndCorrect(cx, input, inFeatures)),
          ],
        }),
      );
      const batch = flattens(input, inFeatures) ? shape.slice(0, 1) : shape.slice(0, -1);
      return contiguousResult(cx, [input], [...batch, outFeatures], "float32");
    },
  },
});

/** `F.linear(x, weight, bias)`: `x · weightᵀ + bias`. */
export const linear = torchOperation({
  name: "linear",
  documentation: "torch.nn.functional.linear",
  parameters: { input: tensor, weight: tensor, bias: optionalTensor },
  result({ input, weight }, cx) {
    const [shape, [out, features]] = [input.shape, weight.shape ?? []];
    if (!shape || !weight.shape) return unknownResult(cx, [input, weight], input.dtype);
    const size = shape.at(-1);
    if (!size) {
      cx.report(wrongRank({ cx, input, expected: t`at least 1 dimension` }));
      return unknownResult(cx, [input, weight], input.dtype);
    }
    const dtype = productDType(cx, input, weight, "weight");
    const inFeatures = features ?? out;
    if (inFeatures && surelyDifferent(size, inFeatures)) {
      const message = t`linear: the input ${formatShape(shape)} has ${formatDim(size)} features, the weight ${formatShape(weight.shape)} takes ${formatDim(inFeatures)}.`;
      cx.report(mismatch({ message }));
    }
    const columns = features && out ? [out] : [];
    return contiguousResult(cx, [input, weight], [...shape.slice(0, -1), ...columns], dtype, "logits");
  },
});

export const Bilinear = moduleClass({
  name: "Bilinear",
  parameters: { in1Features: extent, in2Features: extent, outFeatures: extent, bias: optional(flag, true) },
  weights: ({ in1Features, in2Features, outFeatures, bias }) => ({
    weight: [outFeatures, in1Features, in2Features],
    ...(bias ? { bias: [outFeatures] } : {}),
  }),
  forward: {
    parameters: { input1: tensor, input2: tensor },
    result({ input1, input2 }, { in1Features, in2Features, outFeatures }, cx) {
      const sides = [
        { input: input1, expected: in1Features, parameter: "in1Features" },
        { input: input2, expected: in2Features, parameter: "in2Features" },
      ];
      for (const { input, expected, parameter } of sides) {
        const size = input.shape?.at(-1);
        if (!size || !surelyDifferent(size, expected)) continue;
        const axis = (input.shape?.length ?? 1) - 1;
        const source = cx.declared(parameter);
        cx.report(sizeMismatch({ cx, input, axis, expected, quantity: "features", parameter, source }));
      }
      checkBatches(cx, input1, input2);
      const batch = input1.shape?.slice(0, -1);
      return contiguousResult(cx, [input1, input2], batch && [...batch, outFeatures], "float32", "logits");
    },
  },
});

/** Two inputs of a bilinear map differ in their last dimensions alone. */
function checkBatches(cx: TorchContext, first: TensorValue, second: TensorValue): void {
  const [a, b] = [first.shape, second.shape];
  if (!a || !b) return;
  const axis = a.slice(0, -1).findIndex((size, i) => surelyDifferent(size, b[i] ?? size));
  const reason = t`Both inputs have the same sizes but for the last dimension.`;
  if (a.length !== b.length) cx.report(shapesDiffer({ cx, first, second, reason }));
  else if (axis >= 0) cx.report(sidesDiffer({ cx, first, second, axis, reason }));
}

/** `F.bilinear(x1, x2, weight, bias)`: `x1 · weight · x2`, [..., in1] and [..., in2] to [..., out]. */
export const bilinear = torchOperation({
  name: "bilinear",
  documentation: "torch.nn.functional.bilinear",
  parameters: { input1: tensor, input2: tensor, weight: tensor, bias: optionalTensor },
  result({ input1, input2, weight }, cx) {
    const [out, ...sizes] = weight.shape ?? [];
    const inputs = [input1, input2, weight];
    if (!out || !input1.shape) return unknownResult(cx, inputs, "float32");
    checkBatches(cx, input1, input2);
    for (const [i, input] of [input1, input2].entries()) {
      const [size, expected] = [input.shape?.at(-1), sizes[i]];
      if (!size || !expected || !surelyDifferent(size, expected)) continue;
      const message = t`bilinear: input${i + 1} ${formatShape(input.shape)} has ${formatDim(size)} features, the weight ${formatShape(weight.shape)} takes ${formatDim(expected)}.`;
      cx.report(mismatch({ message }));
    }
    return contiguousResult(cx, inputs, [...input1.shape.slice(0, -1), out], "float32", "logits");
  },
});
