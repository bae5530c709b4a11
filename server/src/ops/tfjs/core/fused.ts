import type { TensorValue } from "../../../interpreter/value";
import { cannotGrow, doNotBroadcast } from "../../../rules/broadcast-mismatch";
import { surelyDifferent } from "../../../shape/dim";
import { broadcastShapes } from "../../../shape/broadcast";
import type { Operation, OperationContext } from "../../operation";
import { operation } from "../../operation";
import { flag, optional } from "../../parameter";
import { made, page, tensorLike } from "../tensors";
import { CONVOLUTION, convolved } from "./convolution";
import { multiplied } from "./matmul";
import { t } from "../../../text/translate";

const bias = optional(tensorLike, undefined);

/** A bias must stretch to the result, which it may not change. */
function withBias(cx: OperationContext, result: TensorValue, added: TensorValue | undefined): TensorValue {
  if (!added?.shape || !result.shape) return result;
  const joined = broadcastShapes(result.shape, added.shape);
  if (joined.kind === "ok") {
    const grown =
      joined.shape.length !== result.shape.length ||
      joined.shape.some((size, i) => surelyDifferent(size, result.shape?.[i] ?? size));
    if (grown) {
      const reason = t`A bias is stretched to the result, and cannot make it larger.`;
      cx.report(cannotGrow({ cx, target: result, source: added, reason }));
    }
    return made(cx, result, [result, added]);
  }
  const bare = (tensor: TensorValue) => ({ tensor, span: undefined });
  const { dimension } = joined;
  cx.report(doNotBroadcast({ cx, left: bare(result), right: bare(added), dimension, insertDimension: () => "" }));
  return result;
}

const matMul = operation("config", {
  name: "fused.matMul",
  documentation: page("fused.matMul"),
  parameters: {
    a: tensorLike,
    b: tensorLike,
    transposeA: optional(flag, false),
    transposeB: optional(flag, false),
    bias,
  },
  result: (args, cx) => withBias(cx, multiplied(cx, args), args.bias),
});

function convolution(name: "conv2d" | "depthwiseConv2d") {
  return operation("config", {
    name: `fused.${name}`,
    documentation: page(`fused.${name}`),
    parameters: { ...CONVOLUTION, bias },
    result: (args, cx) => withBias(cx, convolved(cx, name, args), args.bias),
  });
}

/** Operations with a bias and an activation, their arguments in one object. */
export const fusedOperations: readonly Operation[] = [matMul, convolution("conv2d"), convolution("depthwiseConv2d")];
