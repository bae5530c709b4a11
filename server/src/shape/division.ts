import { bounds, commonMonomial, compare, divideByMonomial, greatestCommonDivisor, surelyAtLeast } from "./bounds";
import { quotientBounds } from "./interval";
import type { Dim, Term } from "./polynomial";
import {
  add,
  asAtom,
  asNumber,
  constant,
  divideMonomials,
  divisionAtom,
  fromAtom,
  fromTerms,
  multiply,
  negate,
  one,
  replaceAtoms,
  scale,
  subtract,
  unbounded,
  zero,
} from "./polynomial";

/** `a / b` rounded towards minus infinity, as Python's `//`. Unknown for a divisor of zero. */
export function floorDivide(a: Dim, b: Dim): Dim {
  if (b === zero) {
    return unbounded();
  }
  if (b === one || a === zero) {
    return a;
  }
  if (bounds(b).max < 0) {
    return floorDivide(negate(a), negate(b));
  }
  const { quotient, remainder } = splitOff(expandRemainders(a, b), b);
  return add(quotient, simplifiedQuotient(remainder, b));
}

/** `a / b` rounded towards plus infinity. Unknown for a divisor of zero. */
export function ceilDivide(a: Dim, b: Dim): Dim {
  return surelyAtLeast(b, 1) ? floorDivide(subtract(add(a, b), one), b) : negate(floorDivide(negate(a), b));
}

/** `a - b * floorDivide(a, b)`, as Python's `%`: it has the sign of `b`. Unknown for a divisor of zero. */
export function modulo(a: Dim, b: Dim): Dim {
  if (b === zero) {
    return unbounded();
  }
  if (bounds(b).max < 0) {
    return negate(modulo(negate(a), negate(b)));
  }
  const remainder = nonNegativeConstant(splitOff(expandRemainders(a, b), b).remainder, b);
  const quotient = certainQuotient(remainder, b);
  if (quotient !== undefined) {
    return subtract(remainder, scale(b, quotient));
  }
  const { factor, left, right } = cancel(remainder, b);
  return multiply(factor, divisionAtom("remainder", left, right));
}

/** The polynomial whose product with `b` is `a`, if there is one with integer coefficients. */
export function divideExactly(a: Dim, b: Dim): Dim | undefined {
  if (b === zero) {
    return undefined;
  }
  const { quotient, remainder } = divideWithRemainder(expandRemainders(a, b), b);
  return remainder === zero ? quotient : undefined;
}

/** `a // b` in normal form, for an `a` of which no multiple of `b` can be split off. */
function simplifiedQuotient(a: Dim, b: Dim): Dim {
  const certain = certainQuotient(a, b);
  if (certain !== undefined) {
    return constant(certain);
  }
  const { left, right } = cancel(a, b);
  if (right !== b) {
    return floorDivide(left, right);
  }
  if (!surelyAtLeast(b, 1)) {
    return divisionAtom("quotient", a, b);
  }
  const coarser = withoutFinerConstant(a, b);
  if (coarser !== undefined) {
    return floorDivide(coarser.left, coarser.right);
  }
  const nested = asNestedQuotient(a);
  if (nested !== undefined) {
    const { inner, offset } = nested;
    // (x//y + k) // b  =  (x + k*y) // (y*b)  for a positive b.
    return floorDivide(add(inner.left, scale(inner.right, offset)), multiply(inner.right, b));
  }
  return divisionAtom("quotient", a, b);
}

/**
 * Splits the multiples of `b` off `a`. The constant of the remainder is made zero or negative for a constant
 * `b`, because `(H - 1)//2 + 1` is what the formulas of convolutions give, and a normal form has to choose.
 */
function splitOff(a: Dim, b: Dim): { quotient: Dim; remainder: Dim } {
  const whole = { quotient: zero, remainder: a };
  const split = divideWithRemainder(a, b);
  // By a divisor of several terms the remainder can be longer than what was divided.
  const shorter = b.terms.length === 1 || split.remainder.terms.length < a.terms.length;
  const { quotient, remainder } = shorter ? split : whole;
  const divisor = asNumber(b);
  if (divisor === undefined || divisor < 0 || constantTerm(remainder) <= 0) {
    return { quotient, remainder };
  }
  return { quotient: add(quotient, one), remainder: subtract(remainder, b) };
}

function nonNegativeConstant(remainder: Dim, b: Dim): Dim {
  return asNumber(b) !== undefined && constantTerm(remainder) < 0 ? add(remainder, b) : remainder;
}

/** Long division of polynomials: coefficients that the leading one does not divide leave a remainder. */
function divideWithRemainder(a: Dim, b: Dim): { quotient: Dim; remainder: Dim } {
  const [lead] = b.terms;
  let rest = a;
  let quotient = zero;
  const remainder: Term[] = [];
  for (let term = rest.terms[0]; lead !== undefined && term !== undefined; term = rest.terms[0]) {
    const monomial = divideMonomials(term.monomial, lead.monomial);
    const coefficient = Math.floor(term.coefficient / lead.coefficient);
    const step = monomial && fromTerms([{ coefficient, monomial }]);
    if (step === undefined || step === zero) {
      remainder.push(term);
      rest = subtract(rest, fromTerms([term]) as Dim);
      continue;
    }
    quotient = add(quotient, step);
    rest = subtract(rest, multiply(step, b));
  }
  return { quotient, remainder: fromTerms(remainder) ?? unbounded() };
}

/** The quotient when bounds leave only one, as for `(d - 1) // d`. */
function certainQuotient(a: Dim, b: Dim): number | undefined {
  if (a === zero) {
    return 0;
  }
  const { min, max } = quotientBounds(bounds(a), bounds(b));
  if (min === max) {
    return min;
  }
  if (!surelyAtLeast(b, 1)) {
    return undefined;
  }
  if (surelyAtLeast(a, 0) && compare(a, b) === "less") {
    return 0;
  }
  return bounds(a).max < 0 && surelyAtLeast(add(a, b), 0) ? -1 : undefined;
}

/** Takes a common factor out of a fraction: `(2*h) // (4*h*d)` is `1 // (2*d)`. */
function cancel(a: Dim, b: Dim): { factor: Dim; left: Dim; right: Dim } {
  const monomial = commonMonomial(a, b);
  const divisor = [...a.terms, ...b.terms].map((term) => term.coefficient).reduce(greatestCommonDivisor, 0);
  const factor = fromTerms([{ coefficient: divisor, monomial }]) as Dim;
  return { factor, left: reduce(a), right: reduce(b) };

  function reduce(d: Dim): Dim {
    const terms = divideByMonomial(d, monomial).terms;
    return fromTerms(terms.map((term) => ({ ...term, coefficient: term.coefficient / divisor }))) as Dim;
  }
}

/** `(4*H + 2*W + 1) // 6` is `(2*H + W) // 3`: the constant is too fine to change the quotient. */
function withoutFinerConstant(a: Dim, b: Dim): { left: Dim; right: Dim } | undefined {
  const free = constantTerm(a);
  const others = a.terms.filter((term) => term.monomial.degree > 0);
  const divisor = [...others, ...b.terms].map((term) => term.coefficient).reduce(greatestCommonDivisor, 0);
  if (divisor === 1) {
    return undefined;
  }
  const reduced = (terms: readonly Term[]) =>
    fromTerms(terms.map((term) => ({ ...term, coefficient: term.coefficient / divisor }))) as Dim;
  return { left: add(reduced(others), constant(Math.floor(free / divisor))), right: reduced(b.terms) };
}

function asNestedQuotient(a: Dim): { inner: { left: Dim; right: Dim }; offset: number } | undefined {
  const offset = constantTerm(a);
  const inner = asAtom(subtract(a, constant(offset)));
  return inner?.kind === "quotient" ? { inner, offset } : undefined;
}

/** Writes `x % b` inside `a` as `x - b*(x//b)`, so that padding to a multiple of `b` is seen to be one. */
function expandRemainders(a: Dim, b: Dim): Dim {
  const hasOne = a.terms.some((term) =>
    term.monomial.factors.some(({ atom }) => atom.kind === "remainder" && atom.right === b),
  );
  if (!hasOne) {
    return a;
  }
  return replaceAtoms(a, (atom) =>
    atom.kind === "remainder" && atom.right === b
      ? subtract(atom.left, multiply(b, floorDivide(atom.left, b)))
      : fromAtom(atom),
  );
}

function constantTerm(d: Dim): number {
  const last = d.terms.at(-1);
  return last?.monomial.degree === 0 ? last.coefficient : 0;
}
