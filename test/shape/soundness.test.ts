import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { broadcastShapes, expandShape } from "../../server/src/shape/broadcast";
import type { Dim } from "../../server/src/shape/dim";
import { asNumber, constant, formatDim, isKnown, multiply, substitute, symbol } from "../../server/src/shape/dim";
import { inferReshape } from "../../server/src/shape/reshape";
import type { Shape } from "../../server/src/shape/shape";
import { formatShape, numel } from "../../server/src/shape/shape";
import type { Strides } from "../../server/src/shape/strides";
import {
  contiguousStrides,
  denseStridesLike,
  elementwiseStrides,
  expandStrides,
  isContiguous,
  viewStrides,
} from "../../server/src/shape/strides";
import { ceilPoolSize, convolutionSize, coversAll, uncovered } from "../../server/src/shape/window";

/**
 * What is said about symbols has to hold for every value of them. The answers for numbers are PyTorch's own
 * (layouts.test.ts), so each answer for symbols is compared with the answer for the numbers they stand for.
 */

const runs = { numRuns: 2000 };

interface Tensor {
  readonly shape: Shape;
  readonly strides: Strides;
}

type Values = Readonly<Record<string, number>>;

const names = ["N", "T", "h", "d"];

const dim = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...names).map((name) => symbol(name)) },
  { weight: 2, arbitrary: fc.constantFrom(1, 2, 3, 4).map(constant) },
  { weight: 1, arbitrary: fc.constantFrom(...names).map((name) => multiply(symbol(name), constant(2))) },
);

const values: fc.Arbitrary<Values> = fc.record(
  Object.fromEntries(names.map((name) => [name, fc.constantFrom(1, 1, 2, 3, 4, 5)])),
);

const contiguousTensor: fc.Arbitrary<Tensor> = fc
  .array(dim, { minLength: 1, maxLength: 4 })
  .map((shape) => ({ shape, strides: contiguousStrides(shape) }));

const steps = fc.array(fc.tuple(fc.constantFrom("swap", "expand", "skip"), fc.nat(3), fc.nat(3)), { maxLength: 3 });

/** A tensor that is a view of another, by transposing, expanding a dimension or taking every other element. */
const tensor: fc.Arbitrary<Tensor> = fc.tuple(contiguousTensor, steps).map(([start, chosen]) =>
  chosen.reduce(({ shape, strides }, [step, a, b]) => {
    const i = a % shape.length;
    const j = b % shape.length;
    switch (step) {
      case "swap":
        return { shape: swapped(shape, i, j), strides: swapped(strides, i, j) };
      case "expand":
        return { shape: [...shape, constant(b + 1)], strides: [...strides, constant(0)] };
      default:
        return { shape, strides: strides.map((s, k) => (k === i ? multiply(s, constant(2)) : s)) };
    }
  }, start),
);

/** A shape with as many elements: neighbouring dimensions joined here and there. */
const joined = (shape: Shape): fc.Arbitrary<Shape> =>
  fc
    .array(fc.boolean(), { minLength: shape.length, maxLength: shape.length })
    .map((joins) =>
      shape.reduce<Shape>(
        (result, size, i) =>
          joins[i] && result.length > 0
            ? [...result.slice(0, -1), multiply(result.at(-1) ?? size, size)]
            : [...result, size],
        [],
      ),
    );

const tensorAndShape = tensor.chain((x) =>
  fc.tuple(
    fc.constant(x),
    fc.oneof(joined(x.shape), fc.shuffledSubarray([...x.shape], { minLength: x.shape.length }).chain(joined)),
  ),
);

describe("what is said of symbols holds for numbers", () => {
  test("view", () => {
    const seen = { ok: 0, illegal: 0, maybe: 0, obstacle: 0 };
    const property = fc.property(tensorAndShape, values, ([x, newShape], at) => {
      const symbolic = viewStrides(x.shape, x.strides, newShape);
      const numeric = viewStrides(...([x.shape, x.strides, newShape].map(numbers(at)) as [Shape, Strides, Shape]));
      seen[symbolic.kind]++;
      expect(numeric.kind).not.toBe("maybe");
      if (symbolic.kind !== "maybe") {
        expect(symbolic.kind).toBe(numeric.kind);
      }
      if (symbolic.kind === "ok" && numeric.kind === "ok") {
        expectSameLayout(numbers(at)(newShape), numbers(at)(symbolic.strides), numeric.strides);
      }
      if (symbolic.kind === "maybe" && symbolic.obstacle && Object.values(at).every((value) => value > 1)) {
        seen.obstacle++;
        expect(numeric.kind).toBe("illegal");
      }
    });
    fc.assert(property, runs);
    // Each verdict has to have been put to the test.
    expect(Object.values(seen).every((count) => count > 20)).toBe(true);
  });

  test("isContiguous", () => {
    const property = fc.property(tensor, values, (x, at) => {
      const symbolic = isContiguous(x.shape, x.strides);
      const numeric = isContiguous(numbers(at)(x.shape), numbers(at)(x.strides));
      expect([numeric, "maybe"]).toContain(symbolic);
    });
    fc.assert(property, runs);
  });

  test("the layout of a clone", () => {
    let known = 0;
    const property = fc.property(tensor, values, (x, at) => {
      const symbolic = denseStridesLike(x.shape, x.strides);
      const numeric = denseStridesLike(numbers(at)(x.shape), numbers(at)(x.strides));
      if (symbolic !== undefined) {
        known++;
        expectSameLayout(numbers(at)(x.shape), numbers(at)(symbolic), numeric);
      }
    });
    fc.assert(property, runs);
    expect(known).toBeGreaterThan(runs.numRuns / 4);
  });

  test("the layout of an element-wise result", () => {
    let known = 0;
    const property = fc.property(fc.array(tensor, { minLength: 1, maxLength: 3 }), values, (operands, at) => {
      const shape = operands.map((x) => x.shape).reduce<Shape | undefined>(broadcast, []);
      const numericOperands = operands.map((x) => ({ shape: numbers(at)(x.shape), strides: numbers(at)(x.strides) }));
      const numericShape = numericOperands.map((x) => x.shape).reduce<Shape | undefined>(broadcast, []);
      fc.pre(shape !== undefined && numericShape !== undefined);
      const symbolic = elementwiseStrides(operands, shape);
      if (symbolic !== undefined) {
        known++;
        expectSameLayout(numericShape, numbers(at)(symbolic), elementwiseStrides(numericOperands, numericShape));
      }
    });
    fc.assert(property, runs);
    expect(known).toBeGreaterThan(runs.numRuns / 8);
  });

  test("broadcasting", () => {
    const property = fc.property(fc.tuple(tensor, tensor), values, ([a, b], at) => {
      const symbolic = broadcastShapes(a.shape, b.shape);
      const numeric = broadcastShapes(numbers(at)(a.shape), numbers(at)(b.shape));
      if (symbolic.kind === "mismatch") {
        expect(numeric.kind).toBe("mismatch");
      } else if (numeric.kind === "ok") {
        expect(text(numbers(at)(symbolic.shape))).toBe(text(numeric.shape));
      }
    });
    fc.assert(property, runs);
  });

  test("expand", () => {
    const sizes = fc.array(fc.oneof(dim, fc.constant(constant(-1))), { minLength: 1, maxLength: 5 });
    const property = fc.property(tensor, sizes, values, (x, target, at) => {
      const symbolic = expandShape(x.shape, target);
      const numeric = expandShape(numbers(at)(x.shape), numbers(at)(target));
      if (symbolic.kind !== "ok") {
        expect(numeric.kind).toBe(symbolic.kind);
      } else if (numeric.kind === "ok") {
        expect(text(numbers(at)(symbolic.shape))).toBe(text(numeric.shape));
        const strides = expandStrides(x.shape, x.strides, symbolic.shape);
        const expected = expandStrides(numbers(at)(x.shape), numbers(at)(x.strides), numeric.shape);
        if (strides !== undefined) {
          expectSameLayout(numeric.shape, numbers(at)(strides), expected);
        }
      }
    });
    fc.assert(property, runs);
  });

  test("reshape", () => {
    const sizes = tensorAndShape.chain(([x, shape]) =>
      fc.tuple(
        fc.constant(x.shape),
        fc.constant(shape),
        fc.nat(shape.length),
        fc.option(fc.tuple(fc.nat(shape.length), dim)),
      ),
    );
    const property = fc.property(sizes, values, ([from, shape, inferred, changed], at) => {
      const target = shape.map((size, i) => {
        const own = changed !== null && changed[0] === i ? changed[1] : size;
        return i === inferred ? constant(-1) : own;
      });
      const symbolic = inferReshape(from, target);
      const numeric = inferReshape(numbers(at)(from), numbers(at)(target));
      if (symbolic.kind !== "ok") {
        expect(numeric.kind).toBe(symbolic.kind);
      } else if (numeric.kind === "ok") {
        expect(text(numbers(at)(symbolic.shape))).toBe(text(numeric.shape));
        expect(asNumber(numel(numeric.shape))).toBe(asNumber(numel(numbers(at)(from))));
      }
    });
    fc.assert(property, runs);
  });

  test("windows", () => {
    const small = fc.integer({ min: 1, max: 5 }).map(constant);
    const windows = fc.record({ kernel: small, stride: fc.oneof(small, dim), dilation: small });
    const property = fc.property(dim, windows, fc.nat(2).map(constant), values, (input, window, padding, at) => {
      const toNumber = (d: Dim) => numbers(at)([d])[0] ?? d;
      const stride = toNumber(window.stride);
      for (const size of [convolutionSize, ceilPoolSize, uncovered]) {
        const numeric = size(toNumber(input), { ...window, stride }, padding);
        expect(formatDim(toNumber(size(input, window, padding)))).toBe(formatDim(numeric));
      }
      const covers = coversAll(toNumber(input), { ...window, stride }, padding);
      expect([covers, "maybe"]).toContain(coversAll(input, window, padding));
    });
    fc.assert(property, runs);
  });
});

function numbers(at: Values): (dims: readonly Dim[]) => readonly Dim[] {
  return (dims) => dims.map((d) => substitute(d, (s) => (isKnown(s) ? constant(at[formatDim(s)] ?? NaN) : undefined)));
}

/** Strides mean nothing along dimensions of size 1. */
function expectSameLayout(shape: Shape, actual: Strides, expected: Strides | undefined): void {
  const counted = (strides: Strides) => strides.filter((_, i) => shape[i] !== constant(1));
  expect(expected).toBeDefined();
  expect(text(counted(actual))).toBe(text(counted(expected ?? [])));
}

function broadcast(a: Shape | undefined, b: Shape): Shape | undefined {
  const result = a && broadcastShapes(a, b);
  return result?.kind === "ok" ? result.shape : undefined;
}

function swapped(list: readonly Dim[], i: number, j: number): readonly Dim[] {
  return list.map((own, k) => (k === i ? (list[j] ?? own) : k === j ? (list[i] ?? own) : own));
}

function text(dims: readonly Dim[]): string {
  return formatShape(dims);
}
