import type { ObservedTensor } from "./protocol";

/** What instrumented code tells its values to: `server/src/compiler/instrument.ts` writes the calls. */
const recorder = "__shapewrightObserved";

/** More different tensors than this at one place tell nothing more. */
const mostTensors = 64;

export interface ShapeObservation {
  /** The different tensors that each place has had so far, by the place's number. */
  seen(): [number, ObservedTensor[]][];
  /** Instrumented code must not run after this. */
  end(): void;
}

/** From here on, instrumented code tells what tensors it has. */
export function observeShapes(): ShapeObservation {
  const places = new Map<number, Map<string, ObservedTensor>>();
  const record = (id: number, value: unknown): unknown => {
    const tensor = observe(value);
    if (!tensor) return value;
    let place = places.get(id);
    if (!place) places.set(id, (place = new Map()));
    if (place.size < mostTensors) place.set(JSON.stringify(tensor), tensor);
    return value;
  };
  const scope = globalThis as unknown as Record<string, unknown>;
  scope[recorder] = record;
  return {
    seen: () => [...places].map(([id, tensors]) => [id, [...tensors.values()]]),
    end: () => delete scope[recorder],
  };
}

/** A tensor of either library, or a symbolic one of TensorFlow.js; undefined for anything else. */
function observe(value: unknown): ObservedTensor | undefined {
  if (typeof value !== "object" && typeof value !== "function") return undefined;
  const tensor = value as { shape?: unknown; dtype?: unknown; stride?: unknown } | null;
  if (!tensor || !Array.isArray(tensor.shape) || tensor.dtype === undefined) return undefined;
  const shape = [...(tensor.shape as (number | null)[])];
  const dtype = String(tensor.dtype);
  return typeof tensor.stride === "function"
    ? { shape, dtype, stride: [...(tensor.stride as () => number[]).call(value)] }
    : { shape, dtype };
}
