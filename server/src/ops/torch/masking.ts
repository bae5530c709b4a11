import { wrongDType } from "../../rules/dtype-mismatch";
import type { Operation } from "../operation";
import { anything, either, optional, tensor } from "../parameter";
import { promotable, promote } from "./dtype";
import { requireFit } from "./elementwise";
import { broadcastOperands, elementwiseResult, operand, promotableOperand } from "./operands";
import { writtenResult } from "./content";
import { contiguousResult, torchOperation } from "./result";
import { t } from "../../text/translate";

export const addcmul = torchOperation({
  name: "addcmul",
  documentation: "torch.addcmul",
  parameters: { input: tensor, tensor1: tensor, tensor2: tensor },
  result({ input, tensor1, tensor2 }, cx) {
    const operands = [input, tensor1, tensor2];
    return elementwiseResult(cx, {
      operands,
      names: ["input", "tensor1", "tensor2"],
      dtype: promote(operands.map(promotable)),
    });
  },
});

const bound = optional(operand, undefined);

/** `clamp(min, max)`, either of which may be left out, a number or a tensor. */
function clamping(name: "clamp" | "clamp_"): Operation {
  return torchOperation({
    name,
    documentation: "torch.clamp",
    parameters: { input: tensor, min: bound, max: bound },
    result({ input, min, max }, cx) {
      const given = [min, max].filter((one) => one !== undefined);
      const operands = [input, ...given];
      const dtype = promote(operands.map(promotableOperand));
      const names = ["input", ...(min ? ["min"] : []), ...(max ? ["max"] : [])];
      const result = elementwiseResult(cx, { operands, names, dtype });
      return name === "clamp" ? result : writtenResult(cx, input);
    },
  });
}
export const clamp = clamping("clamp");
export const clamp_ = clamping("clamp_");

export const lerp = torchOperation({
  name: "lerp",
  documentation: "torch.lerp",
  parameters: { input: tensor, end: tensor, weight: operand },
  result({ input, end, weight }, cx) {
    const operands = [input, end, weight];
    return elementwiseResult(cx, { operands, names: ["input", "end", "weight"], dtype: input.dtype });
  },
});

export const where = torchOperation({
  name: "where",
  documentation: "torch.where",
  parameters: { condition: tensor, input: operand, other: operand },
  result({ condition, input, other }, cx) {
    const operands = [condition, input, other];
    return elementwiseResult(cx, {
      operands,
      names: ["condition", "input", "other"],
      dtype: promote([input, other].map(promotableOperand)),
    });
  },
});

/** `maskedFill` and its in-place variant. */
function maskedFilling(name: "maskedFill" | "maskedFill_") {
  return torchOperation({
    name,
    documentation: "torch.Tensor.masked_fill",
    parameters: { input: tensor, mask: tensor, value: optional(either(operand, anything), undefined) },
    result({ input, mask }, cx) {
      if (mask.dtype !== undefined && mask.dtype !== "bool") {
        const span = cx.source("mask")?.span;
        const conversion = { span, text: ".bool()" };
        cx.report(wrongDType({ cx, input: mask, expected: "booleans", subject: t`its mask`, conversion }));
      }
      const names = ["input", "mask"];
      const shape = broadcastOperands(cx, { operands: [input, mask], names });
      if (name === "maskedFill") return contiguousResult(cx, [input, mask], shape, input.dtype);
      // The same number wherever the mask holds may be written to an element that several positions share.
      requireFit(cx, input, mask, shape);
      return writtenResult(cx, input);
    },
  });
}
export const maskedFill = maskedFilling("maskedFill");
export const maskedFill_ = maskedFilling("maskedFill_");
