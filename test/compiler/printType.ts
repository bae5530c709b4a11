import type { TypeNode } from "../../server/src/ir";

/** A type of the IR as text; `?` is a type that says nothing about shapes. */
export function printType(type: TypeNode): string {
  switch (type.kind) {
    case "reference":
      return type.args.length === 0 ? type.name : `${type.name}<${type.args.map(printType).join(", ")}>`;
    case "literal":
      return typeof type.value === "string" ? JSON.stringify(type.value) : String(type.value);
    case "tuple":
      return `[${type.elements.map(printType).join(", ")}]`;
    case "array":
      return `${printType(type.element)}[]`;
    case "object": {
      const members = type.members.map(
        (member) => `${member.name}${member.optional ? "?" : ""}: ${printType(member.type)}`,
      );
      return members.length === 0 ? "{}" : `{ ${members.join("; ")} }`;
    }
    case "union":
      return type.options.map(printType).join(" | ");
    case "intersection":
      return type.parts.map(printType).join(" & ");
    case "computed":
      return "computed";
    case "keyword":
      return type.name;
    case "function":
      return "function";
    case "other":
      return "?";
  }
}
