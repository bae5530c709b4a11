/** Where numbers first stopped being finite: for the message of a run that has to end because of it. */
import type { ModelLike } from "../experiment";

/** A module as far as it has to be known here; every `nn.Module` is one. */
interface ModuleLike {
  forward(...inputs: unknown[]): unknown;
}

interface ValueLike {
  tolist(): unknown;
}

/**
 * Names what is not finite in a model: the first parameter, else the first layer whose output is not although its
 * inputs are, found by running the model once more on the same inputs.
 *
 * @returns a sentence; undefined where everything is finite or the model does not tell its parts.
 */
export function firstBadPart(model: ModelLike, inputs: readonly unknown[]): string | undefined {
  const parts = model as Partial<{ namedParameters(): unknown; namedModules(): unknown }>;
  const parameter = entriesOf(parts.namedParameters?.()).find(([, value]) => !isFiniteValue(value));
  if (parameter) return `The parameter ${parameter[0]} already holds a value that is not finite.`;
  const bad = inputs.findIndex((input) => !isFiniteValue(input));
  if (bad >= 0) return `Input ${bad + 1} of the batch already holds a value that is not finite: look at the data.`;
  const layer = firstBadLayer(model, entriesOf(parts.namedModules?.()), inputs);
  return layer === undefined ? undefined : `The first layer whose output is not finite is ${layer}.`;
}

function firstBadLayer(
  model: ModelLike,
  modules: readonly (readonly [string, unknown])[],
  inputs: readonly unknown[],
): string | undefined {
  let first: string | undefined;
  const watched = modules.filter((entry): entry is [string, ModuleLike] => entry[0] !== "");
  const restore: (() => void)[] = [];
  for (const [name, module] of watched) {
    const { forward } = module;
    const isOwn = Object.hasOwn(module, "forward");
    restore.push(() => (isOwn ? (module.forward = forward) : delete (module as Partial<ModuleLike>).forward));
    module.forward = function (...args: unknown[]) {
      const output = forward.apply(this, args);
      if (first === undefined && !isFiniteValue(output)) first = `${name} (${module.constructor.name})`;
      return output;
    };
  }
  try {
    (model.forward as (...inputs: unknown[]) => unknown)(...inputs);
  } catch {
    // What is asked is where the numbers went wrong, not whether the model runs a second time.
  } finally {
    for (const undo of restore) undo();
  }
  return first;
}

function entriesOf(value: unknown): [string, unknown][] {
  return Array.isArray(value) ? (value as [string, unknown][]) : [];
}

/** Whether a value is no tensor, or one without an element that is not finite. */
function isFiniteValue(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isFiniteValue);
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return true;
  if (typeof (value as Partial<ValueLike>).tolist !== "function") return true;
  const numbers = (value as ValueLike).tolist();
  return (Array.isArray(numbers) ? numbers.flat(Infinity) : [numbers]).every(
    (number) => typeof number !== "number" || Number.isFinite(number),
  );
}
