import type { Element, Expression, ObjectProperty, Pattern, PropertyKeyNode } from "../../server/src/ir";
import { printClass, printFunction, printOpaque } from "./printModule";

/** An expression of the IR as text. Operators are in parentheses, so that the tree can be seen. */
export function printExpression(node: Expression): string {
  switch (node.kind) {
    case "literal":
      return typeof node.value === "string" ? JSON.stringify(node.value) : String(node.value);
    case "template": {
      const rest = node.expressions.map((each, index) => `\${${printExpression(each)}}${node.texts[index + 1]}`);
      return `\`${node.texts[0]}${rest.join("")}\``;
    }
    case "name":
      return node.name;
    case "member":
      return `${printExpression(node.object)}${node.optional ? "?." : "."}${node.property}`;
    case "index":
      return `${printExpression(node.object)}${node.optional ? "?." : ""}[${printExpression(node.index)}]`;
    case "call":
      return `${printExpression(node.callee)}${node.optional ? "?." : ""}(${printElements(node.args)})`;
    case "new":
      return `new ${printExpression(node.callee)}(${printElements(node.args)})`;
    case "array":
      return `[${printElements(node.elements)}]`;
    case "object":
      return node.properties.length === 0 ? "{}" : `{ ${node.properties.map(printProperty).join(", ")} }`;
    case "function":
      return printFunction(node.function);
    case "class":
      return printClass(node.class);
    case "unary":
      return `(${node.operator}${/\w/.test(node.operator) ? " " : ""}${printExpression(node.operand)})`;
    case "update": {
      const target = printExpression(node.target);
      return `(${node.prefix ? node.operator + target : target + node.operator})`;
    }
    case "binary":
    case "logical":
      return `(${printExpression(node.left)} ${node.operator} ${printExpression(node.right)})`;
    case "conditional": {
      const [consequent, alternate] = [printExpression(node.consequent), printExpression(node.alternate)];
      return `(${printExpression(node.test)} ? ${consequent} : ${alternate})`;
    }
    case "assign":
      return `${printPattern(node.target)} ${node.operator ?? ""}= ${printExpression(node.value)}`;
    case "await":
      return `(await ${printExpression(node.operand)})`;
    case "yield": {
      const operand = node.operand === undefined ? "" : ` ${printExpression(node.operand)}`;
      return `(yield${node.delegate ? "*" : ""}${operand})`;
    }
    case "this":
    case "super":
      return node.kind;
    case "sequence":
      return `(${node.expressions.map(printExpression).join(", ")})`;
    case "opaque":
      return printOpaque(node.reason, node.parts.map(printExpression), node.assigned);
  }
}

function printElements(elements: readonly Element[]): string {
  return elements.map(({ value, spread }) => `${spread ? "..." : ""}${printExpression(value)}`).join(", ");
}

function printProperty(property: ObjectProperty): string {
  if (property.kind === "spread") return `...${printExpression(property.value)}`;
  const word = property.kind === "getter" ? "get " : property.kind === "setter" ? "set " : "";
  return `${word}${printKey(property.key)}: ${printExpression(property.value)}`;
}

export function printKey(key: PropertyKeyNode): string {
  return typeof key === "string" ? key : `[${printExpression(key)}]`;
}

export function printPattern(pattern: Pattern): string {
  switch (pattern.kind) {
    case "binding":
      return pattern.name;
    case "target":
      return printExpression(pattern.target);
    case "defaultPattern":
      return `${printPattern(pattern.pattern)} = ${printExpression(pattern.default)}`;
    case "arrayPattern": {
      const elements = pattern.elements.map((element) => (element === undefined ? "" : printPattern(element)));
      return `[${[...elements, ...printRest(pattern.rest)].join(", ")}]`;
    }
    case "objectPattern": {
      const properties = pattern.properties.map(({ key, value }) => `${printKey(key)}: ${printPattern(value)}`);
      return `{ ${[...properties, ...printRest(pattern.rest)].join(", ")} }`;
    }
  }
}

function printRest(rest: Pattern | undefined): string[] {
  return rest === undefined ? [] : [`...${printPattern(rest)}`];
}
