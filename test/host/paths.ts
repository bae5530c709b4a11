// Where the offline editor's parts live. Everything below is ignored by git and can be deleted at any time.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's root: this file runs both from its place and bundled into test/.out, so it looks upwards. */
function findRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package-lock.json"))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error("The project's root was not found: no package-lock.json above the scripts.");
    folder = parent;
  }
  return folder;
}

export const projectRoot = findRoot();

/** What is expensive to get and stays valid: editors, browsers. */
export const cacheFolder = join(projectRoot, "test/.cache");

/** What a test run leaves behind: bundles, working copies, screenshots. */
export const outFolder = join(projectRoot, "test/.out");
