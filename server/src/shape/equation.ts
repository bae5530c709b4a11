import { bounds, commonMonomial, divideByMonomial, greatestCommonDivisor } from "./bounds";
import { divideExactly, floorDivide } from "./division";
import type { Atom, Dim, DivisionAtom } from "./polynomial";
import {
  asAtom,
  divideMonomials,
  divisionAtom,
  fromAtom,
  fromTerms,
  monomialOf,
  multiply,
  negate,
  subtract,
  add,
} from "./polynomial";

/** Two sizes that are equal, without the factors that they have in common and that are never zero. */
export function withoutCommonFactors(left: Dim, right: Dim): readonly [Dim, Dim] {
  const common = commonMonomial(left, right);
  const factor = monomialOf(common.factors.filter(({ atom }) => isNeverZero(atom)));
  const divisor = [...left.terms, ...right.terms].map((term) => term.coefficient).reduce(greatestCommonDivisor, 0);
  if (factor.degree === 0 && divisor <= 1) return [left, right];
  const reduced = (d: Dim): Dim => {
    const { terms } = divideByMonomial(d, factor);
    return fromTerms(terms.map((term) => ({ ...term, coefficient: term.coefficient / divisor }))) as Dim;
  };
  return [reduced(left), reduced(right)];
}

function isNeverZero(atom: Atom): boolean {
  const { min, max } = bounds(fromAtom(atom));
  return min > 0 || max < 0;
}

/** The remainder that is zero when two sizes are equal: of `d` and `h*(d//h)`, it is `d % h`. */
export function vanishingRemainder(left: Dim, right: Dim): Dim | undefined {
  const difference = subtract(left, right);
  const opposite = negate(difference);
  for (const { left: whole, right: part } of quotientsIn(difference)) {
    const remainder = subtract(whole, multiply(part, floorDivide(whole, part)));
    if (remainder === difference || remainder === opposite) return divisionAtom("remainder", whole, part);
  }
  return undefined;
}

/** The remainder of a division that leaves one, perhaps, and nothing else. */
export function remainderOf(whole: Dim, part: Dim): Dim {
  return divisionAtom("remainder", whole, part);
}

/** Whether a size is the remainder of a division and nothing else. */
export function isRemainder(d: Dim): boolean {
  return asAtom(d)?.kind === "remainder";
}

/** The size with `h*(d//h)` written as `d` wherever `h` is known to divide `d`. */
export function withExactQuotients(d: Dim, leavesNone: (remainder: Dim) => boolean): Dim {
  let result = d;
  for (const atom of quotientsIn(d)) {
    if (!leavesNone(divisionAtom("remainder", atom.left, atom.right))) continue;
    let next = subtract(result, result);
    for (const term of result.terms) {
      const alone = fromTerms([term]) as Dim;
      const rest = divideMonomials(term.monomial, monomialOf([{ atom, power: 1 }]));
      const others = rest && fromTerms([{ coefficient: term.coefficient, monomial: rest }]);
      const times = others && divideExactly(others, atom.right);
      next = add(next, times ? multiply(times, atom.left) : alone);
    }
    result = next;
  }
  return result;
}

function quotientsIn(d: Dim): readonly DivisionAtom[] {
  const atoms = d.terms.flatMap(({ monomial }) => monomial.factors.map(({ atom }) => atom));
  return [...new Set(atoms)].filter((atom): atom is DivisionAtom => atom.kind === "quotient");
}
