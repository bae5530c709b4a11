import type { NativeFunction } from "../../../interpreter/native";
import { unknownTensor } from "../../../interpreter/value";
import { layer } from "./define";
import { layerOf } from "./instance";
import { one } from "./layer";

const plain = layer({
  name: "inputLayer",
  parameters: {},
  output: (_, input) => one(input.shape, input.dtype),
});

/** The layer that stands for a model's input: it has its output from the beginning, and passes on what a model is fed. */
export const inputLayer: NativeFunction = {
  ...plain,
  invoke(cx, receiver) {
    const self = plain.invoke(cx, receiver);
    const made = layerOf(self, cx);
    if (self.kind !== "object" || !made?.batchInputShape) return self;
    const origin = { operation: "inputShape", span: made.sources.get("inputShape")?.span ?? made.span, inputs: [] };
    const tensor = unknownTensor("tfjs", origin);
    cx.setProperty(self, "output", {
      ...tensor,
      shape: made.batchInputShape,
      dtype: made.inputDtype,
      form: "symbolic",
    });
    return self;
  },
};
