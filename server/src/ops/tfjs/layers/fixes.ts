import type { TensorValue } from "../../../interpreter/value";
import { correctNumber, insertBehind, replaceText } from "../../../rules/evidence";
import type { Edit, Fix } from "../../../rules/finding";
import type { Dim } from "../../../shape/dim";
import { asNumber } from "../../../shape/dim";
import type { OperationContext } from "../../operation";
import { layerOrigin } from "./layer";
import { t } from "../../../text/translate";

export function flattenFix(edits: readonly Edit[] | undefined): Fix[] {
  return edits ? [{ title: t`Flatten what goes into the layer`, preferred: false, edits }] : [];
}

/** Layers that leave the shape as it is. */
const PASSING = new Set([
  "activation",
  "dropout",
  "batchNormalization",
  "layerNormalization",
  "reLU",
  "leakyReLU",
  "elu",
  "softmax",
]);

/** Changes the number of units, or filters, of the layer that gave a model's output its last size. */
export function unitsFix(output: TensorValue, units: Dim): Fix[] {
  const origin = layerOrigin(output);
  if (!origin) return [];
  const [input] = origin.inputs;
  if (PASSING.has(origin.layer.name) && input) return unitsFix(input, units);
  const name = ["units", "filters"].find((one) => origin.layer.sources.has(one));
  const old = output.shape?.at(-1);
  return name && old ? correctNumber({ source: origin.layer.sources.get(name), name, from: old, to: units }) : [];
}

/** Dense layers take tensors of any rank, so a flatten that is missing before them shows only in the shape of the output. */
export function missingFlatten(output: TensorValue): Fix[] {
  let first: readonly Edit[] | undefined;
  let tensor: TensorValue | undefined = output;
  while (tensor) {
    const origin = layerOrigin(tensor);
    const [input]: readonly TensorValue[] = origin?.inputs ?? [];
    if (!origin || !input?.shape || (origin.layer.name !== "dense" && !PASSING.has(origin.layer.name))) break;
    if (origin.layer.name === "dense" && input.shape.length > 2) first = origin.flattening;
    tensor = input;
  }
  return flattenFix(first);
}

/** Declares the layer for the examples that it is given. */
export function inputShapeFix(cx: Pick<OperationContext, "source">, input: TensorValue): Fix[] {
  const declared = cx.source("inputShape");
  const sizes = input.shape?.slice(1).map(asNumber);
  if (!declared || !sizes || sizes.some((size) => size === undefined)) return [];
  const text = `[${sizes.join(", ")}]`;
  return [replaceText(declared.span, text, t`Change inputShape to ${text}`)];
}

/** A recurrent layer that returns its last step alone is told to return all of them. */
export function sequencesFix(input: TensorValue): Fix[] {
  const layer = layerOrigin(input)?.layer;
  const units = layer?.sources.get("units");
  if (!layer || !units || layer.args["returnSequences"] !== false || layer.sources.has("returnSequences")) return [];
  return [insertBehind(units.span, ", returnSequences: true", t`Return all steps: returnSequences: true`)];
}
