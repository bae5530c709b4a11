import type { Atom, Dim, Monomial, Term } from "./polynomial";

/**
 * The letters shapes are written with, in the order they are usually written: `N*C*H*W`, `B*T*d`. Other names
 * follow alphabetically. The order depends on names alone, so that a dimension always reads the same.
 */
const conventionalOrder = "nbtlscdehwk";

/** A dimension as people write it: `64*H`, `2*N + 1`, `(L - 1)//2`, `min(N, 8)`; `?` when not wholly known. */
export function formatDim(d: Dim): string {
  if (!d.known) {
    return "?";
  }
  if (d.terms.length === 0) {
    return "0";
  }
  return inReadingOrder(d.terms)
    .map((term, i) => `${sign(term, i)}${formatTerm(term)}`)
    .join("");
}

/** Highest degree first, constants last, and not beginning with a minus where that can be had. */
function inReadingOrder(terms: readonly Term[]): readonly Term[] {
  const sorted = [...terms].sort(
    (a, b) =>
      b.monomial.degree - a.monomial.degree ||
      Math.sign(b.coefficient) - Math.sign(a.coefficient) ||
      compareText(orderKey(a.monomial), orderKey(b.monomial)),
  );
  const first = sorted.find((term) => term.coefficient > 0);
  return first === undefined ? sorted : [first, ...sorted.filter((term) => term !== first)];
}

function sign(term: Term, position: number): string {
  if (position === 0) {
    return term.coefficient < 0 ? "-" : "";
  }
  return term.coefficient < 0 ? " - " : " + ";
}

function formatTerm({ coefficient, monomial }: Term): string {
  const size = Math.abs(coefficient);
  const factors = inOrder(monomial).map(({ atom, power }) => {
    const text = formatAtom(atom);
    const alone = size === 1 && monomial.factors.length === 1 && power === 1;
    const needsParentheses = !alone && (atom.kind === "quotient" || atom.kind === "remainder");
    const base = needsParentheses ? `(${text})` : text;
    return power === 1 ? base : `${base}^${power}`;
  });
  return [...(size === 1 && factors.length > 0 ? [] : [`${size}`]), ...factors].join("*");
}

function formatAtom(atom: Atom): string {
  switch (atom.kind) {
    case "symbol":
      return atom.name ?? "?";
    case "quotient":
      return `${operand(atom.left)}//${operand(atom.right)}`;
    case "remainder":
      return `${operand(atom.left)} % ${operand(atom.right)}`;
    case "minimum":
    case "maximum": {
      const name = atom.kind === "minimum" ? "min" : "max";
      const constantsLast = [...atom.operands].sort(
        (a, b) => Number(isNumber(a)) - Number(isNumber(b)) || compareText(formatDim(a), formatDim(b)),
      );
      return `${name}(${constantsLast.map(formatDim).join(", ")})`;
    }
  }
}

/** An operand of a division: anything but a plain number or name is put in parentheses. */
function operand(d: Dim): string {
  const text = formatDim(d);
  return /^[\p{L}\p{N}_$.]+$/u.test(text) || /^(min|max)\([^()]*\)$/.test(text) ? text : `(${text})`;
}

function inOrder(monomial: Monomial): Monomial["factors"] {
  return [...monomial.factors].sort((a, b) => compareText(atomKey(a.atom), atomKey(b.atom)));
}

function orderKey(monomial: Monomial): string {
  return inOrder(monomial)
    .map(({ atom }) => atomKey(atom))
    .join(" ");
}

/** Symbols come before operations, in conventional order. */
function atomKey(atom: Atom): string {
  const text = formatAtom(atom);
  if (atom.kind !== "symbol") {
    return `~${text}`;
  }
  const place = text.length === 1 ? conventionalOrder.indexOf(text.toLowerCase()) : -1;
  return `${place < 0 ? "z" : String.fromCharCode("a".charCodeAt(0) + place)}${text}`;
}

function isNumber(d: Dim): boolean {
  return d.terms.every((term) => term.monomial.degree === 0);
}

/** By code unit: the order must not depend on the machine's language. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
