import { floorDivide, modulo } from "./division";
import { maximum, minimum } from "./extremes";
import type { Atom, Dim } from "./polynomial";
import { fromAtom, operandsOf, replaceAtoms } from "./polynomial";

/** Every symbol inside a dimension, anonymous ones too, each once and in order of first occurrence. */
export function symbolsOf(d: Dim): readonly Dim[] {
  const found = new Set<Dim>();
  const visit = (dim: Dim): void => {
    for (const { atom } of dim.terms.flatMap((term) => term.monomial.factors)) {
      if (atom.kind === "symbol") {
        found.add(fromAtom(atom));
      }
      operandsOf(atom).forEach(visit);
    }
  };
  visit(d);
  return [...found];
}

/**
 * The dimension with symbols replaced, simplified anew. `replacement` gives the value of a symbol, or undefined
 * to keep it; replacements are not replaced again. `remainderOf` does the same for remainders.
 */
export function substitute(
  d: Dim,
  replacement: (symbol: Dim) => Dim | undefined,
  remainderOf: (remainder: Dim) => Dim | undefined = () => undefined,
): Dim {
  const done = new Map<Atom, Dim>();
  const visit = (dim: Dim): Dim => (dim.terms.every(isConstant) ? dim : replaceAtoms(dim, visitAtom));
  const visitAtom = (atom: Atom): Dim => {
    const known = done.get(atom);
    if (known !== undefined) {
      return known;
    }
    const value = rebuild(atom);
    done.set(atom, value);
    return value;
  };
  const rebuild = (atom: Atom): Dim => {
    switch (atom.kind) {
      case "symbol":
        return replacement(fromAtom(atom)) ?? fromAtom(atom);
      case "quotient":
        return floorDivide(visit(atom.left), visit(atom.right));
      case "remainder": {
        const remainder = modulo(visit(atom.left), visit(atom.right));
        return remainderOf(remainder) ?? remainder;
      }
      case "minimum":
        return atom.operands.map(visit).reduce(minimum);
      case "maximum":
        return atom.operands.map(visit).reduce(maximum);
    }
  };
  return visit(d);
}

/**
 * The number a dimension is when its symbols have the values `valueOf` gives; anonymous symbols are asked for
 * as `?` and a number of their own. Throws a RangeError on a division by zero.
 */
export function evaluate(d: Dim, valueOf: (name: string) => number): number {
  const ofAtom = (atom: Atom): number => {
    switch (atom.kind) {
      case "symbol":
        return valueOf(atom.name ?? `?${atom.id}`);
      case "quotient":
        return quotient(evaluate(atom.left, valueOf), evaluate(atom.right, valueOf));
      case "remainder": {
        const left = evaluate(atom.left, valueOf);
        const right = evaluate(atom.right, valueOf);
        return left - right * quotient(left, right);
      }
      case "minimum":
        return Math.min(...atom.operands.map((operand) => evaluate(operand, valueOf)));
      case "maximum":
        return Math.max(...atom.operands.map((operand) => evaluate(operand, valueOf)));
    }
  };
  return d.terms
    .map(({ coefficient, monomial }) =>
      monomial.factors.reduce((product, { atom, power }) => product * ofAtom(atom) ** power, coefficient),
    )
    .reduce((sum, value) => sum + value, 0);
}

function quotient(a: number, b: number): number {
  if (b === 0) {
    throw new RangeError(`Division of ${a} by zero.`);
  }
  return Math.floor(a / b);
}

function isConstant(term: Dim["terms"][number]): boolean {
  return term.monomial.degree === 0;
}
