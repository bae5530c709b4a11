import { createRequire } from "node:module";
import { join } from "node:path";

/**
 * The entry of an installed package.
 *
 * @param folders where to look, in order; each with the node_modules folders above it.
 */
export function resolveFrom(folders: readonly string[], name: string): string | undefined {
  for (const folder of folders) {
    try {
      return createRequire(join(folder, "any.js")).resolve(name);
    } catch {
      // Not in this folder: the next one may have it.
    }
  }
  return undefined;
}
