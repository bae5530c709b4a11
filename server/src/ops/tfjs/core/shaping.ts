import type { TensorValue } from "../../../interpreter/value";
import { notAPermutation, sizeIsNotOne } from "../../../rules/dim-out-of-range";
import { inexactInference, notInferable, otherSize } from "../../../rules/reshape-size";
import type { Dim } from "../../../shape/dim";
import { constant, surelyAtLeast, surelyDifferent, unknownDim } from "../../../shape/dim";
import { inferReshape, perhapsInferred } from "../../../shape/reshape";
import type { Shape } from "../../../shape/shape";
import { numel } from "../../../shape/shape";
import type { Operation, OperationContext } from "../../operation";
import { either, integers, knownInteger, knownIntegers, optional } from "../../parameter";
import type { Parameter } from "../../parameter";
import { dtypeName, like, tensorLike } from "../tensors";
import type { Ranked } from "./define";
import { axisOf, hasRank, isRanked, tfOperation } from "./define";

/** The shape that results, with -1 worked out; after a report, the one that was meant. */
function fitted(cx: OperationContext, input: Ranked, sizes: Shape, written: "list" | "one by one"): Shape {
  const made = inferReshape(input.shape, sizes);
  const list = cx.site.args.find(({ value }) => cx.elements(value) !== undefined);
  const about = {
    cx,
    input,
    sizes,
    spans: sizes.map((_, i) =>
      written === "list" ? list && cx.propertySpan(list.value, String(i)) : cx.site.args[i]?.span,
    ),
  };
  switch (made.kind) {
    case "ok":
      for (const [symbol, size] of made.implied ?? []) cx.assumeEqual(symbol, size);
      cx.assumeEqual(numel(input.shape), numel(made.shape));
      return made.shape;
    case "size-mismatch":
      cx.report(otherSize(about));
      break;
    case "not-divisible":
      cx.report(inexactInference(about));
      break;
    case "two-inferred":
      cx.report(notInferable({ ...about, reason: "two" }));
      break;
    default:
      cx.report(notInferable({ ...about, reason: made.kind }));
  }
  return sizes.map((size) => (size === constant(-1) ? unknownDim() : size));
}

const reshape = tfOperation({
  name: "reshape",
  parameters: { x: tensorLike, shape: integers },
  result({ x, shape }, cx) {
    if (isRanked(x)) return like(cx, x, { shape: fitted(cx, x, shape, "list") });
    return like(cx, x, { shape: shape.map((size) => (surelyAtLeast(size, 0) ? size : perhapsInferred(size))) });
  },
});

const reshapeAs = tfOperation({
  name: "reshapeAs",
  parameters: { x: tensorLike, like: tensorLike },
  result({ x, like: other }, cx) {
    const shape = isRanked(x) && other.shape ? fitted(cx, x, other.shape, "list") : other.shape;
    return like(cx, x, { shape });
  },
});

/** `as2D(rows, columns)` */
function asRank(rank: 2 | 3 | 4 | 5) {
  const sizes: Parameter<readonly Dim[]> = { ...integers, variadic: true };
  return tfOperation({
    name: `as${rank}D`,
    parameters: { x: tensorLike, sizes },
    result: ({ x, sizes: shape }, cx) =>
      like(cx, x, { shape: isRanked(x) ? fitted(cx, x, shape, "one by one") : shape }),
  });
}

function flattened(name: string) {
  return tfOperation({
    name,
    parameters: { x: tensorLike },
    result: ({ x }, cx) => like(cx, x, { shape: [x.shape ? numel(x.shape) : unknownDim(0)] }),
  });
}

const asScalar = tfOperation({
  name: "asScalar",
  parameters: { x: tensorLike },
  result: ({ x }, cx) => like(cx, x, { shape: isRanked(x) ? fitted(cx, x, [], "list") : [] }),
});

const expandDims = tfOperation({
  name: "expandDims",
  parameters: { x: tensorLike, axis: optional(knownInteger, 0) },
  result({ x, axis }, cx) {
    if (!isRanked(x)) return like(cx, x);
    const at = axisOf(cx, x, axis, { extra: 1 });
    return like(cx, x, { shape: at === undefined ? undefined : x.shape.toSpliced(at, 0, constant(1)) });
  },
});

const oneOrMore = either(knownInteger, knownIntegers);

const squeeze = tfOperation({
  name: "squeeze",
  parameters: { x: tensorLike, axis: optional(oneOrMore, undefined) },
  result({ x, axis }, cx) {
    if (!isRanked(x)) return like(cx, x);
    if (axis === undefined) return like(cx, x, { shape: squeezed(x.shape) });
    const axes = new Set<number>();
    for (const [i, one] of [axis].flat().entries()) {
      const at = axisOf(cx, x, one);
      if (at === undefined) return like(cx, x, { shape: undefined });
      const size = x.shape[at];
      const written = cx.source("axis");
      const list = written?.value && cx.propertySpan(written.value, String(i));
      if (size && surelyDifferent(size, constant(1))) {
        cx.report(sizeIsNotOne({ cx, input: x, axis: at, written: Array.isArray(axis) ? list : written?.span }));
      }
      axes.add(at);
    }
    return like(cx, x, { shape: x.shape.filter((_, i) => !axes.has(i)) });
  },
});

/** Without its sizes of 1; unknown when one may be 1 and may not. */
function squeezed(shape: Shape): Shape | undefined {
  const one = constant(1);
  if (shape.some((size) => size !== one && !surelyDifferent(size, one))) return undefined;
  return shape.filter((size) => size !== one);
}

const transpose = tfOperation({
  name: "transpose",
  parameters: { x: tensorLike, perm: optional(knownIntegers, undefined) },
  result({ x, perm }, cx) {
    if (!isRanked(x)) return like(cx, x, { shape: perm?.map(() => unknownDim(0)) });
    const axes = perm ?? x.shape.map((_, i) => i).reverse();
    const valid =
      axes.length === x.shape.length &&
      axes.every((axis) => axis >= 0 && axis < axes.length) &&
      new Set(axes).size === axes.length;
    if (!valid) cx.report(notAPermutation({ cx, input: x, axes }));
    return like(cx, x, { shape: valid ? axes.map((axis) => x.shape[axis] ?? unknownDim()) : undefined });
  },
});

const reverse = tfOperation({
  name: "reverse",
  parameters: { x: tensorLike, axis: optional(oneOrMore, undefined) },
  result({ x, axis }, cx) {
    if (isRanked(x) && axis !== undefined) for (const one of [axis].flat()) axisOf(cx, x, one);
    return like(cx, x);
  },
});

/** Of tensors of one rank; vectors have nothing to choose. */
function reverseOfRank(rank: 1 | 2 | 3 | 4) {
  return tfOperation({
    name: `reverse${rank}d`,
    parameters: rank === 1 ? { x: tensorLike } : { x: tensorLike, axis: optional(oneOrMore, undefined) },
    result({ x, axis }: { readonly x: TensorValue; readonly axis?: number | readonly number[] | undefined }, cx) {
      if (hasRank(cx, x, [rank]) && axis !== undefined) for (const one of [axis].flat()) axisOf(cx, x, one);
      return like(cx, x);
    },
  });
}

const cast = tfOperation({
  name: "cast",
  parameters: { x: tensorLike, dtype: dtypeName },
  result: ({ x, dtype }, cx) => like(cx, x, { dtype }),
});

function converted(name: string, dtype: TensorValue["dtype"]) {
  return tfOperation({ name, parameters: { x: tensorLike }, result: ({ x }, cx) => like(cx, x, { dtype }) });
}

const clone = tfOperation({ name: "clone", parameters: { x: tensorLike }, result: ({ x }, cx) => like(cx, x) });

export const shapingOperations: readonly Operation[] = [
  reshape,
  reshapeAs,
  asRank(2),
  asRank(3),
  asRank(4),
  asRank(5),
  flattened("flatten"),
  flattened("as1D"),
  asScalar,
  expandDims,
  squeeze,
  transpose,
  reverse,
  ...([1, 2, 3, 4] as const).map(reverseOfRank),
  cast,
  converted("toInt", "int32"),
  converted("toFloat", "float32"),
  converted("toBool", "bool"),
  clone,
];
