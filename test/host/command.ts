// The command `shapewright` as a shell finds it: built from the sources, so that nothing has to be installed.
import { chmod, copyFile, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { outFolder, projectRoot } from "./paths";

/**
 * Builds the command line into `test/.out/command/NAME`.
 * @returns a folder to put in front of `PATH`, with `shapewright` and an `npx` that runs what it is given
 */
export async function buildCommand(name: string): Promise<string> {
  const folder = join(outFolder, "command", name);
  await mkdir(join(folder, "lib-dts"), { recursive: true });
  const { bundles } = (await import(join(projectRoot, "scripts/bundles.mjs"))) as {
    readonly bundles: { readonly cli: object };
  };
  await build({ absWorkingDir: projectRoot, ...bundles.cli, outfile: join(folder, "cli.js"), sourcemap: false });
  const libraries = join(projectRoot, "node_modules/typescript/lib");
  for (const file of await readdir(libraries)) {
    if (/^lib\.(es5|decorators.*)\.d\.ts$/.test(file))
      await copyFile(join(libraries, file), join(folder, "lib-dts", file));
  }
  await script(join(folder, "shapewright"), `exec "${process.execPath}" "${join(folder, "cli.js")}" "$@"`);
  await script(join(folder, "npx"), `exec "$@"`);
  return folder;
}

async function script(path: string, line: string): Promise<void> {
  await writeFile(path, `#!/bin/sh\n${line}\n`);
  await chmod(path, 0o755);
}
