import type { Bounds } from "./interval";
import { addBounds, multiplyBounds, powerBounds, quotientBounds, remainderBounds } from "./interval";
import type { Atom, Dim, DivisionAtom, ExtremeAtom, Monomial } from "./polynomial";
import {
  add,
  asAtom,
  asNumber,
  constant,
  divideMonomials,
  fromAtom,
  fromTerms,
  monomialOf,
  multiply,
  negate,
  one,
  replaceAtoms,
  subtract,
  zero,
} from "./polynomial";

/**
 * What is certain about the sign of a dimension: bounds, and comparison in three values.
 *
 * Bounds hold for every value of the symbols; they are as tight as interval arithmetic and the elimination of
 * atoms make them, which is not always as tight as possible.
 */

/** How many atoms in a row are eliminated; deeper nests are left to interval arithmetic. */
const eliminations = 3;

const knownBounds = new WeakMap<Dim, Bounds>();
const knownAtomBounds = new WeakMap<Atom, Bounds>();

/** The least and greatest value, infinite where there is none or it is not known. */
export function bounds(d: Dim): Bounds {
  const number = asNumber(d);
  if (number !== undefined) {
    return { min: number, max: number };
  }
  const atom = asAtom(d);
  if (atom?.kind === "symbol") {
    return atomBounds(atom);
  }
  const known = knownBounds.get(d);
  if (known !== undefined) {
    return known;
  }
  const value = { min: lower(d, eliminations), max: -lower(negate(d), eliminations) };
  knownBounds.set(d, value);
  return value;
}

export type Comparison = "equal" | "less" | "greater" | "different" | "maybe";

/** How `a` relates to `b` for every value of the symbols; `different` when only their being unequal is certain. */
export function compare(a: Dim, b: Dim): Comparison {
  if (a === b) {
    return "equal";
  }
  const difference = subtract(a, b);
  const { min, max } = bounds(difference);
  if (min > 0) {
    return "greater";
  }
  if (max < 0) {
    return "less";
  }
  if (min === 0 && max === 0) {
    return "equal";
  }
  return isNeverZero(difference) ? "different" : "maybe";
}

/** True when `a` and `b` differ for every value of the symbols. */
export function surelyDifferent(a: Dim, b: Dim): boolean {
  const comparison = compare(a, b);
  return comparison !== "equal" && comparison !== "maybe";
}

/** True when `a` and `b` are equal for every value of the symbols. */
export function surelyEqual(a: Dim, b: Dim): boolean {
  return a === b || compare(a, b) === "equal";
}

/** True when `a` is less than `b` for every value of the symbols. */
export function surelyLess(a: Dim, b: Dim): boolean {
  return bounds(subtract(b, a)).min > 0;
}

/** True when `a` is the number `n` or more for every value of the symbols. */
export function surelyAtLeast(a: Dim, n: number): boolean {
  return bounds(a).min >= n;
}

/** Integer coefficients with a common divisor that does not divide the constant never sum to zero: `2*N + 1`. */
function isNeverZero(d: Dim): boolean {
  const common = commonMonomial(d);
  if (common.factors.some(({ atom }) => contains(atomBounds(atom), 0))) {
    return false;
  }
  const rest = divideByMonomial(d, common);
  if (!contains(bounds(rest), 0)) {
    return true;
  }
  const free = rest.terms.find((term) => term.monomial.degree === 0)?.coefficient ?? 0;
  const others = rest.terms.filter((term) => term.monomial.degree > 0).map((term) => term.coefficient);
  return free % others.reduce(greatestCommonDivisor, 0) !== 0;
}

/** A number no value of `d` is below. */
function lower(d: Dim, fuel: number): number {
  const number = asNumber(d);
  if (number !== undefined) {
    return number;
  }
  const common = commonMonomial(d);
  if (common.degree > 0 && d.terms.length > 1) {
    const rest = divideByMonomial(d, common);
    const restBounds = { min: lower(rest, fuel), max: -lower(negate(rest), fuel) };
    return multiplyBounds(monomialBounds(common, atomBounds), restBounds).min;
  }
  const direct = Math.max(intervalBounds(d, atomBounds).min, intervalBounds(shifted(d), excessBounds).min);
  const atom = fuel > 0 ? atomToEliminate(d) : undefined;
  return atom === undefined ? direct : Math.max(direct, lowerWithout(atom, d, fuel - 1));
}

function intervalBounds(d: Dim, boundsOf: (atom: Atom) => Bounds): Bounds {
  return d.terms
    .map(({ coefficient, monomial }) =>
      multiplyBounds({ min: coefficient, max: coefficient }, monomialBounds(monomial, boundsOf)),
    )
    .reduce(addBounds, { min: 0, max: 0 });
}

function monomialBounds(monomial: Monomial, boundsOf: (atom: Atom) => Bounds): Bounds {
  return monomial.factors
    .map(({ atom, power }) => powerBounds(boundsOf(atom), power))
    .reduce(multiplyBounds, { min: 1, max: 1 });
}

/**
 * The same polynomial in what each atom exceeds its least value by. Intervals that start at zero lose nothing
 * where all coefficients have one sign: `N*C - N` becomes `n*c + c`, which is at least 0.
 */
function shifted(d: Dim): Dim {
  return replaceAtoms(d, (atom) => {
    const { min } = atomBounds(atom);
    return Number.isFinite(min) ? add(fromAtom(atom), constant(min)) : fromAtom(atom);
  });
}

function excessBounds(atom: Atom): Bounds {
  const { min, max } = atomBounds(atom);
  return Number.isFinite(min) ? { min: 0, max: max - min } : { min, max };
}

function atomBounds(atom: Atom): Bounds {
  if (atom.kind === "symbol") {
    return { min: atom.min, max: Infinity };
  }
  const known = knownAtomBounds.get(atom);
  if (known !== undefined) {
    return known;
  }
  const value = computeAtomBounds(atom);
  knownAtomBounds.set(atom, value);
  return value;
}

function computeAtomBounds(atom: DivisionAtom | ExtremeAtom): Bounds {
  switch (atom.kind) {
    case "quotient":
      return quotientBounds(bounds(atom.left), bounds(atom.right));
    case "remainder":
      return remainderBounds(bounds(atom.left), bounds(atom.right));
    case "minimum":
    case "maximum": {
      const choose = atom.kind === "minimum" ? Math.min : Math.max;
      const operands = atom.operands.map(bounds);
      return { min: choose(...operands.map((o) => o.min)), max: choose(...operands.map((o) => o.max)) };
    }
  }
}

/** The operation made last that occurs to the first power only; its operands cannot contain the others. */
function atomToEliminate(d: Dim): DivisionAtom | ExtremeAtom | undefined {
  const candidates = d.terms
    .flatMap((term) => term.monomial.factors)
    .flatMap(({ atom }) => (atom.kind === "symbol" ? [] : [atom]));
  const linear = candidates.filter((atom) =>
    d.terms.every((term) => term.monomial.factors.every((factor) => factor.atom !== atom || factor.power === 1)),
  );
  return linear.reduce<DivisionAtom | ExtremeAtom | undefined>(
    (latest, atom) => (latest === undefined || atom.id > latest.id ? atom : latest),
    undefined,
  );
}

/** A lower bound of `d` from what relates `atom` to its operands, such as `x - y + 1 <= y*(x//y) <= x`. */
function lowerWithout(atom: DivisionAtom | ExtremeAtom, d: Dim, fuel: number): number {
  const { factor, rest } = split(d, atom);
  const { min, max } = bounds(factor);
  const sign = min >= 0 ? 1 : max <= 0 ? -1 : 0;
  const lowerWith = (value: Dim) => lower(add(multiply(factor, value), rest), fuel);
  switch (atom.kind) {
    case "quotient": {
      const { left, right } = atom;
      const divisor = bounds(right);
      if (sign === 0 || divisor.min <= 0) {
        return -Infinity;
      }
      const product = sign > 0 ? add(subtract(left, right), one) : left;
      const scaled = lower(add(multiply(factor, product), multiply(right, rest)), fuel);
      // An integer above zero is at least one, however large the divisor.
      return scaled > 0 ? Math.max(1, Math.ceil(scaled / divisor.max)) : Math.ceil(scaled / divisor.min);
    }
    case "remainder": {
      const { left, right } = atom;
      if (sign === 0 || bounds(right).min <= 0) {
        return -Infinity;
      }
      if (sign > 0) {
        return lowerWith(zero);
      }
      const byDividend = bounds(left).min >= 0 ? lowerWith(left) : -Infinity;
      return Math.max(byDividend, lowerWith(subtract(right, one)));
    }
    case "minimum":
    case "maximum": {
      const cases = atom.operands.map(lowerWith);
      const eachHolds = sign !== 0 && sign > 0 === (atom.kind === "maximum");
      return eachHolds ? Math.max(...cases) : Math.min(...cases);
    }
  }
}

/** `d` as `factor * atom + rest`, where the atom occurs to the first power only. */
function split(d: Dim, atom: Atom): { factor: Dim; rest: Dim } {
  const alone = monomialOf([{ atom, power: 1 }]);
  const withAtom = d.terms.flatMap(({ coefficient, monomial }) => {
    const quotient = divideMonomials(monomial, alone);
    return quotient === undefined ? [] : [{ coefficient, monomial: quotient }];
  });
  const without = d.terms.filter(({ monomial }) => monomial.factors.every((factor) => factor.atom !== atom));
  // Parts of a polynomial are never larger than the whole.
  return { factor: fromTerms(withAtom) as Dim, rest: fromTerms(without) as Dim };
}

/** The product of powers of atoms that divides every term. */
export function commonMonomial(...polynomials: readonly Dim[]): Monomial {
  const [first, ...others] = polynomials.flatMap((d) => d.terms).map((term) => term.monomial);
  const powers = (first?.factors ?? []).map(({ atom, power }) => ({
    atom,
    power: Math.min(power, ...others.map((other) => other.factors.find((f) => f.atom === atom)?.power ?? 0)),
  }));
  return monomialOf(powers.filter(({ power }) => power > 0));
}

/** `d` divided by a monomial that divides every term. */
export function divideByMonomial(d: Dim, divisor: Monomial): Dim {
  const terms = d.terms.map((term) => ({
    ...term,
    monomial: divideMonomials(term.monomial, divisor) ?? term.monomial,
  }));
  return fromTerms(terms) as Dim;
}

export function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? Math.abs(a) : greatestCommonDivisor(b, a % b);
}

function contains({ min, max }: Bounds, n: number): boolean {
  return min <= n && n <= max;
}
