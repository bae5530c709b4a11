import { wrongRank } from "../../../rules/rank-mismatch";
import { constant, unknownDim } from "../../../shape/dim";
import type { Dim } from "../../../shape/dim";
import { anything, integer, optional, text } from "../../parameter";
import { layer } from "./define";
import type { Input } from "./define";
import { one } from "./layer";
import { t } from "../../../text/translate";

const IMAGES = { least: 3, most: 4, layout: "[height, width, channels] or [batch, height, width, channels]" };

/** The image's rows and columns, replaced. */
function sized({ shape }: Input, height: Dim, width: Dim): readonly Dim[] {
  return shape.with(-3, height).with(-2, width);
}

const rescaling = layer({
  name: "rescaling",
  parameters: {},
  output: (_, input) => one(input.shape),
});

/** In a model, TensorFlow.js tells the shape of one image for a batch of them. */
const resizing = layer({
  name: "resizing",
  parameters: { height: integer, width: integer, interpolation: optional(text, "bilinear") },
  ranks: IMAGES,
  output({ height, width, interpolation }, input) {
    if (input.form === "symbolic") return one([height, width, input.shape[2] ?? unknownDim()]);
    return one(sized(input, height, width), interpolation === "nearest" ? input.dtype : "float32");
  },
});

const centerCrop = layer({
  name: "centerCrop",
  parameters: { height: integer, width: integer },
  ranks: IMAGES,
  output: ({ height, width }, input) => one(sized(input, height, width), input.dtype),
});

/** How wide the images come out is drawn at random. */
const randomWidth = layer({
  name: "randomWidth",
  parameters: {},
  ranks: IMAGES,
  output: (_, input) => (input.form === "symbolic" ? undefined : one(input.shape.with(-2, unknownDim()), undefined)),
});

const categoryEncoding = layer({
  name: "categoryEncoding",
  parameters: { numTokens: integer, outputMode: optional(text, "multiHot"), options: optional(anything, undefined) },
  output({ numTokens, outputMode }, input, cx) {
    const { shape } = input;
    const widened = outputMode === "oneHot" && shape.at(-1) !== constant(1);
    if (shape.length > (widened ? 1 : 2))
      cx.reportWhenRun(wrongRank({ cx, input, expected: widened ? t`at most 1 dimension` : t`at most 2 dimensions` }));
    const encoded = widened || shape.length === 0 ? [...shape, numTokens] : shape.with(-1, numTokens);
    // What counts the tokens adds up all of a vector's.
    const counted = input.form !== "symbolic" && shape.length === 1 && !widened ? [numTokens] : encoded;
    return one(counted, "float32");
  },
});

export const preprocessingLayers = [rescaling, resizing, centerCrop, randomWidth, categoryEncoding];
