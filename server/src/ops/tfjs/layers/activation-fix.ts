import type { TensorValue } from "../../../interpreter/value";
import { insertBehind, replaceText } from "../../../rules/evidence";
import type { Fix } from "../../../rules/finding";
import type { LayerOrigin } from "./layer";
import { layerOrigin } from "./layer";
import { t } from "../../../text/translate";

/** The layer that made the numbers what they are; those behind it change nothing of that. */
export function deciding(output: TensorValue): LayerOrigin | undefined {
  const origin = layerOrigin(output);
  const [before] = origin?.inputs ?? [];
  const passed = before?.content !== undefined && before.content === output.content;
  const passing = origin && !origin.layer.sources.has("units") && !origin.layer.sources.has("filters");
  return passed && passing && origin.layer.name !== "activation" ? deciding(before) : origin;
}

/** Gives the layer another activation, or the one that it lacks. */
export function activationFix(origin: LayerOrigin | undefined, activation: string): Fix[] {
  if (!origin) return [];
  const { sources } = origin.layer;
  const given = sources.get("activation");
  const title = t`Use activation: "${activation}"`;
  if (given) return [replaceText(given.span, `"${activation}"`, title)];
  const beside = sources.get("units") ?? sources.get("filters");
  return beside ? [insertBehind(beside.span, `, activation: "${activation}"`, title)] : [];
}
