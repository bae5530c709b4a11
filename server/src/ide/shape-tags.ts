import type { ClassMember, ClassNode, FunctionNode, Module } from "../ir";
import { allNodes } from "./syntax";

/** Whether a text ends within an `@shape` tag. */
export function isInShapeTag(before: string): boolean {
  const line = before.slice(before.lastIndexOf("\n") + 1);
  return /@shape\b[^\]]*$/.test(line) && isInComment(before);
}

function isInComment(before: string): boolean {
  return before.lastIndexOf("/**") > before.lastIndexOf("*/");
}

/** The function whose documentation comment an offset is in: the first one that begins behind it. */
export function documentedFunction(module: Module, offset: number): FunctionNode | undefined {
  let nearest: FunctionNode | undefined;
  for (const node of allFunctions(module)) {
    const start = node.nameSpan.start;
    if (start < offset || (nearest && nearest.nameSpan.start <= start)) continue;
    nearest = node;
  }
  return nearest;
}

/** Every function of a module, methods included. */
export function allFunctions(module: Module): FunctionNode[] {
  const functions: FunctionNode[] = [];
  for (const node of allNodes(module)) {
    if ("parameters" in node && "shapeTags" in node) functions.push(node as unknown as FunctionNode);
  }
  return functions;
}

/** Every class of a module. */
export function allClasses(module: Module): ClassNode[] {
  const classes: ClassNode[] = [];
  for (const node of allNodes(module)) {
    if ("members" in node && "superclass" in node) classes.push(node as unknown as ClassNode);
  }
  return classes;
}

export function fieldsOf({ members }: ClassNode): Extract<ClassMember, { kind: "field" }>[] {
  return members.filter((member) => member.kind === "field");
}
