import { recordObject } from "./heap";
import type { Pattern, Span } from "../ir";
import { evaluate, evaluateNamed, propertyKey } from "./expression";
import { inBranches } from "./branch";
import { iterate } from "./iteration";
import type { Machine } from "./machine";
import { privateKey } from "./private-name";
import { getProperty, readStored } from "./property";
import type { Scope } from "./scope";
import { findCell } from "./scope";
import type { Dim } from "../shape/dim";
import { bounds, isKnown, symbolsOf, unknownDim } from "../shape/dim";
import { labelled, lengthName } from "./unknown-size";
import type { Value } from "./value";
import { UNDEFINED, UNKNOWN } from "./value";
import { setIndex, setProperty } from "./write-property";

/** Gives the names of a pattern their values, declaring them or assigning to ones that exist. */
export function assignPattern(
  m: Machine,
  pattern: Pattern,
  value: Value,
  scope: Scope,
  mode: "declare" | "assign",
  source?: Span,
): void {
  switch (pattern.kind) {
    case "binding": {
      const named = namedNumber(labelled(value, pattern.name), pattern.name);
      nameLength(m, named, pattern.name);
      m.observe(pattern.span, "name", named);
      if (mode === "declare") return m.declare(scope, pattern.name, named);
      return assignName(m, pattern.name, named, scope);
    }
    case "target": {
      const { target } = pattern;
      const object = target.object.kind === "super" ? (m.frame.self ?? UNDEFINED) : evaluate(m, target.object, scope);
      if (target.kind === "member") {
        const named = namedNumber(value, target.property);
        m.observe(target.propertySpan, "name", named);
        return setProperty(m, object, privateKey(m, target.property), named, source);
      }
      return setIndex(m, object, evaluate(m, target.index, scope), value);
    }
    case "defaultPattern":
      return assignPattern(m, pattern.pattern, withDefault(m, pattern, value, scope), scope, mode);
    case "objectPattern": {
      const taken = new Set<string>();
      for (const property of pattern.properties) {
        const key = propertyKey(m, property.key, scope);
        if (key !== undefined) taken.add(key);
        const part = key === undefined ? UNKNOWN : getProperty(m, value, key);
        assignPattern(m, property.value, part, scope, mode);
      }
      if (pattern.rest) assignPattern(m, pattern.rest, remainingProperties(m, value, taken), scope, mode);
      return;
    }
    case "arrayPattern": {
      const parts = iterate(m, value, pattern.rest ? undefined : pattern.elements.length);
      for (const [i, element] of pattern.elements.entries()) {
        if (!element) continue;
        assignPattern(m, element, parts.elements ? (parts.elements[i] ?? UNDEFINED) : parts.element, scope, mode);
      }
      if (!pattern.rest) return;
      const rest = parts.elements?.slice(pattern.elements.length);
      const array = rest
        ? m.heap.allocate({ type: "array", elements: rest })
        : m.heap.allocate({ type: "list", element: parts.element, length: parts.length });
      return assignPattern(m, pattern.rest, array, scope, mode);
    }
  }
}

/** How long a list is that gets a name is said with that name, unless it has been said already. */
function nameLength(m: Machine, value: Value, name: string): void {
  const object = value.kind === "object" ? m.heap.find(value.id) : undefined;
  if (value.kind !== "object" || object?.type !== "list") return;
  const { length } = object;
  if (length && !isAnonymous(length)) return;
  m.heap.replace(value, { ...object, length: unknownDim(length ? bounds(length).min : 0, lengthName(name)) });
}

/** A whole number that nothing is known of is a size that has the name it is given. */
function namedNumber(value: Value, name: string): Value {
  if (value.kind !== "integer" || !isAnonymous(value.dim)) return value;
  return { ...value, dim: unknownDim(bounds(value.dim).min, name) };
}

/** A symbol without a name, and nothing else. */
function isAnonymous(dim: Dim): boolean {
  return !isKnown(dim) && symbolsOf(dim)[0] === dim;
}

function assignName(m: Machine, name: string, value: Value, scope: Scope): void {
  const cell = findCell(scope, name);
  if (cell !== undefined) m.heap.write(cell, value);
}

function withDefault(m: Machine, pattern: Pattern & { kind: "defaultPattern" }, value: Value, scope: Scope): Value {
  const name = pattern.pattern.kind === "binding" ? pattern.pattern.name : undefined;
  const byDefault = (): Value => evaluateNamed(m, pattern.default, scope, name);
  if (value.kind === "undefined") return byDefault();
  if (value.kind === "union" && value.options.some((option) => option.kind === "undefined")) {
    const options = value.options.filter((option) => option.kind !== "undefined");
    const given: Value = options.length === 1 ? (options[0] as Value) : { kind: "union", options };
    return inBranches(m, value, () => given, byDefault);
  }
  return value;
}

function remainingProperties(m: Machine, value: Value, taken: ReadonlySet<string>): Value {
  const source = value.kind === "object" ? m.heap.object(value) : undefined;
  if (source?.type !== "record") return UNKNOWN;
  const properties = new Map(
    [...source.properties]
      .filter(([name]) => !taken.has(name) && !name.startsWith("#"))
      .map(([name, stored]) => [name, readStored(m, stored, value)]),
  );
  return m.heap.allocate(recordObject({ properties, spans: source.spans, open: source.open }));
}
