// A user's folder to work in: a copy of the samples, with the library where npm would have installed it.
import { cp, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { outFolder, projectRoot } from "./paths";

/**
 * Copies the samples to `test/.out/workspaces/<name>`, replacing what an earlier run left there.
 * @returns the folder's absolute path
 */
export async function copySamples(name: string): Promise<string> {
  const folder = join(outFolder, "workspaces", name);
  await rm(folder, { recursive: true, force: true });
  await cp(join(projectRoot, "samples"), folder, { recursive: true });
  await mkdir(join(folder, "node_modules"), { recursive: true });
  await symlink(projectRoot, join(folder, "node_modules/shapewright"), "dir");
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(await userConfiguration(), undefined, 2));
  return folder;
}

/** The compiler options of the samples, without the paths that only hold inside this repository. */
async function userConfiguration(): Promise<object> {
  const base = JSON.parse(await readFile(join(projectRoot, "tsconfig.base.json"), "utf8")) as {
    compilerOptions: Record<string, unknown>;
  };
  const { target, module, moduleResolution, strict } = base.compilerOptions;
  return { compilerOptions: { target, module, moduleResolution, strict, noEmit: true, skipLibCheck: true } };
}
