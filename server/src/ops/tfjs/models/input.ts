import type { NativeFunction } from "../../../interpreter/native";
import { unknownTensor } from "../../../interpreter/value";
import { bindArguments } from "../../operation";
import { optional, text } from "../../parameter";
import { batchShape, exampleShape } from "../layers/config";
import { BATCH } from "../layers/open";
import { dtypeName, page } from "../tensors";
import type { InputOrigin } from "./names";
import { unknownSymbolic } from "./unknown-model";
import type { Shape } from "../../../shape/shape";
import type { DType } from "../../../interpreter/value";

const PARAMETERS = {
  name: optional(text, undefined),
  shape: exampleShape,
  batchShape,
  dtype: optional(dtypeName, undefined),
};

/** `tf.input({ shape: [28, 28, 1] })`: a symbolic tensor that a model begins with. */
export const input: NativeFunction = {
  name: "input",
  documentation: page("input"),
  invoke(cx) {
    const bound = bindArguments("config", PARAMETERS, cx.site.args, cx.site.complete, cx);
    if (!bound) return unknownSymbolic();
    const args = bound.args as {
      name: string | undefined;
      shape: Shape | undefined;
      batchShape: Shape | undefined;
      dtype: DType | undefined;
    };
    const shape = args.batchShape ?? (args.shape && [BATCH, ...args.shape]);
    const origin: InputOrigin = { operation: "input", span: cx.site.span, inputs: [], name: args.name };
    return {
      ...unknownTensor("tfjs", origin),
      shape,
      dtype: args.dtype ?? "float32",
      form: "symbolic",
    };
  },
};
