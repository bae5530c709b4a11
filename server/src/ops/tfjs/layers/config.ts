import type { DType, TensorValue, Value } from "../../../interpreter/value";
import type { Dim } from "../../../shape/dim";
import { asNumber, constant, unknownDim } from "../../../shape/dim";
import type { Shape } from "../../../shape/shape";
import type { Parameter, Read } from "../../parameter";
import { anything, flag, integer, integerOrIntegers, knownInteger, optional, UNDETERMINED } from "../../parameter";
import { dtypeName } from "../tensors";
import { BATCH, openSize } from "./open";

/** What sizes that are left open are called, the batch left out: of a sequence, of an image, of a volume. */
const OPEN_NAMES: Readonly<Record<number, readonly string[]>> = {
  1: ["L"],
  2: ["L", "F"],
  3: ["H", "W", "C"],
  4: ["D", "H", "W", "C"],
};

function readSizes(value: Value, cx: Parameters<Parameter<Shape>["read"]>[1], first: Dim | undefined): Read<Shape> {
  const elements = cx.elements(value);
  if (!elements) return UNDETERMINED;
  const sizes: Dim[] = [];
  for (const [index, element] of elements.entries()) {
    const isOpenSize = element.kind === "null" || element.kind === "undefined";
    const inner = first ? index - 1 : index;
    const name = OPEN_NAMES[elements.length - (first ? 1 : 0)]?.[inner];
    const size = !isOpenSize ? integer.read(element, cx) : index === 0 && first ? first : openSize(name);
    if (size === UNDETERMINED) return UNDETERMINED;
    sizes.push(size);
  }
  return sizes;
}

/** A shape without its batch: `[28, 28, 1]`, `[null, 16]`; `47` is taken for `[47]`. */
export const exampleShape: Parameter<Shape | undefined> = optional(
  {
    read(value, cx) {
      return value.kind === "integer" ? [value.dim] : readSizes(value, cx, undefined);
    },
  },
  undefined,
);

/** A shape with its batch: `[null, 28, 28, 1]`. */
export const batchShape: Parameter<Shape | undefined> = optional(
  { read: (value, cx) => readSizes(value, cx, BATCH) },
  undefined,
);

/**
 * The shape of a model's input, which a layer need not know to be a layer: `undefined` as well when what is given cannot be read. Where one
 * way gives a shape and another none, only a layer with a shape can begin a model.
 */
function firstShape(shape: Parameter<Shape | undefined>): Parameter<Shape | undefined> {
  return {
    ...shape,
    read(value, cx) {
      const options = value.kind === "union" ? value.options.filter(({ kind }) => kind !== "undefined") : [];
      const read = shape.read(options.length === 1 && options[0] ? options[0] : value, cx);
      return read === UNDETERMINED ? undefined : read;
    },
  };
}

/** The name of an activation; `undefined` for none and for one that is not known. */
export const activation: Parameter<string | undefined> = {
  read: (value) => (value.kind === "string" ? value.value : undefined),
  absent: { value: undefined },
};

/** What every layer takes. */
export const COMMON = {
  name: optional(anything, undefined),
  activation,
  inputShape: firstShape(exampleShape),
  batchInputShape: firstShape(batchShape),
  batchSize: optional(integer, undefined),
  dtype: optional(dtypeName, undefined),
};

/** The shape of a model's input that begins with this layer. */
export function declaredInput(args: {
  readonly inputShape: Shape | undefined;
  readonly batchInputShape: Shape | undefined;
  readonly batchSize: Dim | undefined;
}): Shape | undefined {
  if (args.batchInputShape) return args.batchInputShape;
  return args.inputShape && [args.batchSize ?? BATCH, ...args.inputShape];
}

/** How many examples there are in an input that is not known. */
export function batchOf({ form }: TensorValue): Dim {
  return form === "symbolic" ? BATCH : unknownDim(1, "batch");
}

/** A tensor of as many dimensions as a layer takes, for where nothing is known of the one that goes in. */
export function sizedInput(input: TensorValue, rank: number): TensorValue & { readonly shape: Shape } {
  const batch = batchOf(input);
  const names = OPEN_NAMES[rank - 1];
  return { ...input, shape: Array.from({ length: rank }, (_, i) => (i === 0 ? batch : unknownDim(1, names?.[i - 1]))) };
}

/** `"valid"` unless given; `undefined` when it is not known. */
export const padding: Parameter<"valid" | "same" | "causal" | undefined> = {
  read(value) {
    if (value.kind !== "string" || value.value === undefined) return undefined;
    return (["valid", "same", "causal"] as const).find((one) => one === value.value);
  },
  absent: { value: "valid" },
};

/** Where an image keeps its channels. */
export type DataFormat = "channelsLast" | "channelsFirst";
export const dataFormat: Parameter<DataFormat> = {
  read(value) {
    if (value.kind !== "string") return UNDETERMINED;
    return (["channelsLast", "channelsFirst"] as const).find((one) => one === value.value) ?? UNDETERMINED;
  },
  absent: { value: "channelsLast" },
};

export const given: Parameter<boolean> = { ...flag, absent: { value: false } };
/** A flag that is set unless it is switched off: `useBias`. */
export const unlessOff: Parameter<boolean | undefined> = {
  read: (value) => (value.kind === "boolean" ? value.value : undefined),
  absent: { value: true },
};
/** A flag that may be anything. */
export const perhaps: Parameter<boolean | undefined> = {
  read: (value) => (value.kind === "boolean" ? value.value : undefined),
  absent: { value: false },
};

export const knownAxis = (value: number): Parameter<number> => optional(knownInteger, value);

/** One number for all, or one each. */
export function perDimension(
  sizes: Dim | readonly Dim[] | undefined,
  count: number,
  absent = 1,
): readonly Dim[] | undefined {
  if (sizes === undefined) return Array.from({ length: count }, () => constant(absent));
  if (!Array.isArray(sizes)) return Array.from({ length: count }, () => sizes as Dim);
  return sizes.length === count ? (sizes as readonly Dim[]) : undefined;
}

export const window = integerOrIntegers;
export const optionalWindow: Parameter<Dim | readonly Dim[] | undefined> = optional(integerOrIntegers, undefined);

export function isNumber(size: Dim | undefined, value: number): boolean {
  return size !== undefined && asNumber(size) === value;
}

export type { DType };
