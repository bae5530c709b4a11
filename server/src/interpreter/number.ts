import { asNumber, constant } from "../shape/dim";
import { sizeOf, sizedNumber } from "./unknown-size";
import type { Value } from "./value";
import { SOME_NUMBER, integer } from "./value";

export function toNumber(value: Value): Value {
  switch (value.kind) {
    case "integer":
    case "float":
    case "ratio":
      return value;
    case "boolean":
      return value.value === undefined ? SOME_NUMBER : integer(constant(Number(value.value)));
    case "null":
      return integer(constant(0));
    case "string":
      return value.value === undefined ? SOME_NUMBER : numberValue(Number(value.value));
    case "unknown":
      return value.label === undefined ? SOME_NUMBER : sizedNumber(sizeOf(value));
    default:
      return SOME_NUMBER;
  }
}

/** The value of a JavaScript number. */
export function numberValue(value: number): Value {
  return Number.isSafeInteger(value) ? integer(constant(value)) : { kind: "float", value };
}

/** The number that a value surely is. */
export function plainNumber(value: Value): number | undefined {
  if (value.kind === "integer") return asNumber(value.dim);
  return value.kind === "float" ? value.value : undefined;
}

/** The text of a value in a template or a concatenation. */
export function textOf(value: Value): string | undefined {
  switch (value.kind) {
    case "string":
      return value.value;
    case "integer": {
      const known = asNumber(value.dim);
      return known === undefined ? undefined : String(known);
    }
    case "float":
      return value.value === undefined ? undefined : String(value.value);
    case "boolean":
      return value.value === undefined ? undefined : String(value.value);
    case "null":
    case "undefined":
      return value.kind;
    default:
      return undefined;
  }
}
