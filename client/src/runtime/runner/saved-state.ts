/**
 * What `stateDict()` of a model or an optimizer returns, taken apart into JSON and tensors, which are saved in different
 * places, and put together again. Nothing is asked of the state but that it consists of tensors, plain values, arrays,
 * plain objects and maps.
 */
import type { NamedTensor } from "./safetensors";

/** A tensor of any library whose values can be read. */
export interface TensorLike {
  readonly shape: readonly number[];
  data(): unknown;
}

/** A state without its tensors: where they were, `{ "$tensor": name }` stands. */
export interface SavedState {
  readonly structure: unknown;
  readonly tensors: readonly NamedTensor[];
}

/**
 * Takes a state apart.
 *
 * @param name what the state is called in errors.
 * @throws TypeError where it holds what cannot be saved.
 */
export async function saveState(state: unknown, name: string): Promise<SavedState> {
  const tensors: NamedTensor[] = [];
  const save = async (value: unknown, path: string): Promise<unknown> => {
    if (isTensorLike(value)) {
      tensors.push({ name: path, shape: value.shape, data: await readValues(value, `${name}: the entry "${path}"`) });
      return { $tensor: path };
    }
    // JSON has neither infinities nor a value that is no number.
    if (typeof value === "number" && !Number.isFinite(value)) return { $number: String(value) };
    if (typeof value === "bigint" || typeof value === "function" || typeof value === "symbol") {
      throw new TypeError(`${name}: the entry "${path}" is a ${typeof value}, which cannot be saved.`);
    }
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value))
      return saveAll(
        value.map((item: unknown, index) => [index, item]),
        path,
        save,
      );
    return Object.fromEntries(await saveEntries(entriesOf(value), path, save));
  };
  return { structure: await save(state, ""), tensors };
}

/** The names and values of a state: an object's fields, or a map's entries. */
export function entriesOf(state: object): [string, unknown][] {
  return state instanceof Map ? [...state].map(([key, value]) => [String(key), value]) : Object.entries(state);
}

type Save = (value: unknown, path: string) => Promise<unknown>;

async function saveEntries(
  entries: readonly (readonly [string | number, unknown])[],
  path: string,
  save: Save,
): Promise<[string | number, unknown][]> {
  const saved: [string | number, unknown][] = [];
  // One after the other, so that the tensors are in the order of the state.
  for (const [key, value] of entries)
    saved.push([key, await save(value, path === "" ? String(key) : `${path}.${key}`)]);
  return saved;
}

async function saveAll(items: readonly (readonly [number, unknown])[], path: string, save: Save): Promise<unknown[]> {
  return (await saveEntries(items, path, save)).map(([, value]) => value);
}

/**
 * Puts a state together again, with objects where there were maps.
 *
 * @param makeTensor turns saved values into the tensors that the receiver understands.
 * @throws RangeError where a tensor is missing.
 */
export function restoreState({ structure, tensors }: SavedState, makeTensor: (saved: NamedTensor) => unknown): unknown {
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const restore = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map(restore);
    const { $tensor: tensor, $number: number } = value as { $tensor?: unknown; $number?: unknown };
    if (typeof number === "string") return Number(number);
    if (typeof tensor !== "string") {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, restore(item)]));
    }
    const saved = byName.get(tensor);
    if (!saved) throw new RangeError(`the tensor "${tensor}" is missing`);
    return makeTensor(saved);
  };
  return restore(structure);
}

/** @throws TypeError where the values are of a kind that checkpoints do not hold. */
export async function readValues(tensor: TensorLike, name: string): Promise<NamedTensor["data"]> {
  const data = await tensor.data();
  if (data instanceof Float32Array || data instanceof Int32Array || data instanceof Uint8Array) return data;
  throw new TypeError(`${name} holds values that cannot be saved.`);
}

export function isTensorLike(value: unknown): value is TensorLike {
  // A tensor may be an object or, as modules are, a callable one.
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  const { shape, data } = value as { shape?: unknown; data?: unknown };
  return Array.isArray(shape) && typeof data === "function";
}
