import type { NativeContext } from "../interpreter/native";
import type { TensorValue, Value } from "../interpreter/value";
import { UNKNOWN, unknownTensor } from "../interpreter/value";
import type { Dim } from "../shape/dim";
import { asNumber, constant, floorDivide } from "../shape/dim";
import { sizeOf } from "../interpreter/unknown-size";

/** An argument that is there and whose value the analysis does not know. The operation's result is unknown then. */
export const UNDETERMINED = Symbol("undetermined");
export type Read<T> = T | typeof UNDETERMINED;

/**
 * How an operation reads one of its arguments. `absent` answers for an argument that was left out or is `undefined`; without it
 * a missing argument is undetermined: the call is not one this operation understands, so nothing is said about it.
 */
export interface Parameter<T> {
  read(value: Value, cx: NativeContext): Read<T>;
  readonly absent?: { readonly value: T };
  /** Takes all remaining positional arguments, as an array value or one by one: `view(2, -1)`, `view([2, -1])`. */
  readonly variadic?: boolean;
  /** A plain object at this position is the argument itself, not the trailing options. */
  readonly takesObject?: boolean;
}

/** The parameter with a default. */
export function optional<T, D>(parameter: Parameter<T>, value: D): Parameter<T | D> {
  return { ...parameter, absent: { value } };
}

/** A tensor; anything not known to be one is a tensor with nothing known. */
export const tensor: Parameter<TensorValue> = {
  read(value) {
    if (value.kind === "tensor") return value;
    if (value.kind === "unknown") return unknownTensor(undefined, undefined, value.because);
    return value.kind === "object" ? unknownTensor(undefined) : UNDETERMINED;
  },
};

/** An integer, symbolic or not known at all: an unknown one is a fresh unknown dimension. */
export const integer: Parameter<Dim> = {
  read(value) {
    switch (value.kind) {
      case "integer":
        return value.dim;
      case "ratio":
        return floorDivide(value.numerator, value.denominator);
      case "boolean":
        return value.value === undefined ? UNDETERMINED : constant(Number(value.value));
      case "unknown":
      case "float":
        return value.kind === "float" && value.value !== undefined ? UNDETERMINED : sizeOf(value);
      default:
        return UNDETERMINED;
    }
  },
};

/** An integer whose value must be known: an axis, an index into sizes. */
export const knownInteger: Parameter<number> = {
  read(value, cx) {
    const read = integer.read(value, cx);
    return read === UNDETERMINED ? UNDETERMINED : (asNumber(read) ?? UNDETERMINED);
  },
};

/** Any number, integer or not; `undefined` when it is a number whose value is not known. */
export const number: Parameter<number | undefined> = {
  read(value) {
    if (value.kind === "integer") return asNumber(value.dim);
    return value.kind === "float" ? value.value : undefined;
  },
};

export const flag: Parameter<boolean> = {
  read(value) {
    return value.kind === "boolean" ? (value.value ?? UNDETERMINED) : UNDETERMINED;
  },
};

export const text: Parameter<string> = {
  read(value) {
    return value.kind === "string" ? (value.value ?? UNDETERMINED) : UNDETERMINED;
  },
};

/** The value as it is, known or not. */
export const anything: Parameter<Value> = { read: (value) => value, takesObject: true };

/** An array of integers: `[2, -1]`. One that may be this or that is not known; how many there are is. */
export const integers: Parameter<readonly Dim[]> = {
  read(value, cx) {
    const elements = cx.elements(value)?.map((element) => (element.kind === "union" ? UNKNOWN : element));
    return readAll(elements, integer, cx);
  },
};

export const knownIntegers: Parameter<readonly number[]> = {
  read(value, cx) {
    return readAll(cx.elements(value), knownInteger, cx);
  },
};

/** One integer, or an array of them. */
export const integerOrIntegers: Parameter<Dim | readonly Dim[]> = {
  read(value, cx) {
    return value.kind === "object" ? integers.read(value, cx) : integer.read(value, cx);
  },
};

export const knownIntegerOrIntegers: Parameter<number | readonly number[]> = {
  read(value, cx) {
    return value.kind === "object" ? knownIntegers.read(value, cx) : knownInteger.read(value, cx);
  },
};

/** Sizes given one by one or as one array. */
export const sizes: Parameter<readonly Dim[]> = { ...integers, variadic: true };
export const knownSizes: Parameter<readonly number[]> = { ...knownIntegers, variadic: true };

/** An array of tensors, or of things that may be tensors. */
export const tensors: Parameter<readonly TensorValue[]> = {
  read(value, cx) {
    return readAll(cx.elements(value), tensor, cx);
  },
};

/** `count` integers given as one number for all, or as an array of exactly that many: `3`, `[3, 5]`. */
export function integerTuple(count: number): Parameter<readonly Dim[]> {
  return {
    read(value, cx) {
      if (value.kind !== "object") {
        const one = integer.read(value, cx);
        return one === UNDETERMINED ? UNDETERMINED : Array.from({ length: count }, () => one);
      }
      const all = integers.read(value, cx);
      return all !== UNDETERMINED && all.length === count ? all : UNDETERMINED;
    },
  };
}

/** The first parameter that can read the value. */
export function either<A, B>(first: Parameter<A>, second: Parameter<B>): Parameter<A | B> {
  return {
    read(value, cx) {
      const read = first.read(value, cx);
      return read === UNDETERMINED ? second.read(value, cx) : read;
    },
    takesObject: (first.takesObject ?? false) || (second.takesObject ?? false),
  };
}

export function readAll<T>(
  values: readonly Value[] | undefined,
  parameter: Parameter<T>,
  cx: NativeContext,
): Read<readonly T[]> {
  if (!values) return UNDETERMINED;
  const all: T[] = [];
  for (const value of values) {
    const read = parameter.read(value, cx);
    if (read === UNDETERMINED) return UNDETERMINED;
    all.push(read);
  }
  return all;
}
