import type { DType, TensorValue, Value } from "../../../interpreter/value";
import { UNKNOWN } from "../../../interpreter/value";
import { lengthName, lengthOf } from "../../../interpreter/unknown-size";
import { endOf, startOf } from "../../../ir";
import { wrongDType } from "../../../rules/dtype-mismatch";
import { otherSize } from "../../../rules/reshape-size";
import { wrongCount } from "../../../rules/rank-mismatch";
import { mismatch } from "../../../rules/shape-mismatch";
import type { Dim } from "../../../shape/dim";
import {
  bounds,
  ceilDivide,
  constant,
  isKnown,
  negate,
  subtract,
  surelyAtLeast,
  surelyDifferent,
  unknownDim,
} from "../../../shape/dim";
import type { Shape } from "../../../shape/shape";
import { formatShape, numel } from "../../../shape/shape";
import type { Operation, OperationContext } from "../../operation";
import { anything, integer, integers, number, optional } from "../../parameter";
import type { Parameter } from "../../parameter";
import { requireDtype } from "../dtypes";
import type { Literal, LiteralOrigin } from "../tensors";
import { convertible, dtypeName, made, numbersIn, readLiteral, tensorLike } from "../tensors";
import { tfOperation } from "./define";
import { t } from "../../../text/translate";

const dtype = optional(dtypeName, undefined);

/** `tf.tensor(values, shape, dtype)`, and `tf.tensor2d` and its like, which insist on a rank. */
function tensor(name: string, rank: number | undefined) {
  return tfOperation({
    name,
    parameters: { values: anything, ...(rank === 1 ? {} : { shape: optional(integers, undefined) }), dtype },
    result(
      args: { readonly values: Value; readonly shape?: Shape | undefined; readonly dtype: DType | undefined },
      cx,
    ) {
      checkKind(cx, args.values);
      const literal = readLiteral(args.values, cx);
      const given = args.shape;
      const type = args.dtype ?? (literal ? literal.dtype : undefined);
      if (!literal) return made(cx, { shape: given ?? unknownOf(rank, args.values, cx), dtype: type });
      if (literal.ragged) cx.report(ragged(literal.ragged, cx));
      if (rank !== undefined && !fitsRank(cx, literal, given, rank))
        return made(cx, { shape: given ?? unknownOf(rank, args.values, cx), dtype: type });
      const shape = given ? arranged(cx, literal, given) : named(literal.shape, cx);
      return withNumbers(made(cx, { shape, dtype: type }), numbersIn(args.values, cx));
    },
  });
}

/** The typed arrays that TensorFlow.js takes; of others it says that they are no numbers. */
const TAKEN = new Set(["Float32Array", "Int32Array", "Uint8Array", "Uint8ClampedArray"]);

function checkKind(cx: OperationContext, values: Value): void {
  const kind = cx.typedArray(values);
  const span = cx.source("values")?.span;
  if (kind === undefined || TAKEN.has(kind) || !span) return;
  const plain = kind.startsWith("Float") ? "Float32Array" : "Int32Array";
  const input = { ...made(cx, { shape: undefined, dtype: undefined }), origin: undefined };
  const edits = [
    { span: startOf(span), newText: `${plain}.from(` },
    { span: endOf(span), newText: ")" },
  ];
  cx.report({
    ...wrongDType({ cx, input, expected: plain, subject: t`its values`, span }),
    message: t`${cx.operation} does not take a ${kind}: of typed arrays it knows ${[...TAKEN].join(", ")}.`,
    fixes: [{ title: t`Convert it: ${plain}.from(…)`, preferred: true, edits }],
  });
}

/** More numbers than this are data, and not looked at. */
const MOST_NUMBERS = 64;

function withNumbers(tensor: TensorValue, numbers: readonly Dim[]): TensorValue {
  if (!tensor.origin || numbers.length > MOST_NUMBERS) return tensor;
  const origin: LiteralOrigin = { ...tensor.origin, numbers };
  return { ...tensor, origin };
}

/** The shape of values of which not all sizes are known: as deep as the rank says. */
function unknownOf(rank: number | undefined, values: Value, cx: OperationContext): Shape | undefined {
  if (rank === undefined) return undefined;
  const sizes: Dim[] = [];
  let inner: Value = values;
  for (let depth = 0; depth < rank; depth++) {
    const unknown = inner.kind === "unknown" ? inner : undefined;
    sizes.push(cx.lengthOf(inner) ?? (unknown ? lengthOf(unknown) : unknownDim(0)));
    if (!unknown) inner = cx.anyElement(inner);
    else {
      for (let further = 1; sizes.length < rank; further++) sizes.push(lengthOf(unknown, further));
      break;
    }
  }
  return named(sizes, cx);
}

/** Sizes that have no name are called after the data that has them. */
function named(shape: Shape, cx: OperationContext): Shape {
  const path = cx.site.args[0]?.path;
  if (path === undefined) return shape;
  return shape.map((size, depth) => (isKnown(size) ? size : unknownDim(bounds(size).min, lengthName(path, depth))));
}

function ragged({ first, other }: NonNullable<Literal["ragged"]>, cx: OperationContext) {
  return mismatch({
    message:
      t`${cx.operation}: the rows have different lengths, ${formatShape(first)} and ${formatShape(other)}.\n` +
      t`TensorFlow.js looks at the first row alone, so the tensor would be corrupt.`,
  });
}

/** Flat values arranged in a shape, or nested ones, which must have it already. */
function arranged(cx: OperationContext, literal: Literal, given: Shape): Shape {
  const input = { ...made(cx, literal), origin: undefined };
  const list = cx.site.args[1];
  const spans = given.map((_, i) => list && cx.propertySpan(list.value, String(i)));
  const nested = literal.shape.length > 1;
  const differs = nested
    ? given.length !== literal.shape.length || given.some((size, i) => surelyDifferent(size, literal.shape[i] ?? size))
    : surelyDifferent(numel(given), numel(literal.shape));
  if (differs) cx.report(otherSize({ cx, input, sizes: given, spans: nested ? [] : spans, inference: "none" }));
  return given;
}

function fitsRank(cx: OperationContext, literal: Literal, given: Shape | undefined, rank: number): boolean {
  const actual = literal.shape.length;
  const input = { ...made(cx, literal), origin: undefined };
  const fail = (message: string) => {
    cx.report(wrongCount({ cx, input, message }));
    return false;
  };
  if (given && given.length !== rank) return fail(t`the shape ${formatShape(given)} must have ${rank} sizes.`);
  if (actual !== rank && !(actual === 1 && rank > 1))
    return fail(t`the values must be nested ${rank} deep, or flat with a shape.`);
  if (actual === 1 && rank > 1 && !given) return fail(t`flat values need a shape as the second argument.`);
  return true;
}

const scalar = tfOperation({
  name: "scalar",
  parameters: { value: anything, dtype },
  result: ({ value, dtype: type }, cx) => made(cx, { shape: [], dtype: type ?? readLiteral(value, cx)?.dtype }),
});

/** Tensors of a given shape, float32 unless said otherwise; `before`: how many arguments stand between shape and dtype. */
function filled(name: string, before: number) {
  const skipped: Record<string, Parameter<unknown>> = {};
  for (let i = 0; i < before; i++) skipped[`argument${i}`] = optional(anything, undefined);
  return tfOperation({
    name,
    parameters: { shape: integers, ...skipped, dtype } as { shape: typeof integers; dtype: typeof dtype },
    result: ({ shape, dtype: type }, cx) => made(cx, { shape, dtype: type ?? "float32" }),
  });
}

const fill = tfOperation({
  name: "fill",
  parameters: { shape: integers, value: anything, dtype },
  result: ({ shape, value, dtype: type }, cx) => made(cx, { shape, dtype: type ?? readLiteral(value, cx)?.dtype }),
});

const randomUniformInt = tfOperation({
  name: "randomUniformInt",
  parameters: { shape: integers },
  result: ({ shape }, cx) => made(cx, { shape, dtype: "int32" }),
});

const range = tfOperation({
  name: "range",
  parameters: { start: integer, stop: integer, step: optional(integer, constant(1)), dtype },
  result({ start, stop, step, dtype: type }, cx) {
    return made(cx, { shape: [countSteps(start, stop, step)], dtype: type ?? "float32" });
  },
});

/** A step of 1 counts down when the end is below the start; any other step that leads away from the end gives nothing. */
function countSteps(start: Dim, stop: Dim, step: Dim): Dim {
  const distance = subtract(stop, start);
  if (bounds(distance).min >= 0 && surelyAtLeast(step, 1)) return ceilDivide(distance, step);
  if (bounds(distance).max > 0) return unknownDim(0);
  if (step === constant(1)) return negate(distance);
  return surelyAtLeast(negate(step), 1) ? ceilDivide(negate(distance), negate(step)) : unknownDim(0);
}

const linspace = tfOperation({
  name: "linspace",
  parameters: { start: number, stop: number, num: integer },
  result: ({ num }, cx) => made(cx, { shape: [num], dtype: "float32" }),
});

const eye = tfOperation({
  name: "eye",
  parameters: {
    numRows: integer,
    numColumns: optional(integer, undefined),
    batchShape: optional(integers, undefined),
    dtype,
  },
  result({ numRows, numColumns, batchShape, dtype: type }, cx) {
    return made(cx, { shape: [...(batchShape ?? []), numRows, numColumns ?? numRows], dtype: type ?? "float32" });
  },
});

const oneHot = tfOperation({
  name: "oneHot",
  parameters: { indices: convertible("int32"), depth: integer },
  result({ indices, depth }, cx) {
    requireDtype(cx, indices, "int32", t`the indices`, "indices");
    return made(cx, { shape: indices.shape && [...indices.shape, depth], dtype: "int32" }, [indices]);
  },
});

function alike(name: string) {
  return tfOperation({ name, parameters: { x: tensorLike }, result: ({ x }, cx) => made(cx, x, [x]) });
}

const variable = tfOperation({
  name: "variable",
  parameters: {
    initialValue: tensorLike,
    trainable: optional(anything, undefined),
    name: optional(anything, undefined),
    dtype,
  },
  result: ({ initialValue: x, dtype: type }, cx) => made(cx, { shape: x.shape, dtype: type ?? x.dtype }, [x]),
});

const multinomial = tfOperation({
  name: "multinomial",
  parameters: { logits: tensorLike, numSamples: integer },
  result({ logits, numSamples }, cx) {
    return made(cx, { shape: logits.shape && [...logits.shape.slice(0, -1), numSamples], dtype: "int32" }, [logits]);
  },
});

/** `[X, Y]` over the vectors x and y. */
const meshgrid = tfOperation({
  name: "meshgrid",
  parameters: { x: tensorLike, y: optional(tensorLike, undefined) },
  result({ x, y }, cx) {
    const [columns, rows] = [x.shape?.[0], y?.shape?.[0]];
    if (!columns || !rows || !y) return UNKNOWN;
    const shape: Dim[] = [rows, columns];
    return cx.array([made(cx, { shape, dtype: x.dtype }, [x, y]), made(cx, { shape, dtype: y.dtype }, [y, x])]);
  },
});

export const creationOperations: readonly Operation[] = [
  tensor("tensor", undefined),
  ...[1, 2, 3, 4, 5, 6].map((rank) => tensor(`tensor${rank}d`, rank)),
  scalar,
  filled("zeros", 0),
  filled("ones", 0),
  filled("randomUniform", 2),
  filled("randomNormal", 2),
  filled("truncatedNormal", 2),
  filled("randomStandardNormal", 0),
  filled("randomGamma", 2),
  filled("rand", 1),
  fill,
  randomUniformInt,
  range,
  linspace,
  eye,
  oneHot,
  alike("zerosLike"),
  alike("onesLike"),
  variable,
  multinomial,
  meshgrid,
];
