import type {
  ClassMember,
  ClassNode,
  ExportBinding,
  FunctionNode,
  ImportBinding,
  Module,
  Parameter,
  ShapeTag,
  Statement,
} from "../../server/src/ir";
import { printExpression, printKey, printPattern } from "./printExpression";
import { printType } from "./printType";

/** A module of the IR as text that reads like the source it came from, with everything that is implicit there spelled out. */
export function printModule(module: Module): string {
  const sections = [
    module.broken ? ["// broken"] : [],
    module.imports.map(printImport),
    module.hoisted.length === 0 ? [] : [`hoist ${module.hoisted.join(", ")}`],
    [...module.types].map(([name, type]) => `type ${name} = ${printType(type)}`),
    module.body.map(printStatement),
    module.exports.map(printExport),
  ];
  return sections.flat().join("\n");
}

function printImport(binding: ImportBinding): string {
  if (binding.imported === undefined) return `import "${binding.specifier}"`;
  return `import ${binding.imported} as ${binding.local} from "${binding.specifier}"`;
}

function printExport(binding: ExportBinding): string {
  if (binding.kind === "all") return `export * from "${binding.specifier}"`;
  if (binding.kind === "local") return `export ${binding.local} as ${binding.exported}`;
  return `export ${binding.imported} as ${binding.exported} from "${binding.specifier}"`;
}

export function printStatement(node: Statement): string {
  switch (node.kind) {
    case "expression":
      return printExpression(node.expression);
    case "declare": {
      const declarations = node.declarations.map(({ pattern, type, value }) => {
        const annotation = type === undefined ? "" : `: ${printType(type)}`;
        return `${printPattern(pattern)}${annotation}${value === undefined ? "" : ` = ${printExpression(value)}`}`;
      });
      return `${printTags(node.shapeTags)}${node.mode} ${declarations.join(", ")}`;
    }
    case "functionDeclaration":
      return printFunction(node.function);
    case "classDeclaration":
      return printClass(node.class);
    case "block":
      return printBlock(node.body);
    case "if": {
      const alternate = node.alternate === undefined ? "" : ` else ${printStatement(node.alternate)}`;
      return `if (${printExpression(node.test)}) ${printStatement(node.consequent)}${alternate}`;
    }
    case "for": {
      const [init, test, update] = [
        node.init === undefined ? "" : printStatement(node.init),
        node.test === undefined ? "" : printExpression(node.test),
        node.update === undefined ? "" : printExpression(node.update),
      ];
      return `${printLabel(node.label)}for (${init}; ${test}; ${update}) ${printStatement(node.body)}`;
    }
    case "forOf":
    case "forIn": {
      const mode = node.mode === undefined ? "" : `${node.mode} `;
      const word = node.kind === "forOf" ? "of" : "in";
      const head = `${mode}${printPattern(node.pattern)} ${word} ${printExpression(node.iterable)}`;
      return `${printLabel(node.label)}for${node.await ? " await" : ""} (${head}) ${printStatement(node.body)}`;
    }
    case "while":
      return `${printLabel(node.label)}while (${printExpression(node.test)}) ${printStatement(node.body)}`;
    case "doWhile":
      return `${printLabel(node.label)}do ${printStatement(node.body)} while (${printExpression(node.test)})`;
    case "return":
      return node.value === undefined ? "return" : `return ${printExpression(node.value)}`;
    case "break":
    case "continue":
      return node.label === undefined ? node.kind : `${node.kind} ${node.label}`;
    case "throw":
      return `throw ${printExpression(node.value)}`;
    case "try": {
      const parameter = node.parameter === undefined ? "" : ` (${printPattern(node.parameter)})`;
      const handler = node.handler === undefined ? "" : ` catch${parameter} ${printBlock(node.handler)}`;
      const finalizer = node.finalizer === undefined ? "" : ` finally ${printBlock(node.finalizer)}`;
      return `try ${printBlock(node.body)}${handler}${finalizer}`;
    }
    case "switch": {
      const cases = node.cases.map(
        ({ test, body }) => `${test === undefined ? "default" : `case ${printExpression(test)}`}: ${printBlock(body)}`,
      );
      return `${printLabel(node.label)}switch (${printExpression(node.discriminant)}) {\n${indent(cases)}\n}`;
    }
    case "labeled":
      return `${node.label}: ${printStatement(node.body)}`;
    case "opaque":
      return printOpaque(node.reason, [], node.assigned);
  }
}

export function printOpaque(reason: string, parts: readonly string[], assigned: readonly string[]): string {
  const evaluated = parts.length === 0 ? "" : ` of ${parts.join(", ")}`;
  return `<${reason}${evaluated}${assigned.length === 0 ? "" : `, changes ${assigned.join(", ")}`}>`;
}

function printLabel(label: string | undefined): string {
  return label === undefined ? "" : `${label}: `;
}

function printTags(tags: readonly ShapeTag[]): string {
  return tags.map(({ name, text }) => `@shape(${name === undefined ? "" : `${name} `}${text}) `).join("");
}

function printBlock(body: readonly Statement[]): string {
  return body.length === 0 ? "{}" : `{\n${indent(body.map(printStatement))}\n}`;
}

function indent(lines: readonly string[]): string {
  return lines.flatMap((line) => line.split("\n").map((each) => `  ${each}`)).join("\n");
}

export function printFunction(node: FunctionNode): string {
  const words = `${node.async ? "async " : ""}${node.arrow ? "" : `function${node.generator ? "*" : ""} `}`;
  return `${printTags(node.shapeTags)}${words}${node.arrow ? "" : (node.name ?? "")}${printSignature(node)}`;
}

function printSignature(node: FunctionNode): string {
  const returns = node.returnType === undefined ? "" : `: ${printType(node.returnType)}`;
  const hoisted = node.hoisted.length === 0 ? "" : ` hoist ${node.hoisted.join(", ")}`;
  const body = node.body === undefined ? "" : ` ${printBlock(node.body)}`;
  return `(${node.parameters.map(printParameter).join(", ")})${returns}${node.arrow ? " =>" : ""}${hoisted}${body}`;
}

function printParameter(parameter: Parameter): string {
  const type = parameter.type === undefined ? "" : `: ${printType(parameter.type)}`;
  const optional = parameter.optional ? "?" : "";
  return `${parameter.rest ? "..." : ""}${printPattern(parameter.pattern)}${optional}${type}`;
}

export function printClass(node: ClassNode): string {
  const name = node.name === undefined ? "" : ` ${node.name}`;
  const superclass = node.superclass === undefined ? "" : ` extends ${printExpression(node.superclass)}`;
  const members = node.members.length === 0 ? "{}" : `{\n${indent(node.members.map(printMember))}\n}`;
  return `class${name}${superclass} ${members}`;
}

function printMember(member: ClassMember): string {
  if (member.kind === "staticBlock") return `static ${printBlock(member.body)}`;
  const key = `${member.static ? "static " : ""}${member.kind === "getter" ? "get " : ""}${
    member.kind === "setter" ? "set " : ""
  }${printKey(member.key)}`;
  if (member.kind !== "field") {
    const words = `${member.function.async ? "async " : ""}${member.function.generator ? "*" : ""}`;
    return `${printTags(member.function.shapeTags)}${words}${key}${printSignature(member.function)}`;
  }
  const type = member.type === undefined ? "" : `: ${printType(member.type)}`;
  const value = member.value === undefined ? "" : ` = ${printExpression(member.value)}`;
  return `${printTags(member.shapeTags)}${key}${type}${value}`;
}
