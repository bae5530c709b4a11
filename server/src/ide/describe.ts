import { numberedNames } from "../interpreter/names";
import type { Fact } from "../interpreter/recorder";
import type { TensorValue } from "../interpreter/value";
import { asNumber, substitute, symbolsOf } from "../shape/dim";
import type { Dim } from "../shape/dim";
import { formatShape, type Shape } from "../shape/shape";
import { t } from "../text/translate";
import { layoutOf } from "./layout";

/** A tensor on one line: `Tensor [N, 64, 7, 7] float32`. */
export function describeTensor(tensor: TensorValue): string {
  return [NAMES[tensor.form], formatShape(tensor.shape), tensor.dtype].filter((part) => part !== undefined).join(" ");
}

const NAMES: Readonly<Record<TensorValue["form"], string>> = {
  tensor: "Tensor",
  symbolic: "SymbolicTensor",
  parameter: "Parameter",
};

/** Strides and contiguity in words; `undefined` when they are not known or the library has none. */
export function describeLayout(tensor: TensorValue): string | undefined {
  const layout = layoutOf(tensor);
  return layout && `${t`strides ${layout.strides}`}, ${layout.verdict}`;
}

/**
 * The different tensors at a place, one for each way that calls lead there: the general one first, that is, the one with the fewest
 * sizes that are plain numbers. Those that differ in the names of their sizes alone are one, under the names seen last: an
 * annotated function is run by itself at the end, with the names that its author wrote.
 */
export function tensorsOf(facts: readonly Fact[]): TensorValue[] {
  const distinct = new Map<string, TensorValue>();
  for (const { value } of facts) {
    if (value.kind === "tensor") distinct.set(withoutNames(value), value);
  }
  return [...distinct.values()].sort((a, b) => plainSizes(a) - plainSizes(b));
}

/**
 * The tensors whose shapes are not what another's is for some sizes of its symbols: beside `[N, 10]`, `[64, 10]` says nothing that is
 * worth the room beside the code.
 */
export function withoutInstances(tensors: readonly TensorValue[]): TensorValue[] {
  return tensors.filter(
    (tensor) => !tensors.some((other) => other !== tensor && isInstance(tensor.shape, other.shape)),
  );
}

/** Whether a shape is another one with numbers, or larger expressions, in place of symbols. */
function isInstance(shape: Shape | undefined, general: Shape | undefined): boolean {
  if (!shape || general?.length !== shape.length || !general.some((size) => asNumber(size) === undefined)) return false;
  const sizes = new Map<Dim, Dim>();
  for (const [axis, size] of general.entries()) {
    const [symbol, ...others] = symbolsOf(size);
    const actual = shape[axis];
    // A symbol that stands by itself is what it is there; expressions of symbols follow from those.
    if (symbol === size && others.length === 0 && actual && !sizes.has(symbol)) sizes.set(symbol, actual);
  }
  const isOther = general.some((size, axis) => size !== shape[axis]);
  return (
    isOther &&
    general.every((size, axis) => {
      // What an expression comes to is open where its symbols stand nowhere by themselves.
      const isOpen = symbolsOf(size).some((symbol) => !sizes.has(symbol));
      return isOpen || substitute(size, (symbol) => sizes.get(symbol)) === shape[axis];
    })
  );
}

/** The different shapes of tensors, as text; as in {@link tensorsOf}, names alone make no difference. */
export function shapesOf(tensors: readonly TensorValue[]): string[] {
  const distinct = new Map<string, string>();
  for (const { shape } of tensors) if (shape) distinct.set(numbered(shape), formatShape(shape));
  return [...distinct.values()];
}

function withoutNames({ form, dtype, shape, strides }: TensorValue): string {
  return [form, dtype, numbered(shape, strides)].join(" ");
}

/** Sizes with their symbols numbered as they come: `[N, 64]` and `[batch, 64]` are the same. */
function numbered(...lists: readonly (readonly Dim[] | undefined)[]): string {
  return numberedNames(lists.map((dims) => (dims ? formatShape(dims) : "")).join(" "));
}

function plainSizes({ shape }: TensorValue): number {
  return shape ? shape.filter((size) => asNumber(size) !== undefined).length / Math.max(shape.length, 1) : Infinity;
}
