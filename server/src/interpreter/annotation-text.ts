import type { Dim } from "../shape/dim";
import { add, constant, floorDivide, maximum, minimum, modulo, multiply, negate, subtract } from "../shape/dim";
import { t } from "../text/translate";

/** One dimension of an annotation: any size, any number of sizes, or an expression over named sizes. */
export type DimAnnotation =
  | { readonly kind: "any" }
  | { readonly kind: "rest" }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "expression"; evaluate(sizeOf: (name: string) => Dim): Dim };

export type ParsedAnnotation = { readonly dims: readonly DimAnnotation[] } | { readonly error: string };

/** Parses `[N, 3, H/2, ?, ...]`. */
export function parseAnnotation(text: string): ParsedAnnotation {
  const trimmed = text.trim();
  if (!trimmed.startsWith("[") || !trimmed.endsWith("]"))
    return { error: t`a shape is written in brackets, such as [N, 3, 32, 32]` };
  const inner = trimmed.slice(1, -1).trim();
  if (inner === "") return { dims: [] };
  const dims: DimAnnotation[] = [];
  for (const part of splitTopLevel(inner)) {
    const dim = parseDim(part.trim());
    if (typeof dim === "string") return { error: dim };
    dims.push(dim);
  }
  if (dims.filter((dim) => dim.kind === "rest").length > 1) return { error: t`\`...\` can stand only once in a shape` };
  return { dims };
}

/** What a text that is no annotation was most likely meant to be: one whose brackets are missing, or are others. */
export function likelyAnnotation(text: string): string | undefined {
  const inner = text.trim().replace(/^[[({<]+|[\])}>.;]+$/g, "");
  const spaced = /^[\w?]+(?:\s*[x×\s]\s*[\w?]+)+$/.test(inner) ? inner.split(/\s*[x×\s]\s*/).join(", ") : inner;
  const likely = `[${spaced.replace(/,\s*,/g, ",").replace(/,\s*$/, "")}]`;
  return inner !== "" && likely !== text.trim() && !("error" in parseAnnotation(likely)) ? likely : undefined;
}

/** Parses one dimension; a sentence when it cannot be. */
export function parseDim(text: string): DimAnnotation | string {
  if (text === "?" || text === "_" || text === "*" || text === "-1" || text === "null") return { kind: "any" };
  if (text === "..." || text === "…") return { kind: "rest" };
  if (/^[A-Za-z_$][\w$]*$/.test(text)) return { kind: "name", name: text };
  const parser = new Parser(text);
  const evaluate = parser.parse();
  if (!evaluate)
    return text === ""
      ? t`a dimension is missing between two commas`
      : t`\`${text}\` is no size: write a number, a name, or an expression of them`;
  return { kind: "expression", evaluate };
}

function splitTopLevel(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "(") depth++;
    else if (text[i] === ")") depth--;
    else if (text[i] === "," && depth === 0) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  return [...parts, text.slice(start)];
}

type Evaluate = (sizeOf: (name: string) => Dim) => Dim;

const MOST_TOKENS = 64;

/** Sums, products and floor divisions of sizes, with Python's precedence. Both `/` and `//` divide rounding down. */
class Parser {
  private readonly tokens: readonly string[];
  private position = 0;

  constructor(text: string) {
    const tokens = text.match(/\d+|[A-Za-z_$][\w$]*|\/\/|[-+*/%(),]|\S/g) ?? [];
    this.tokens = tokens.length > MOST_TOKENS ? ["?"] : tokens;
  }

  parse(): Evaluate | undefined {
    const sum = this.sum();
    return this.position === this.tokens.length ? sum : undefined;
  }

  private sum(): Evaluate | undefined {
    let left = this.product();
    while (left && (this.peek() === "+" || this.peek() === "-")) {
      const combine = this.next() === "+" ? add : subtract;
      left = binary(combine, left, this.product());
    }
    return left;
  }

  private product(): Evaluate | undefined {
    let left = this.factor();
    for (;;) {
      const operator = this.peek();
      const combine =
        operator === "*"
          ? multiply
          : operator === "/" || operator === "//"
            ? floorDivide
            : operator === "%"
              ? modulo
              : undefined;
      if (!left || !combine) return left;
      this.next();
      left = binary(combine, left, this.factor());
    }
  }

  private factor(): Evaluate | undefined {
    const token = this.next();
    if (token === undefined) return undefined;
    if (token === "-") {
      const operand = this.factor();
      return operand && ((sizeOf) => negate(operand(sizeOf)));
    }
    if (token === "(") {
      const inner = this.sum();
      return this.next() === ")" ? inner : undefined;
    }
    if (/^\d+$/.test(token)) return () => constant(Number(token));
    if (!/^[A-Za-z_$]/.test(token)) return undefined;
    if (this.peek() !== "(") return (sizeOf) => sizeOf(token);
    return this.extreme(token);
  }

  private extreme(name: string): Evaluate | undefined {
    this.next();
    const left = this.sum();
    if (this.next() !== ",") return undefined;
    const right = this.sum();
    if (this.next() !== ")") return undefined;
    return name === "min" ? binary(minimum, left, right) : name === "max" ? binary(maximum, left, right) : undefined;
  }

  private peek(): string | undefined {
    return this.tokens[this.position];
  }

  private next(): string | undefined {
    return this.tokens[this.position++];
  }
}

function binary(
  combine: (a: Dim, b: Dim) => Dim,
  left: Evaluate | undefined,
  right: Evaluate | undefined,
): Evaluate | undefined {
  return left && right && ((sizeOf) => combine(left(sizeOf), right(sizeOf)));
}
