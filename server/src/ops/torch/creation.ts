import type { DType, TensorValue, Value } from "../../interpreter/value";
import { mismatch } from "../../rules/shape-mismatch";
import type { Dim } from "../../shape/dim";
import { asNumber, ceilDivide, constant, maximum, subtract, surelyDifferent, unknownDim } from "../../shape/dim";
import { denseStridesLike } from "../../shape/layout";
import type { Shape } from "../../shape/shape";
import type { Operation, OperationContext } from "../operation";
import { anything, either, integer, integers, number, optional, sizes, tensor } from "../parameter";
import { dtypeOption } from "./dtype";
import type { Promotable } from "./dtype";
import { promote } from "./dtype";
import { numberOnly } from "./operands";
import { contiguousResult, tensorResult, torchOperation, unknownResult } from "./result";
import { t } from "../../text/translate";

/** A tensor of the given sizes with values that do not matter here. */
function filled(name: string): Operation {
  return torchOperation({
    name,
    documentation: `torch.${name}`,
    parameters: { size: sizes, dtype: dtypeOption },
    result: ({ size, dtype }, cx) => contiguousResult(cx, [], size, dtype ?? "float32"),
  });
}

/** A tensor of the shape, and unless told otherwise the element type, of another. */
function filledLike(name: string, documentation: string): Operation {
  return torchOperation({
    name,
    documentation: `torch.${documentation}`,
    parameters: { input: tensor, dtype: dtypeOption },
    result: ({ input, dtype }, cx) => like(cx, input, dtype),
  });
}

function like(cx: OperationContext, input: TensorValue, dtype: DType | undefined): TensorValue {
  const { shape } = input;
  const strides = shape && denseStridesLike(shape, input.strides);
  return tensorResult(cx, [input], { shape, dtype: dtype ?? input.dtype, strides });
}

const full = torchOperation({
  name: "full",
  documentation: "torch.full",
  parameters: { size: integers, fillValue: numberOnly, dtype: dtypeOption },
  result: ({ size, fillValue, dtype }, cx) => contiguousResult(cx, [], size, dtype ?? fillValue.dtype),
});

const fullLike = torchOperation({
  name: "fullLike",
  documentation: "torch.full_like",
  parameters: { input: tensor, fillValue: anything, dtype: dtypeOption },
  result: ({ input, dtype }, cx) => like(cx, input, dtype),
});

/** `randint(high, size)` or `randint(low, high, size)`. */
const randint = torchOperation({
  name: "randint",
  documentation: "torch.randint",
  parameters: {
    low: integer,
    high: either(integer, integers),
    size: optional(integers, undefined),
    dtype: dtypeOption,
  },
  result({ high, size, dtype }, cx) {
    const shape = size ?? (isList(high) ? high : undefined);
    return contiguousResult(cx, [], shape, dtype ?? "int64");
  },
});

function isList(value: Dim | readonly Dim[]): value is readonly Dim[] {
  return Array.isArray(value);
}

const randperm = torchOperation({
  name: "randperm",
  documentation: "torch.randperm",
  parameters: { n: integer },
  result: ({ n }, cx) => contiguousResult(cx, [], [n], "int64"),
});

/** `arange(end)` or `arange(start, end, step)`. Fractional bounds leave the length unknown. */
const arange = torchOperation({
  name: "arange",
  documentation: "torch.arange",
  parameters: {
    start: either(integer, numberOnly),
    end: optional(either(integer, numberOnly), undefined),
    step: optional(either(integer, numberOnly), constant(1)),
    dtype: dtypeOption,
  },
  result({ start, end, step, dtype }, cx) {
    const bounds = [start, end ?? constant(0), step];
    const [first, last, stride] = bounds.map((bound) => ("kind" in bound ? undefined : bound));
    if (!first || !last || !stride) return contiguousResult(cx, [], [unknownDim(0)], dtype ?? "float32");
    const [from, to] = end ? [first, last] : [constant(0), first];
    const length = maximum(ceilDivide(subtract(to, from), stride), constant(0));
    return contiguousResult(cx, [], [asNumber(stride) === 0 ? unknownDim(0) : length], dtype ?? "int64");
  },
});

const linspace = torchOperation({
  name: "linspace",
  documentation: "torch.linspace",
  parameters: { start: number, end: number, steps: integer, dtype: dtypeOption },
  result: ({ steps, dtype }, cx) => contiguousResult(cx, [], [steps], dtype ?? "float32"),
});

const eye = torchOperation({
  name: "eye",
  documentation: "torch.eye",
  parameters: { n: integer, m: optional(integer, undefined), dtype: dtypeOption },
  result: ({ n, m, dtype }, cx) => contiguousResult(cx, [], [n, m ?? n], dtype ?? "float32"),
});

interface Nested {
  readonly shape: Shape | undefined;
  readonly elements: readonly Promotable[];
}

/** What `torch.tensor` makes of nested arrays. Reports rows of different lengths. */
function nested(cx: OperationContext, value: Value): Nested {
  const scalar = numberOnly.read(value, cx);
  if (typeof scalar !== "symbol") return { shape: [], elements: [{ dtype: scalar.dtype, rank: "tensor" }] };
  if (value.kind === "tensor") return { shape: value.shape, elements: [{ dtype: value.dtype, rank: "tensor" }] };
  const typed = cx.typedArray(value);
  if (typed) {
    const dtype = typed.startsWith("Float") ? "float32" : "int64";
    return { shape: [cx.lengthOf(value) ?? unknownDim(0)], elements: [{ dtype, rank: "tensor" }] };
  }
  const rows = cx.elements(value);
  if (!rows) return nestedUnknown(cx, value);
  const parts = rows.map((row) => nested(cx, row));
  const [first] = parts;
  if (!first) return { shape: [constant(0)], elements: [{ dtype: "float32", rank: "tensor" }] };
  const elements = parts.flatMap((part) => part.elements.slice(0, MOST_ELEMENTS));
  const ragged = parts.findIndex((part) => differs(part.shape, first.shape));
  if (ragged > 0) {
    const lengths = [first, parts[ragged]]
      .map((part) => part?.shape?.[0])
      .map((size) => (size ? asNumber(size) : undefined));
    const message = t`tensor needs rows of equal length: row 0 has ${lengths[0] ?? "no"} elements and row ${ragged} has ${lengths[1] ?? "none"}.`;
    cx.report(mismatch({ message }));
    return { shape: undefined, elements };
  }
  const known = parts.every((part) => part.shape !== undefined);
  return { shape: known && first.shape ? [constant(rows.length), ...first.shape] : undefined, elements };
}

/** Enough to tell the element type; a data set written out in full need not be looked at number by number. */
const MOST_ELEMENTS = 64;

function differs(a: Shape | undefined, b: Shape | undefined): boolean {
  if (!a || !b) return false;
  return a.length !== b.length || a.some((size, axis) => surelyDifferent(size, b[axis] ?? size));
}

/** An array of which only what an element is, and perhaps the length, is known. */
function nestedUnknown(cx: OperationContext, value: Value): Nested {
  const unknown: Promotable = { dtype: undefined, rank: "tensor" };
  const length = cx.lengthOf(value);
  if (!length) return { shape: undefined, elements: [unknown] };
  const element = nested(cx, cx.anyElement(value));
  return { shape: element.shape && [length, ...element.shape], elements: element.elements };
}

const tensorFrom = torchOperation({
  name: "tensor",
  documentation: "torch.tensor",
  parameters: { data: anything, dtype: dtypeOption },
  result({ data, dtype }, cx) {
    const { shape, elements } = nested(cx, data);
    const inferred = promote(elements);
    return shape ? contiguousResult(cx, [], shape, dtype ?? inferred) : unknownResult(cx, [], dtype ?? inferred);
  },
});

/** `normal(mean, std, size)` with numbers, or with tensors whose shape the result has. */
const normal = torchOperation({
  name: "normal",
  documentation: "torch.normal",
  parameters: {
    mean: either(numberOnly, tensor),
    std: either(numberOnly, tensor),
    size: optional(integers, undefined),
  },
  result({ mean, std, size }, cx) {
    if (size) return contiguousResult(cx, [], size, "float32");
    const model = [mean, std].find((one) => one.kind === "tensor");
    return model?.kind === "tensor" ? like(cx, model, undefined) : unknownResult(cx, []);
  },
});

const bernoulli = filledLike("bernoulli", "bernoulli");

const multinomial = torchOperation({
  name: "multinomial",
  documentation: "torch.multinomial",
  parameters: { input: tensor, numSamples: integer },
  result: ({ input, numSamples }, cx) =>
    contiguousResult(cx, [input], input.shape && [...input.shape.slice(0, -1), numSamples], "int64"),
});

export const creations: readonly Operation[] = [
  filled("zeros"),
  filled("ones"),
  filled("empty"),
  filled("rand"),
  filled("randn"),
  filledLike("zerosLike", "zeros_like"),
  filledLike("onesLike", "ones_like"),
  filledLike("emptyLike", "empty_like"),
  filledLike("randLike", "rand_like"),
  filledLike("randnLike", "randn_like"),
  full,
  fullLike,
  randint,
  randperm,
  arange,
  linspace,
  eye,
  tensorFrom,
  normal,
  bernoulli,
  multinomial,
];
