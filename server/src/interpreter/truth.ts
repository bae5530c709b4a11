import { asNumber, bounds, isDeclared } from "../shape/dim";
import type { BooleanValue, Value } from "./value";
import { FREE_BOOLEAN, SOME_BOOLEAN } from "./value";

/** Whether a condition holds; `undefined` when it may go either way. */
export function truthiness(value: Value): boolean | undefined {
  switch (value.kind) {
    case "undefined":
    case "null":
      return false;
    case "boolean":
      return value.value;
    case "integer": {
      const known = asNumber(value.dim);
      if (known !== undefined) return known !== 0;
      const { min, max } = bounds(value.dim);
      return min > 0 || max < 0 ? true : undefined;
    }
    case "float":
      return value.value === undefined ? undefined : Boolean(value.value);
    case "string":
      return value.value === undefined ? undefined : value.value !== "";
    case "ratio":
    case "unknown":
      return undefined;
    case "union": {
      const [first, ...rest] = value.options.map(truthiness);
      return rest.every((other) => other === first) ? first : undefined;
    }
    default:
      return true;
  }
}

/** Both ways of a condition on it are real, since a caller chooses. */
export function isFree(value: Value): boolean {
  if (value.kind === "unknown" || value.kind === "boolean") return value.free;
  return value.kind === "union" && value.options.some(isFree);
}

export function unknownTruth(left: Value, right: Value): BooleanValue {
  return isFree(left) || isFree(right) || (isSymbolic(left) && isSymbolic(right)) ? FREE_BOOLEAN : SOME_BOOLEAN;
}

/** A size that depends on what is passed in, and on nothing the analysis lost. */
function isSymbolic(value: Value): boolean {
  return value.kind === "integer" && isDeclared(value.dim);
}
