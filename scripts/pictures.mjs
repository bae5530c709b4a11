// Copies the README's pictures from the last browser run (npm test -- e2e), after someone has looked at them.
import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fail, root } from "./project.mjs";

const images = join(root, "docs/images");
await mkdir(images, { recursive: true });
for (const name of ["hover", "mistake", "fix", "graph", "dashboard"]) {
  const taken = join(root, `test/.out/shots/readme-${name}.png`);
  await copyFile(taken, join(images, `${name}.png`)).catch(() =>
    fail(`${taken} does not exist. Take the pictures first: npm test -- build e2e`),
  );
}
