import type { Module } from "../ir";
import type { ModuleSource } from "./machine";

/**
 * Whether there may be tensors in any of the files: one of them, or of those that they import, says so somewhere. Where none does, there
 * is nothing to find out: whatever such code does, it does it with other things.
 */
export function concernTensors(source: ModuleSource, files: readonly string[]): boolean {
  const seen = new Set(files);
  for (const file of seen) {
    const module = source.module(file);
    if (!module) continue;
    if (module.mentionsTensors) return true;
    for (const imported of importedFiles(source, module)) seen.add(imported);
  }
  return false;
}

/** The files that a module imports, re-exports from or requires, as far as they can be found. */
export function importedFiles(source: ModuleSource, module: Module): string[] {
  const files = new Set<string>();
  for (const specifier of specifiersOf(module)) {
    const file = source.resolve(specifier, module.file);
    if (file !== undefined) files.add(file);
  }
  return [...files];
}

function specifiersOf({ imports, exports, required }: Module): ReadonlySet<string> {
  const specifiers = new Set([...imports.map(({ specifier }) => specifier), ...required]);
  for (const binding of exports) if (binding.kind !== "local") specifiers.add(binding.specifier);
  return specifiers;
}
