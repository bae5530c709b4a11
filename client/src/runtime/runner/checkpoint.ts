import type { ModelLike } from "../experiment";
import type { NamedTensor } from "./safetensors";
import { encodeSafetensors } from "./safetensors";

interface TensorLike {
  readonly shape: readonly number[];
  data(): unknown;
}

/**
 * A model's `stateDict()` as a safetensors file; undefined where the model has none.
 *
 * @throws TypeError where an entry is not a tensor.
 */
export async function encodeCheckpoint(
  model: ModelLike,
  metadata: Readonly<Record<string, string>>,
): Promise<Uint8Array | undefined> {
  const state = model.stateDict?.();
  if (typeof state !== "object" || state === null) return undefined;
  const entries = state instanceof Map ? [...state] : Object.entries(state);
  const tensors = await Promise.all(entries.map(([name, value]) => readTensor(String(name), value)));
  return encodeSafetensors(tensors, metadata);
}

async function readTensor(name: string, value: unknown): Promise<NamedTensor> {
  if (!isTensorLike(value)) throw new TypeError(`stateDict(): the entry "${name}" is not a tensor.`);
  const data = await value.data();
  if (data instanceof Float32Array || data instanceof Int32Array || data instanceof Uint8Array) {
    return { name, shape: value.shape, data };
  }
  throw new TypeError(`stateDict(): the entry "${name}" holds values that cannot be saved.`);
}

function isTensorLike(value: unknown): value is TensorLike {
  // A tensor may be an object or, as modules are, a callable one.
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  const { shape, data } = value as { shape?: unknown; data?: unknown };
  return Array.isArray(shape) && typeof data === "function";
}
