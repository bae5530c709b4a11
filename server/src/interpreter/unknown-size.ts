import type { Dim } from "../shape/dim";
import { bounds, formatDim, isDeclared, nameOf, substitute, unknownDim } from "../shape/dim";
import type { FloatValue, UnknownValue, Value } from "./value";

const sizes = new WeakMap<UnknownValue | FloatValue, Dim>();

/** A number that is not known, as a size: a symbol that the program's name for it gives its name to, the same each time. */
export function sizeOf(value: UnknownValue | FloatValue): Dim {
  if (value.label === undefined) return unknownDim(-Infinity);
  const known = sizes.get(value);
  if (known) return known;
  const size = unknownDim(-Infinity, value.label);
  sizes.set(value, size);
  return size;
}

/** A number that is not known, but for what it is as a size. */
export function sizedNumber(size: Dim): FloatValue {
  const value: FloatValue = { kind: "float", value: undefined, label: formatDim(size) };
  sizes.set(value, size);
  return value;
}

/** The size that a number is, when it has one; a number without a name is none. */
export function sizeOfNumber(value: Value): Dim | undefined {
  if (value.kind === "integer") return value.dim;
  const isUnknown = value.kind === "unknown" || (value.kind === "float" && value.value === undefined);
  return isUnknown && value.label !== undefined ? sizeOf(value) : undefined;
}

const lengths = new WeakMap<UnknownValue, Dim[]>();

/** How long an array is of which nothing is known, or at a depth, the arrays in it, which are taken to be of one length. */
export function lengthOf(value: UnknownValue, depth = 0): Dim {
  if (value.label === undefined) return unknownDim(0);
  const known = lengths.get(value) ?? [];
  lengths.set(value, known);
  return (known[depth] ??= unknownDim(0, lengthName(value.label, depth)));
}

/** `rows.length`, `rows[0].length` */
export function lengthName(path: string, depth = 0): string {
  return `${path}${"[0]".repeat(depth)}.length`;
}

/** What is not known gets the name that the program gives it, unless it has one. */
export function labelled(value: Value, label: string): Value {
  const isUnknown = value.kind === "unknown" || (value.kind === "float" && value.value === undefined);
  return isUnknown && value.label === undefined ? { ...value, label } : value;
}

/**
 * The same, as another one of its kind: of what stands for any element of a list, each one taken may be of another size. What is inside
 * of objects is taken to be alike.
 */
export function anotherOf(value: Value): Value {
  switch (value.kind) {
    case "unknown":
    case "float":
      return value.label === undefined ? value : { ...value };
    case "integer":
      return isDeclared(value.dim) ? value : { ...value, dim: other(value.dim, new Map()) };
    case "tensor": {
      if (!value.shape || value.shape.every(isDeclared)) return value;
      const others = new Map<Dim, Dim>();
      const change = (dim: Dim): Dim => other(dim, others);
      return { ...value, shape: value.shape.map(change), strides: value.strides?.map(change) };
    }
    default:
      return value;
  }
}

function other(dim: Dim, others: Map<Dim, Dim>): Dim {
  return substitute(dim, (symbol) => {
    if (isDeclared(symbol)) return undefined;
    const known = others.get(symbol) ?? unknownDim(bounds(symbol).min, nameOf(symbol));
    others.set(symbol, known);
    return known;
  });
}
