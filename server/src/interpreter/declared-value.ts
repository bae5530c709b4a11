import { recordObject } from "./heap";
import type { TypeNode } from "../ir";
import { constant, symbol, unknownDim } from "../shape/dim";
import type { NamedSizes } from "./annotation";
import { annotatedTensor, typeAnnotation } from "./annotation";
import { resolveType } from "./declared-type";
import type { Machine } from "./machine";
import type { Value } from "./value";
import { FREE, FREE_BOOLEAN, NULL, SOME_STRING, UNDEFINED, UNION_LIMIT, boolean, integer, string } from "./value";

const DEEPEST = 4;

type Members = Extract<TypeNode, { kind: "object" }>["members"];

/** A value of a declared type. A number is a symbol named after its parameter, since sizes are what numbers mostly are. */
export function declaredValue(
  m: Machine,
  written: TypeNode,
  name: string | undefined,
  names: NamedSizes,
  depth = 0,
): Value {
  if (depth > DEEPEST) return FREE;
  const type = resolveType(m, written);
  const inner = (part: TypeNode, member?: string): Value => declaredValue(m, part, member, names, depth + 1);
  switch (type.kind) {
    case "keyword":
      if (type.name === "number") return integer(name === undefined ? unknownDim(-Infinity) : symbol(name, -Infinity));
      return type.name === "boolean" ? FREE_BOOLEAN : type.name === "string" ? SOME_STRING : UNDEFINED;
    case "literal":
      return literalValue(type.value);
    case "reference": {
      const annotation = typeAnnotation(m, type);
      return annotation ? annotatedTensor(annotation, names) : FREE;
    }
    case "object":
      return recordOf(m, type.members, inner);
    case "intersection": {
      const parts = type.parts.map((part) => resolveType(m, part));
      const tensor = parts.find((part) => typeAnnotation(m, part));
      if (tensor) return inner(tensor);
      const members = parts.flatMap((part) => membersOf(m, part, depth));
      return members.length > 0 ? recordOf(m, members, inner) : FREE;
    }
    case "tuple":
      return m.heap.allocate({ type: "array", elements: type.elements.map((element) => inner(element)) });
    case "array":
      return m.heap.allocate({ type: "list", element: inner(type.element), length: unknownDim(0) });
    case "union":
      return unionOf(type.options.map((option) => inner(option, name)));
    default:
      return FREE;
  }
}

function literalValue(value: string | number | boolean | null | undefined): Value {
  switch (typeof value) {
    case "string":
      return string(value);
    case "number":
      return Number.isInteger(value) ? integer(constant(value)) : { kind: "float", value };
    case "boolean":
      return boolean(value);
    default:
      return value === null ? NULL : UNDEFINED;
  }
}

/** Of types that extend each other, all members. */
function membersOf(m: Machine, type: TypeNode, depth: number): Members {
  if (type.kind === "object") return type.members;
  if (type.kind !== "intersection" || depth > DEEPEST) return [];
  return type.parts.flatMap((part) => membersOf(m, resolveType(m, part), depth + 1));
}

function recordOf(m: Machine, members: Members, inner: (part: TypeNode, member?: string) => Value): Value {
  const properties = new Map(
    members.map((member) => [member.name, member.optional ? FREE : inner(member.type, member.name)]),
  );
  return m.heap.allocate(recordObject({ properties, open: true }));
}

/** Tensors and objects that may be missing. Of anything else, any value that a caller chooses is as good. */
function unionOf(options: readonly Value[]): Value {
  const flat = options.flatMap((option) => (option.kind === "union" ? option.options : [option]));
  const isStructured = flat.every(({ kind }) => ["tensor", "object", "undefined", "null"].includes(kind));
  return isStructured && flat.length <= UNION_LIMIT ? { kind: "union", options: flat } : FREE;
}
