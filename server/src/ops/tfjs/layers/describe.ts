import type { LayerDescription, NativePayload } from "../../../interpreter/native";
import type { Layer } from "./layer";

/** A layer as people read of it. How many numbers it learns depends on its first input. */
export function describeLayer(payload: NativePayload): LayerDescription | undefined {
  if (payload.kind !== "layer") return undefined;
  const { name, sources } = payload as Layer;
  return { name: `layers.${name}`, settings: sources, parameterCount: undefined };
}
