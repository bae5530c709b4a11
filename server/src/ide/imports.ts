import type { ModuleSource } from "../interpreter/machine";
import type { CallExpression, Module } from "../ir";

/** The files that a module imports, re-exports from or requires, as far as they can be found. */
export function importedFiles(source: ModuleSource, module: Module): string[] {
  const files = new Set<string>();
  for (const specifier of specifiersOf(module)) {
    const file = source.resolve(specifier, module.file);
    if (file !== undefined) files.add(file);
  }
  return [...files];
}

/** A module's specifiers never change, and a module stays the same object for as long as its text does. */
const knownSpecifiers = new WeakMap<Module, ReadonlySet<string>>();

function specifiersOf(module: Module): ReadonlySet<string> {
  const known = knownSpecifiers.get(module);
  if (known) return known;
  const specifiers = new Set(module.imports.map(({ specifier }) => specifier));
  for (const binding of module.exports) if (binding.kind !== "local") specifiers.add(binding.specifier);
  collectRequired(module.body, specifiers);
  knownSpecifiers.set(module, specifiers);
  return specifiers;
}

/** Adds the argument of every `require("…")` below a node, at any depth. */
function collectRequired(root: unknown, specifiers: Set<string>): void {
  const pending: unknown[] = [root];
  while (pending.length > 0) {
    const node = pending.pop();
    if (typeof node !== "object" || node === null) continue;
    if ("kind" in node && node.kind === "call") addRequired(node as CallExpression, specifiers);
    pending.push(...Object.values(node));
  }
}

function addRequired({ callee, args: [argument] }: CallExpression, specifiers: Set<string>): void {
  if (callee.kind !== "name" || callee.name !== "require" || argument?.value.kind !== "literal") return;
  const { value } = argument.value;
  if (typeof value === "string") specifiers.add(value);
}

/**
 * Splits files into groups that import each other, directly or through files outside of the list. What one group's files do to
 * each other no other group can see, so that groups can be analysed one after the other and forgotten: time and memory grow with
 * the workspace and not with its square.
 */
export function importGroups(source: ModuleSource, files: readonly string[]): string[][] {
  const leaders = new Map<string, string>();
  const leaderOf = (file: string): string => {
    let leader = file;
    for (let next = leaders.get(leader); next !== undefined && next !== leader; next = leaders.get(leader))
      leader = next;
    leaders.set(file, leader);
    return leader;
  };
  const pending = [...files];
  const seen = new Set(files);
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    const module = source.module(file);
    for (const imported of module ? importedFiles(source, module) : []) {
      leaders.set(leaderOf(imported), leaderOf(file));
      if (seen.has(imported)) continue;
      seen.add(imported);
      pending.push(imported);
    }
  }
  const groups = new Map<string, string[]>();
  for (const file of files) {
    const group = groups.get(leaderOf(file));
    if (group) group.push(file);
    else groups.set(leaderOf(file), [file]);
  }
  return [...groups.values()];
}
