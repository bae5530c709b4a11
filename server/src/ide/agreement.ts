import type { Fact } from "../interpreter/recorder";
import { evaluate, formatDim, isKnown, symbolsOf } from "../shape/dim";
import type { Dim } from "../shape/dim";

/** A tensor as a run had it. */
export interface SeenTensor {
  /** `null` for a size that a symbolic tensor of TensorFlow.js leaves open. */
  readonly shape: readonly (number | null)[];
  readonly dtype: string;
  /** Tensors of TensorFlow.js have none. */
  readonly stride?: readonly number[] | undefined;
}

/** More sizes than this for one name tell nothing more about whether a run agrees. */
const mostSizes = 12;

/** The sizes that a name such as `N` has had in a run. */
export type SeenSizes = Map<string, Set<number>>;

/** Notes which sizes the names of a traced shape had, where a dimension is nothing but a name. */
export function learnSizes(fact: Fact, run: SeenTensor, sizes: SeenSizes): void {
  if (fact.value.kind !== "tensor" || fact.value.shape?.length !== run.shape.length) return;
  for (const [name, size] of namedSizes(fact.value.shape, run)) {
    const seen = sizes.get(name) ?? new Set();
    sizes.set(name, seen.size < mostSizes ? seen.add(size) : seen);
  }
}

/**
 * Whether a traced tensor is the one of a run, for one choice of sizes for its names: those that stand alone in its shape are read from
 * the run, others may be any that the run has shown.
 */
export function agrees(fact: Fact, run: SeenTensor, seen: SeenSizes): boolean {
  if (fact.value.kind !== "tensor" || !fact.value.shape) return true;
  const { shape, dtype, strides } = fact.value;
  if (shape.length !== run.shape.length) return false;
  if (dtype && dtype !== run.dtype.replace("torch.", "")) return false;
  // A size that a symbolic tensor leaves open the trace leaves open, too.
  const open = run.shape.map((size) => size === null);
  if (shape.some((dim, axis) => open[axis] === true && symbolsOf(dim).length === 0)) return false;
  const expected: [Dim, number][] = shape.flatMap((dim, axis) => (open[axis] ? [] : [[dim, run.shape[axis] ?? NaN]]));
  for (const [axis, stride] of (run.stride ? (strides ?? []) : []).entries())
    // The stride of a dimension of size 1 has no meaning.
    if (run.shape[axis] !== 1) expected.push([stride, run.stride?.[axis] ?? NaN]);
  const own = namedSizes(shape, run);
  const sizesOf = (name: string): readonly number[] =>
    own.has(name) ? [own.get(name) as number] : [...(seen.get(name) ?? [])];
  // What depends on a size that the run has not shown, or that has no name, can be anything.
  const certain = expected.filter(([dim]) => symbolsOf(dim).every((symbol) => sizesOf(formatDim(symbol)).length > 0));
  const names = [...new Set(certain.flatMap(([dim]) => symbolsOf(dim)).map(formatDim))];
  const chosen = choices(names, sizesOf);
  if (!chosen) return true;
  return chosen.some((sizes) =>
    certain.every(([dim, size]) => evaluate(dim, (name) => sizes.get(name) ?? NaN) === size),
  );
}

/** The sizes of dimensions that are nothing but a name; without names that several different sizes of the program bear. */
function namedSizes(shape: readonly Dim[], run: SeenTensor): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const [axis, dim] of shape.entries()) {
    const size = run.shape[axis];
    if (symbolsOf(dim)[0] !== dim || !isKnown(dim) || typeof size !== "number") continue;
    const name = formatDim(dim);
    if (shape.some((other) => other !== dim && formatDim(other) === name)) continue;
    if (!sizes.has(name)) sizes.set(name, size);
  }
  return sizes;
}

/** With more choices than this, some choice fits nearly everything. */
const mostChoices = 10_000;

/** Every way to give each name one of its sizes; undefined where there are too many. */
function choices(
  names: readonly string[],
  sizesOf: (name: string) => readonly number[],
): Map<string, number>[] | undefined {
  let all: Map<string, number>[] = [new Map()];
  for (const name of names) {
    all = all.flatMap((chosen) => sizesOf(name).map((size) => new Map(chosen).set(name, size)));
    if (all.length > mostChoices) return undefined;
  }
  return all;
}
