import { insideScope, lastStorageId, releaseDeviceMemory } from "./storage";
import type { Storage } from "./storage";
import type { Tensor } from "./tensor";

let enabled = true;

export function isGradEnabled(): boolean {
  return enabled;
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === "object" && value !== null && "then" in value;
}

function withMode<T>(mode: boolean, run: () => T, leave: (result: T) => void): T {
  const before = enabled;
  enabled = mode;
  let waiting = false;
  try {
    const result = run();
    if (!isPromise(result)) {
      enabled = before;
      leave(result);
      return result;
    }
    waiting = true;
    const settled = result.finally(() => {
      enabled = before;
    });
    return settled.then((value) => {
      leave(value as T);
      return value;
    }) as T;
  } finally {
    if (!waiting) enabled = before;
  }
}

/** The storages of a tensor, or of the tensors in an array or a plain object. */
export function storagesIn(value: unknown): Storage[] {
  if (typeof value !== "object" || value === null) return [];
  if ("_view" in value) return [(value as Tensor)._view.storage];
  if (Array.isArray(value)) return value.flatMap(storagesIn);
  return Object.getPrototypeOf(value) === Object.prototype ? Object.values(value).flatMap(storagesIn) : [];
}

/**
 * Runs `run` without recording anything for `backward()`. An asynchronous function keeps the mode until its promise
 * settles; nothing else should compute meanwhile.
 */
export function noGrad<T>(run: () => T): T {
  const nested = !enabled || insideScope();
  const since = lastStorageId();
  return withMode(false, run, (result) => {
    if (!nested) releaseDeviceMemory({ since, except: storagesIn(result) });
  });
}

/** Runs `run` recording for `backward()`, also inside `noGrad`. */
export function enableGrad<T>(run: () => T): T {
  return withMode(true, run, () => undefined);
}
