import { bounds, surelyAtLeast } from "./bounds";
import type { Dim, ExtremeAtom } from "./polynomial";
import { asAtom, asNumber, extremeAtom, subtract, unbounded } from "./polynomial";

/** More operands than this are not worth following. */
const maxOperands = 8;

/** The lesser of two dimensions. */
export function minimum(a: Dim, b: Dim): Dim {
  return extreme("minimum", a, b);
}

/** The greater of two dimensions. */
export function maximum(a: Dim, b: Dim): Dim {
  return extreme("maximum", a, b);
}

function extreme(kind: ExtremeAtom["kind"], a: Dim, b: Dim): Dim {
  const [left, right] = [asNumber(a), asNumber(b)];
  if (left !== undefined && right !== undefined) {
    return left < right === (kind === "minimum") ? a : b;
  }
  const operands = new Set([...operandsOf(kind, a), ...operandsOf(kind, b)]);
  for (const operand of operands) {
    // Deleting as we go keeps one of several that are provably equal.
    if ([...operands].some((other) => other !== operand && dominates(kind, other, operand))) {
      operands.delete(operand);
    }
  }
  const [only, ...others] = operands;
  if (only !== undefined && others.length === 0) {
    return only;
  }
  return operands.size > maxOperands ? unbounded() : extremeAtom(kind, [...operands]);
}

/** Minimum and maximum are associative: nested ones are one with more operands. */
function operandsOf(kind: ExtremeAtom["kind"], d: Dim): readonly Dim[] {
  const atom = asAtom(d);
  return atom?.kind === kind ? (atom as ExtremeAtom).operands : [d];
}

/** True when `a` is the answer whenever `b` is. */
function dominates(kind: ExtremeAtom["kind"], a: Dim, b: Dim): boolean {
  return kind === "minimum" ? bounds(subtract(a, b)).max <= 0 : surelyAtLeast(subtract(a, b), 0);
}
