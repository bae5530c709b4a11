import type { Fact } from "../../server/src/interpreter/recorder";
import { evaluate, formatDim, symbolsOf } from "../../server/src/shape/dim";
import type { Dim } from "../../server/src/shape/dim";
import type { Observation } from "./observe";

/** More sizes than this for one name tell nothing more about whether a run agrees. */
const mostSizes = 12;

/** The sizes that a name such as `N` has had in a run. */
export type SeenSizes = Map<string, Set<number>>;

/** Notes which sizes the names of a traced shape had, where a dimension is nothing but a name. */
export function learnSizes(fact: Fact, run: Observation, sizes: SeenSizes): void {
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
export function agrees(fact: Fact, run: Observation, seen: SeenSizes): boolean {
  if (fact.value.kind !== "tensor" || !fact.value.shape) return true;
  const { shape, dtype, strides } = fact.value;
  if (shape.length !== run.shape.length) return false;
  if (dtype && dtype !== run.dtype.replace("torch.", "")) return false;
  // A symbolic tensor of TensorFlow.js has `null` for a size that it leaves open, and so does the trace leave it open.
  const open = run.shape.map((size: number | null) => size === null);
  if (shape.some((dim, axis) => open[axis] === true && symbolsOf(dim).length === 0)) return false;
  const expected: [Dim, number][] = shape.flatMap((dim, axis) => (open[axis] ? [] : [[dim, run.shape[axis] ?? NaN]]));
  for (const [axis, stride] of (run.stride ? (strides ?? []) : []).entries())
    // The stride of a dimension of size 1 has no meaning.
    if (run.shape[axis] !== 1) expected.push([stride, run.stride?.[axis] ?? NaN]);
  const own = namedSizes(shape, run);
  const names = [...new Set(expected.flatMap(([dim]) => symbolsOf(dim)).map(formatDim))];
  return choices(names, (name) => (own.has(name) ? [own.get(name) as number] : [...(seen.get(name) ?? [])])).some(
    (sizes) => expected.every(([dim, size]) => evaluate(dim, (name) => sizes.get(name) ?? NaN) === size),
  );
}

function namedSizes(shape: readonly Dim[], run: Observation): Map<string, number> {
  return new Map(
    shape.flatMap((dim, axis): [string, number][] =>
      symbolsOf(dim)[0] === dim ? [[formatDim(dim), run.shape[axis] ?? NaN]] : [],
    ),
  );
}

/** Every way to give each name one of its sizes. */
function choices(names: readonly string[], sizesOf: (name: string) => readonly number[]): Map<string, number>[] {
  let all: Map<string, number>[] = [new Map()];
  for (const name of names) all = all.flatMap((chosen) => sizesOf(name).map((size) => new Map(chosen).set(name, size)));
  return all;
}

export function describeFact({ value }: Fact): string {
  if (value.kind !== "tensor") return "unknown";
  const { shape, strides, dtype } = value;
  return `[${shape?.map(formatDim).join(", ")}] stride ${strides?.map(formatDim).join(",")} ${dtype}`;
}
