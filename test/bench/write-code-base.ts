import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CodeBase } from "./code-base";

/** Writes the JavaScript code base into a folder, which is emptied first. */
const [root = ".", folder = "code-base", lines = "40000"] = process.argv.slice(2);
rmSync(folder, { recursive: true, force: true });
for (const [path, text] of new CodeBase(root).javaScript(Number(lines))) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}
