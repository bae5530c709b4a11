import type { DType, TensorValue } from "../../interpreter/value";
import { wrongDType } from "../../rules/dtype-mismatch";
import type { OperationContext } from "../operation";
import { t } from "../../text/translate";

/** Reports a tensor that is not of the dtype that TensorFlow.js insists on. */
export function requireDtype(
  cx: OperationContext,
  input: TensorValue,
  dtype: DType,
  subject: string,
  parameter = subject,
): void {
  if (!input.dtype || input.dtype === dtype) return;
  const span = cx.source(parameter)?.span;
  const text = CONVERSIONS[dtype];
  cx.report(
    wrongDType({ cx, input, expected: t`a ${dtype} tensor`, subject, conversion: text ? { span, text } : undefined }),
  );
}

const CONVERSIONS: Partial<Record<DType, string>> = { float32: ".toFloat()", int32: ".toInt()", bool: ".toBool()" };

/** What an activation, by its name in a layer's configuration, makes of a dtype: `refuses` everything but float32. */
const ACTIVATIONS: Readonly<Record<string, "keeps" | "refuses" | "floats">> = {
  linear: "keeps",
  relu: "keeps",
  selu: "keeps",
  softplus: "keeps",
  elu: "refuses",
  sigmoid: "refuses",
  softmax: "refuses",
  tanh: "refuses",
  mish: "refuses",
  relu6: "floats",
  hardSigmoid: "floats",
  softsign: "floats",
  swish: "floats",
  gelu: "floats",
  gelu_new: "floats",
};

export function activated(cx: OperationContext, input: TensorValue, activation: string | undefined): DType | undefined {
  const kind = activation === undefined ? undefined : ACTIVATIONS[activation];
  if (!kind || !input.dtype) return undefined;
  if (kind === "refuses") requireDtype(cx, input, "float32", activation ?? "activation");
  return kind === "keeps" ? input.dtype : "float32";
}
