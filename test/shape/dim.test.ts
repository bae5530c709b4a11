import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Dim } from "../../server/src/shape/dim";
import {
  add,
  asNumber,
  bounds,
  ceilDivide,
  compare,
  constant,
  divideExactly,
  evaluate,
  floorDivide,
  formatDim,
  isKnown,
  maximum,
  minimum,
  modulo,
  multiply,
  negate,
  substitute,
  subtract,
  surelyAtLeast,
  surelyDifferent,
  surelyLess,
  symbol,
  symbolsOf,
  unknownDim,
} from "../../server/src/shape/dim";
import { expressions, toDim, toNumber, valueOf, values } from "./numeric";

const [N, C, H, W, L, T, h, d] = ["N", "C", "H", "W", "L", "T", "h", "d"].map((name) => symbol(name)) as [
  Dim,
  Dim,
  Dim,
  Dim,
  Dim,
  Dim,
  Dim,
  Dim,
];
const n = constant;

describe("equal dimensions are the same object", () => {
  test("whatever order they were made in", () => {
    expect(multiply(N, C)).toBe(multiply(C, N));
    expect(add(add(N, n(1)), C)).toBe(add(N, add(C, n(1))));
    expect(multiply(add(N, n(1)), subtract(N, n(1)))).toBe(subtract(multiply(N, N), n(1)));
  });

  test("for symbols of one name and bound", () => {
    expect(symbol("N")).toBe(N);
    expect(symbol("N", 2)).not.toBe(N);
  });

  test("but each unknown dimension is another", () => {
    const unknown = unknownDim();
    expect(unknownDim()).not.toBe(unknown);
    expect(subtract(unknown, unknown)).toBe(n(0));
  });
});

describe("division", () => {
  test.each<[string, Dim, Dim]>([
    ["by a number that divides", floorDivide(multiply(n(64), H), n(64)), H],
    ["by a product of symbols", floorDivide(multiply(N, multiply(h, d)), multiply(h, d)), N],
    ["by a sum", floorDivide(multiply(N, add(H, n(1))), add(H, n(1))), N],
    ["leaves a rest too small to count", floorDivide(add(multiply(n(4), H), n(3)), n(4)), H],
    ["of a quotient", floorDivide(floorDivide(H, n(2)), n(2)), floorDivide(H, n(4))],
    ["cancels common factors", floorDivide(multiply(n(2), multiply(H, W)), multiply(n(4), H)), floorDivide(W, n(2))],
    ["by a larger number", floorDivide(subtract(d, n(1)), d), n(0)],
    ["rounds up", ceilDivide(add(multiply(n(4), H), n(1)), n(4)), add(H, n(1))],
    ["rounds down below zero", floorDivide(n(-7), n(2)), n(-4)],
    ["by a negative number", floorDivide(n(7), n(-2)), n(-4)],
    ["has no remainder", modulo(multiply(n(64), H), n(64)), n(0)],
    ["has a remainder of the divisor's sign", modulo(n(-7), n(4)), n(1)],
    ["has a small remainder", modulo(add(multiply(n(4), H), n(3)), n(4)), n(3)],
  ])("%s", (_, actual, expected) => {
    expect(formatDim(actual)).toBe(formatDim(expected));
    expect(actual).toBe(expected);
  });

  test("by zero is unknown", () => {
    expect(isKnown(floorDivide(H, n(0)))).toBe(false);
    expect(isKnown(modulo(H, n(0)))).toBe(false);
  });

  test("sees that padding to a multiple gives a multiple", () => {
    const padding = modulo(subtract(n(7), modulo(H, n(7))), n(7));
    expect(divideExactly(add(H, padding), n(7))).toBeDefined();
  });

  test("is exact only where coefficients divide", () => {
    expect(divideExactly(multiply(n(6), multiply(N, H)), multiply(n(3), H))).toBe(multiply(n(2), N));
    expect(divideExactly(multiply(n(6), N), n(4))).toBeUndefined();
    expect(divideExactly(N, n(0))).toBeUndefined();
  });
});

describe("comparison", () => {
  test.each<[Dim, Dim, ReturnType<typeof compare>]>([
    [N, N, "equal"],
    [N, H, "maybe"],
    [N, add(N, n(1)), "less"],
    [multiply(n(3), multiply(N, H)), multiply(n(2), N), "greater"],
    [multiply(n(2), N), add(multiply(n(2), H), n(1)), "different"],
    [N, n(0), "greater"],
    [N, n(1), "maybe"],
    [floorDivide(H, n(2)), H, "less"],
    [modulo(H, n(7)), n(7), "less"],
    [minimum(N, n(8)), n(8), "maybe"],
    [minimum(N, n(8)), n(9), "less"],
    [L, maximum(subtract(L, n(1)), n(0)), "greater"],
    [multiply(d, floorDivide(T, d)), add(T, n(1)), "less"],
  ])("%# ", (a, b, expected) => {
    expect(compare(a, b)).toBe(expected);
  });

  test("with helpers for what rules ask", () => {
    expect(surelyDifferent(n(3), n(4))).toBe(true);
    expect(surelyDifferent(N, n(4))).toBe(false);
    expect(surelyLess(N, add(N, H))).toBe(true);
    expect(surelyAtLeast(multiply(n(2), N), 2)).toBe(true);
  });
});

describe("minimum and maximum", () => {
  test("keep no operand that cannot be the answer", () => {
    expect(minimum(minimum(N, n(8)), n(4))).toBe(minimum(N, n(4)));
    expect(maximum(subtract(L, n(1)), n(0))).toBe(subtract(L, n(1)));
    expect(minimum(N, add(N, H))).toBe(N);
  });
});

describe("text", () => {
  test.each<[Dim, string]>([
    [multiply(H, n(64)), "64*H"],
    [add(n(1), multiply(n(2), N)), "2*N + 1"],
    [subtract(N, n(1)), "N - 1"],
    [multiply(C, N), "N*C"],
    [multiply(multiply(W, H), multiply(C, N)), "N*C*H*W"],
    [multiply(N, N), "N^2"],
    [subtract(n(8), N), "8 - N"],
    [negate(N), "-N"],
    [n(0), "0"],
    [n(-3), "-3"],
    [add(floorDivide(subtract(H, n(1)), n(2)), n(1)), "(H - 1)//2 + 1"],
    [floorDivide(L, n(2)), "L//2"],
    [floorDivide(multiply(n(2), L), n(3)), "(2*L)//3"],
    [multiply(n(64), floorDivide(L, n(2))), "64*(L//2)"],
    [floorDivide(d, h), "d//h"],
    [modulo(H, n(7)), "H % 7"],
    [minimum(n(8), N), "min(N, 8)"],
    [unknownDim(), "?"],
    [multiply(n(2), unknownDim()), "?"],
  ])("%# %s", (dim, expected) => {
    expect(formatDim(dim)).toBe(expected);
  });

  test("does not depend on which symbol was made first", () => {
    const [zebra, apple] = [symbol("zebra"), symbol("apple")];
    expect(formatDim(multiply(zebra, apple))).toBe("apple*zebra");
  });
});

describe("symbols", () => {
  test("are found at any depth", () => {
    expect(symbolsOf(floorDivide(multiply(T, minimum(N, n(8))), d))).toEqual(expect.arrayContaining([T, N, d]));
  });

  test("are replaced and the result simplified", () => {
    const quotient = floorDivide(d, h);
    expect(substitute(quotient, (s) => (s === d ? multiply(n(4), h) : undefined))).toBe(n(4));
  });

  test("are replaced all at once", () => {
    const swapped = substitute(subtract(N, H), (s) => (s === N ? H : s === H ? N : undefined));
    expect(swapped).toBe(subtract(H, N));
  });

  test("have their values in an evaluation", () => {
    expect(evaluate(add(floorDivide(H, n(2)), n(1)), () => 7)).toBe(4);
    expect(() => evaluate(floorDivide(n(1), N), () => 0)).toThrow(RangeError);
  });
});

describe("what grows too large is given up", () => {
  test("beyond exact integers", () => {
    const huge = n(Number.MAX_SAFE_INTEGER);
    expect(asNumber(huge)).toBe(Number.MAX_SAFE_INTEGER);
    expect(isKnown(multiply(huge, n(2)))).toBe(false);
    expect(isKnown(n(2.5))).toBe(false);
  });

  test("beyond a few dozen terms", () => {
    const sum = Array.from({ length: 40 }, (_, i) => symbol(`s${i}`)).reduce(add);
    expect(isKnown(sum)).toBe(false);
  });

  test("and nothing is assumed about it", () => {
    expect(bounds(multiply(n(Number.MAX_SAFE_INTEGER), n(-2)))).toEqual({ min: -Infinity, max: Infinity });
  });
});

describe("against plain numbers", () => {
  const runs = { numRuns: 2000 };

  test("every simplification keeps the value", () => {
    const property = fc.property(expressions, values, (expression, at) => {
      const expected = toNumber(expression, at);
      fc.pre(expected !== undefined);
      const actual = valueOf(toDim(expression), at);
      fc.pre(actual !== undefined);
      expect(actual + 0).toBe(expected + 0);
    });
    fc.assert(property, runs);
  });

  test("bounds hold", () => {
    const property = fc.property(expressions, values, (expression, at) => {
      const expected = toNumber(expression, at);
      fc.pre(expected !== undefined);
      const { min, max } = bounds(toDim(expression));
      expect(min).toBeLessThanOrEqual(expected);
      expect(max).toBeGreaterThanOrEqual(expected);
    });
    fc.assert(property, runs);
  });

  test("comparisons hold", () => {
    const property = fc.property(expressions, expressions, values, (left, right, at) => {
      const a = toNumber(left, at);
      const b = toNumber(right, at);
      fc.pre(a !== undefined && b !== undefined);
      const relation = a < b ? "less" : a > b ? "greater" : "equal";
      const allowed = ["maybe", relation, ...(a === b ? [] : ["different"])];
      expect(allowed).toContain(compare(toDim(left), toDim(right)));
    });
    fc.assert(property, runs);
  });

  test("substitution gives what evaluation gives", () => {
    const property = fc.property(expressions, values, (expression, at) => {
      const dim = toDim(expression);
      const expected = toNumber(expression, at);
      fc.pre(expected !== undefined && isKnown(dim));
      const replaced = substitute(dim, (s) => constant(at[formatDim(s) as keyof typeof at]));
      expect(asNumber(replaced)).toBe(expected + 0);
    });
    fc.assert(property, runs);
  });
});
