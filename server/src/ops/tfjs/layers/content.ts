import type { TensorValue } from "../../../interpreter/value";
import type { Layer } from "./layer";

type Content = TensorValue["content"];

/** Layers whose results are weighted sums, and numbers of any size, until an activation squashes them. */
const SUMS = new Set([
  "dense",
  "conv1d",
  "conv2d",
  "conv3d",
  "conv2dTranspose",
  "conv3dTranspose",
  "separableConv2d",
  "depthwiseConv2d",
]);

/** Layers that leave the numbers as they are, or scale them alike. */
const KEEPING = new Set(["dropout", "flatten", "reshape", "permute", "inputLayer"]);

const SQUASHING = new Set(["softmax", "sigmoid", "hardSigmoid"]);

/** The activation that a layer was given: `"linear"` when it has none, `undefined` when it is not known. */
export function activationOf({ args, sources }: Pick<Layer, "args" | "sources">): string | undefined {
  const given = args["activation"];
  if (typeof given === "string") return given;
  return sources.has("activation") ? undefined : "linear";
}

/** What a layer has done to its numbers, as far as losses care. */
export function contentOf(layer: Layer, input: TensorValue | undefined): Content {
  if (layer.name === "softmax") return "probabilities";
  if (KEEPING.has(layer.name)) return input?.content;
  if (!SUMS.has(layer.name) && layer.name !== "activation") return undefined;
  const activation = activationOf(layer);
  if (activation === undefined) return undefined;
  if (SQUASHING.has(activation)) return "probabilities";
  return activation === "linear" && layer.name === "activation" ? input?.content : "logits";
}
