import * as fc from "fast-check";
import type { Dim } from "../../server/src/shape/dim";
import * as d from "../../server/src/shape/dim";

/** What dimensions are checked against: the same expressions computed with plain numbers. */

export type Expression =
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: "symbol"; readonly name: string }
  | { readonly kind: Operation; readonly left: Expression; readonly right: Expression };

type Operation = keyof typeof operations;

export const symbolNames = ["N", "H", "W", "d"] as const;

export const floorQuotient = (a: number, b: number) => Math.floor(a / b);

const operations = {
  add: { symbolic: d.add, numeric: (a: number, b: number) => a + b },
  subtract: { symbolic: d.subtract, numeric: (a: number, b: number) => a - b },
  multiply: { symbolic: d.multiply, numeric: (a: number, b: number) => a * b },
  floorDivide: { symbolic: d.floorDivide, numeric: floorQuotient },
  ceilDivide: { symbolic: d.ceilDivide, numeric: (a: number, b: number) => Math.ceil(a / b) },
  modulo: { symbolic: d.modulo, numeric: (a: number, b: number) => a - b * Math.floor(a / b) },
  minimum: { symbolic: d.minimum, numeric: Math.min },
  maximum: { symbolic: d.maximum, numeric: Math.max },
} as const;

const isDivision = (operation: Operation) => ["floorDivide", "ceilDivide", "modulo"].includes(operation);

/** The expression as a dimension. */
export function toDim(e: Expression): Dim {
  switch (e.kind) {
    case "constant":
      return d.constant(e.value);
    case "symbol":
      return d.symbol(e.name);
    default:
      return operations[e.kind].symbolic(toDim(e.left), toDim(e.right));
  }
}

/** The expression as a number; undefined where it divides by zero. */
export function toNumber(e: Expression, values: Values): number | undefined {
  switch (e.kind) {
    case "constant":
      return e.value;
    case "symbol":
      return values[e.name as keyof Values];
    default: {
      const left = toNumber(e.left, values);
      const right = toNumber(e.right, values);
      const undefinedHere = left === undefined || right === undefined || (isDivision(e.kind) && right === 0);
      return undefinedHere ? undefined : operations[e.kind].numeric(left, right);
    }
  }
}

export type Values = Record<(typeof symbolNames)[number], number>;

const size = fc.oneof({ weight: 2, arbitrary: fc.constantFrom(1, 2) }, fc.integer({ min: 1, max: 40 }));

/** Values of the symbols, small ones above all: 1 is where most rules of shapes have their exceptions. */
export const values: fc.Arbitrary<Values> = fc.record({ N: size, H: size, W: size, d: size });

const leaf: fc.Arbitrary<Expression> = fc.oneof(
  fc.integer({ min: -8, max: 8 }).map((value) => ({ kind: "constant" as const, value })),
  fc.constantFrom(...symbolNames).map((name) => ({ kind: "symbol" as const, name })),
);

/** Random expressions, a few operations deep. */
export const expressions: fc.Arbitrary<Expression> = fc.letrec<{ expression: Expression }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc.record({
      kind: fc.constantFrom(...(Object.keys(operations) as Operation[])),
      left: tie("expression"),
      right: tie("expression"),
    }),
  ),
})).expression;

/** The number a dimension has for these values; symbols the engine made up are not among them. */
export function valueOf(dim: Dim, values: Values): number | undefined {
  if (!d.isKnown(dim)) {
    return undefined;
  }
  return d.evaluate(dim, (name) => {
    const value = values[name as keyof Values];
    if (value === undefined) {
      throw new Error(`There is no symbol ${name} in this test.`);
    }
    return value;
  });
}
