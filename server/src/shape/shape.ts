import type { Dim } from "./dim";
import { constant, formatDim, multiply, surelyEqual, symbol } from "./dim";

/** The sizes of a tensor, outermost first; none for a scalar. */
export type Shape = readonly Dim[];

/** The shape with these sizes: numbers, names of symbols, or dimensions. */
export function shapeOf(...sizes: readonly (number | string | Dim)[]): Shape {
  return sizes.map((size) => {
    if (typeof size === "number") {
      return constant(size);
    }
    return typeof size === "string" ? symbol(size) : size;
  });
}

/** The number of elements. */
export function numel(shape: Shape): Dim {
  return shape.reduce(multiply, constant(1));
}

/** `[N, 64, 7]`, or `[...]` for a shape of unknown rank. */
export function formatShape(shape: Shape | undefined): string {
  return shape === undefined ? "[...]" : `[${shape.map(formatDim).join(", ")}]`;
}

/** True when both shapes are certain to be the same. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, i) => surelyEqual(size, b[i] ?? size));
}

/** The position from the front of an axis that may count from the back; undefined when there is no such axis. */
export function normalizeAxis(axis: number, rank: number): number | undefined {
  const position = axis < 0 ? axis + rank : axis;
  return Number.isInteger(axis) && position >= 0 && position < rank ? position : undefined;
}
