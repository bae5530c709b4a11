import type { TensorValue } from "../../interpreter/value";
import { cannotExpand } from "../../rules/broadcast-mismatch";
import { wrongCount } from "../../rules/rank-mismatch";
import { expandShape } from "../../shape/broadcast";
import { surelyAtLeast } from "../../shape/dim";
import type { Shape } from "../../shape/shape";
import { formatShape } from "../../shape/shape";
import { expandStrides } from "../../shape/strides";
import type { OperationContext } from "../operation";
import { sizes, tensor } from "../parameter";
import { torchOperation, unknownResult, viewResult } from "./result";
import { t } from "../../text/translate";

/** The tensor stretched to the sizes, of which -1 keeps the old one. */
function expanded(cx: OperationContext, input: TensorValue, target: Shape): TensorValue {
  const { shape, strides } = input;
  if (!shape)
    return viewResult(cx, input, target.every((size) => surelyAtLeast(size, 0)) ? target : undefined, undefined);
  const made = expandShape(shape, target);
  switch (made.kind) {
    case "ok":
      return viewResult(cx, input, made.shape, strides && expandStrides(shape, strides, made.shape));
    case "too-few": {
      const message = t`${formatShape(target)} has fewer dimensions than ${formatShape(shape)}.`;
      cx.report(wrongCount({ cx, input, message }));
      return unknownResult(cx, [input], input.dtype);
    }
    case "mismatch":
      cx.report(cannotExpand({ cx, input, axis: made.dimension - target.length + shape.length, target }));
      return viewResult(cx, input, target, undefined);
    case "unchanged-but-new":
      cx.report(
        cannotExpand({
          cx,
          input,
          axis: -1,
          target,
          reason: t`a new leading dimension has no size that -1 could keep`,
        }),
      );
      return unknownResult(cx, [input], input.dtype);
    case "negative":
      cx.report(cannotExpand({ cx, input, axis: -1, target, reason: t`a size cannot be negative, except for -1` }));
      return unknownResult(cx, [input], input.dtype);
  }
}

export const expand = torchOperation({
  name: "expand",
  documentation: "torch.Tensor.expand",
  parameters: { input: tensor, size: sizes },
  result: ({ input, size }, cx) => expanded(cx, input, size),
});

export const broadcastTo = torchOperation({
  name: "broadcastTo",
  documentation: "torch.broadcast_to",
  parameters: { input: tensor, size: sizes },
  result: ({ input, size }, cx) => expanded(cx, input, size),
});

export const expandAs = torchOperation({
  name: "expandAs",
  documentation: "torch.Tensor.expand_as",
  parameters: { input: tensor, other: tensor },
  result: ({ input, other }, cx) =>
    other.shape ? expanded(cx, input, other.shape) : unknownResult(cx, [input], input.dtype),
});
