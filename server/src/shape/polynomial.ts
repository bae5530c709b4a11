import { Interner } from "./interner";

/**
 * The normal form of symbolic dimensions: hash-consed polynomials with integer coefficients over atoms.
 *
 * An atom is a symbol or an operation that polynomials cannot express (floor division, remainder, minimum,
 * maximum) on dimensions. Two dimensions are equal exactly when they are the same object. What is too large to
 * be worth following becomes an anonymous symbol, about which nothing is assumed.
 */
export interface Dim {
  readonly id: number;
  /** Non-zero terms in graded lexicographic order; none for zero. */
  readonly terms: readonly Term[];
  /** False when an anonymous symbol occurs anywhere inside. */
  readonly known: boolean;
  /** False when a symbol that nobody declared occurs anywhere inside. */
  readonly declared: boolean;
  /** How deeply operations are nested in the atoms; 0 for polynomials over symbols. */
  readonly depth: number;
}

export interface Term {
  readonly coefficient: number;
  readonly monomial: Monomial;
}

/** A product of powers of atoms; the factors are sorted by the atoms' ids. */
export interface Monomial {
  readonly key: string;
  readonly degree: number;
  readonly factors: readonly Factor[];
}

export interface Factor {
  readonly atom: Atom;
  readonly power: number;
}

export type Atom = SymbolAtom | DivisionAtom | ExtremeAtom;

export interface SymbolAtom {
  readonly kind: "symbol";
  readonly id: number;
  /** Undefined for an anonymous symbol: a size of which only the lower bound is known. */
  readonly name: string | undefined;
  readonly min: number;
  /** The dimension that is the symbol alone, once there is one. */
  alone?: Dim;
  /** Dimensions of which this is the newest symbol, if it stands for what is not known: nobody needs them longer than the symbol. */
  made?: Map<string, Dim>;
  /** Somebody chooses its value: a caller, a reader of an annotation. Others merely stand for what is not known. */
  readonly declared: boolean;
}

/** The quotient or remainder of division rounded towards minus infinity, as in Python. */
export interface DivisionAtom {
  readonly kind: "quotient" | "remainder";
  readonly id: number;
  readonly left: Dim;
  readonly right: Dim;
}

export interface ExtremeAtom {
  readonly kind: "minimum" | "maximum";
  readonly id: number;
  /** At least two, none of which is surely the answer or surely not. */
  readonly operands: readonly Dim[];
}

const maxTerms = 32;
const maxDegree = 32;
const maxDepth = 16;

const dims = new Interner<Dim>();
const atoms = new Interner<Atom>();
let nextId = 0;

const unit: Monomial = { key: "", degree: 0, factors: [] };

/** Programs are full of numbers: those met first are kept, so that they are found again without making a key. */
const MOST_CONSTANTS = 16_384;
const constants = new Map<number, Dim>();

export const zero = constant(0);
export const one = constant(1);

/** The dimension `n`; an anonymous one when `n` is not an integer that numbers represent exactly. */
export function constant(n: number): Dim {
  const kept = constants.get(n);
  if (kept !== undefined) {
    return kept;
  }
  if (!Number.isSafeInteger(n)) {
    return unbounded();
  }
  const dim = intern(n === 0 ? [] : [{ coefficient: n, monomial: unit }]);
  if (constants.size < MOST_CONSTANTS) {
    constants.set(n, dim);
  }
  return dim;
}

/** The symbol called `name`, which is at least `min`. The same name and bound give the same dimension. */
export function symbol(name: string, min = 1): Dim {
  const atom = atoms.get(`symbol ${min} ${name}`, () => ({
    kind: "symbol",
    id: nextId++,
    name,
    min,
    declared: true,
  }));
  return fromAtom(atom);
}

/**
 * A size nothing is known about but its lower bound, and perhaps what the program calls it. Every call gives a dimension of its own,
 * also under a name that there has been.
 */
export function unknownDim(min = 1, name?: string): Dim {
  return fromAtom({ kind: "symbol", id: nextId++, name, min, declared: false });
}

/** The symbol, when it is known to be `min` or more. */
export function withLeast(lone: Dim, min: number): Dim {
  const atom = asAtom(lone);
  if (atom?.kind !== "symbol" || atom.min >= min) return lone;
  return atom.declared && atom.name !== undefined ? symbol(atom.name, min) : unknownDim(min, atom.name);
}

/** The answer where a computation is given up: any integer at all. */
export function unbounded(): Dim {
  return unknownDim(-Infinity);
}

/** The dimension that is the quotient or remainder of two others, without any simplification. */
export function divisionAtom(kind: DivisionAtom["kind"], left: Dim, right: Dim): Dim {
  if (Math.max(left.depth, right.depth) >= maxDepth) {
    return unbounded();
  }
  return fromAtom(atoms.get(`${kind} ${left.id} ${right.id}`, () => ({ kind, id: nextId++, left, right })));
}

/** The dimension that is the least or greatest of several others, without any simplification. */
export function extremeAtom(kind: ExtremeAtom["kind"], operands: readonly Dim[]): Dim {
  if (operands.some((operand) => operand.depth >= maxDepth)) {
    return unbounded();
  }
  const sorted = [...operands].sort((a, b) => a.id - b.id);
  const key = `${kind} ${sorted.map((operand) => operand.id).join(" ")}`;
  return fromAtom(atoms.get(key, () => ({ kind, id: nextId++, operands: sorted })));
}

/** The dimension that is one atom. */
export function fromAtom(atom: Atom): Dim {
  if (atom.kind === "symbol" && atom.alone !== undefined) {
    return atom.alone;
  }
  const monomial = { key: `${atom.id}^1`, degree: 1, factors: [{ atom, power: 1 }] };
  const terms = [{ coefficient: 1, monomial }];
  if (atom.kind !== "symbol") {
    return intern(terms);
  }
  atom.alone = { id: nextId++, terms, known: isKnownAtom(atom), declared: isDeclaredAtom(atom), depth: 0 };
  return atom.alone;
}

/** The atom a dimension consists of, if it is nothing but one. */
export function asAtom(d: Dim): Atom | undefined {
  const [term, ...others] = d.terms;
  const [factor, ...more] = term?.monomial.factors ?? [];
  const single = others.length === 0 && more.length === 0 && term?.coefficient === 1 && factor?.power === 1;
  return single ? factor?.atom : undefined;
}

/** The value of a constant dimension. */
export function asNumber(d: Dim): number | undefined {
  const [first] = d.terms;
  if (first === undefined) {
    return 0;
  }
  return first.monomial.degree === 0 ? first.coefficient : undefined;
}

/** True when no anonymous symbol occurs in the dimension. */
export function isKnown(d: Dim): boolean {
  return d.known;
}

/** True when every symbol in the dimension is somebody's choice. */
export function isDeclared(d: Dim): boolean {
  return d.declared;
}

/** What a dimension is called that is a symbol and nothing else. */
export function nameOf(d: Dim): string | undefined {
  const atom = asAtom(d);
  return atom?.kind === "symbol" ? atom.name : undefined;
}

export function add(a: Dim, b: Dim): Dim {
  return addScaled(a, b, 1);
}

export function negate(a: Dim): Dim {
  return scale(a, -1);
}

export function subtract(a: Dim, b: Dim): Dim {
  return a === b ? zero : addScaled(a, b, -1);
}

export function multiply(a: Dim, b: Dim): Dim {
  const [left, right] = [asNumber(a), asNumber(b)];
  if (right !== undefined) {
    return scale(a, right);
  }
  return left !== undefined ? scale(b, left) : (fromTerms(productTerms(a, b)) ?? unbounded());
}

/** `a` times the number `n`. */
export function scale(a: Dim, n: number): Dim {
  return n === 1 ? a : addScaled(zero, a, n);
}

/** `a + n*b`: both are sorted already, so the sum is one pass over them. */
function addScaled(a: Dim, b: Dim, n: number): Dim {
  const [left, right] = [asNumber(a), asNumber(b)];
  if (left !== undefined && right !== undefined) {
    return constant(left + n * right);
  }
  if (n === 0 || b === zero) {
    return a;
  }
  const terms: Term[] = [];
  for (let i = 0, j = 0; i < a.terms.length || j < b.terms.length;) {
    const [own, other] = [a.terms[i], b.terms[j]];
    const order = own && other ? compareMonomials(own.monomial, other.monomial) : own ? -1 : 1;
    const coefficient = (order <= 0 && own ? own.coefficient : 0) + (order >= 0 && other ? n * other.coefficient : 0);
    if (!Number.isSafeInteger(coefficient)) {
      return unbounded();
    }
    const { monomial } = (order <= 0 ? own : other) as Term;
    if (coefficient !== 0) {
      terms.push({ coefficient, monomial });
    }
    i += Number(order <= 0);
    j += Number(order >= 0);
  }
  return terms.length > maxTerms ? unbounded() : intern(terms);
}

/** The same polynomial with every atom replaced by what `replacement` gives for it. */
export function replaceAtoms(d: Dim, replacement: (atom: Atom) => Dim): Dim {
  let sum = zero;
  for (const { coefficient, monomial } of d.terms) {
    let product = constant(coefficient);
    for (const { atom, power } of monomial.factors) {
      const value = replacement(atom);
      for (let i = 0; i < power; i++) {
        product = multiply(product, value);
      }
    }
    sum = add(sum, product);
  }
  return sum;
}

/** The polynomial with these terms, which may repeat monomials; undefined when it is too large to follow. */
export function fromTerms(terms: Iterable<Term>): Dim | undefined {
  const merged = new Map<string, Term>();
  for (const term of terms) {
    const coefficient = (merged.get(term.monomial.key)?.coefficient ?? 0) + term.coefficient;
    if (!Number.isSafeInteger(coefficient) || term.monomial.degree > maxDegree) {
      return undefined;
    }
    merged.set(term.monomial.key, { coefficient, monomial: term.monomial });
  }
  const kept = [...merged.values()].filter((term) => term.coefficient !== 0);
  if (kept.length > maxTerms) {
    return undefined;
  }
  return intern(kept.sort((a, b) => compareMonomials(a.monomial, b.monomial)));
}

/** The one dimension with these terms, which are distinct, in order, and not zero. */
function intern(terms: readonly Term[]): Dim {
  const [first] = terms;
  if (terms.length === 1 && first?.coefficient === 1 && first.monomial.degree === 1) {
    const atom = first.monomial.factors[0]?.atom;
    if (atom?.kind === "symbol") {
      return fromAtom(atom);
    }
  }
  let key = "";
  let newest: SymbolAtom | undefined;
  for (const { coefficient, monomial } of terms) {
    key += `${coefficient} ${monomial.key}+`;
    for (const { atom } of monomial.factors) {
      if (atom.kind === "symbol" && !atom.declared && atom.id > (newest?.id ?? -1)) {
        newest = atom;
      }
    }
  }
  if (newest === undefined) {
    return dims.get(key, () => dimOf(terms));
  }
  // Weak references cost the garbage collector much, and there are many sizes that are not known.
  newest.made ??= new Map();
  const known = newest.made.get(key) ?? dimOf(terms);
  newest.made.set(key, known);
  return known;
}

function dimOf(terms: readonly Term[]): Dim {
  const used = terms.flatMap((term) => term.monomial.factors.map((factor) => factor.atom));
  return {
    id: nextId++,
    terms,
    known: used.every(isKnownAtom),
    declared: used.every(isDeclaredAtom),
    depth: Math.max(0, ...used.map(depthOfAtom)),
  };
}

/** The product of powers of distinct atoms. */
export function monomialOf(factors: readonly Factor[]): Monomial {
  const sorted = [...factors].sort((a, b) => a.atom.id - b.atom.id);
  return {
    key: sorted.map((factor) => `${factor.atom.id}^${factor.power}`).join(" "),
    degree: sorted.reduce((degree, factor) => degree + factor.power, 0),
    factors: sorted,
  };
}

/** `a / b` when every factor of `b` divides `a`. */
export function divideMonomials(a: Monomial, b: Monomial): Monomial | undefined {
  const powers = new Map(a.factors.map((factor) => [factor.atom, factor.power]));
  for (const { atom, power } of b.factors) {
    const left = (powers.get(atom) ?? 0) - power;
    if (left < 0) {
      return undefined;
    }
    powers.set(atom, left);
  }
  return monomialOf([...powers].filter(([, power]) => power > 0).map(([atom, power]) => ({ atom, power })));
}

/** The operands of an atom, none for a symbol. */
export function operandsOf(atom: Atom): readonly Dim[] {
  switch (atom.kind) {
    case "symbol":
      return [];
    case "quotient":
    case "remainder":
      return [atom.left, atom.right];
    case "minimum":
    case "maximum":
      return atom.operands;
  }
}

function* productTerms(a: Dim, b: Dim): Iterable<Term> {
  for (const left of a.terms) {
    for (const right of b.terms) {
      yield {
        coefficient: left.coefficient * right.coefficient,
        monomial: multiplyMonomials(left.monomial, right.monomial),
      };
    }
  }
}

function multiplyMonomials(a: Monomial, b: Monomial): Monomial {
  if (a.degree === 0) {
    return b;
  }
  if (b.degree === 0) {
    return a;
  }
  const powers = new Map(a.factors.map((factor) => [factor.atom, factor.power]));
  for (const { atom, power } of b.factors) {
    powers.set(atom, (powers.get(atom) ?? 0) + power);
  }
  return monomialOf([...powers].map(([atom, power]) => ({ atom, power })));
}

/** Graded lexicographic order, the greatest first: an admissible order, so long division ends. */
function compareMonomials(a: Monomial, b: Monomial): number {
  if (a.degree !== b.degree) {
    return b.degree - a.degree;
  }
  for (const [i, left] of a.factors.entries()) {
    const right = b.factors[i];
    if (right === undefined) {
      return -1;
    }
    if (left.atom !== right.atom) {
      return left.atom.id - right.atom.id;
    }
    if (left.power !== right.power) {
      return right.power - left.power;
    }
  }
  return 0;
}

function isKnownAtom(atom: Atom): boolean {
  return atom.kind === "symbol" ? atom.name !== undefined : operandsOf(atom).every(isKnown);
}

function isDeclaredAtom(atom: Atom): boolean {
  return atom.kind === "symbol" ? atom.declared : operandsOf(atom).every(isDeclared);
}

function depthOfAtom(atom: Atom): number {
  return atom.kind === "symbol" ? 0 : 1 + Math.max(...operandsOf(atom).map((operand) => operand.depth));
}
