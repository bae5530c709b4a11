import { accessSync, constants, statSync } from "node:fs";
import { relative, resolve } from "node:path";
import { isSourceFile, normalizePath, type Workspace } from "../compiler";
import { UsageError } from "./environment";
import { t } from "../text/translate";

/** The source files that the arguments mean, absolute, each once, in order. Throws {@link UsageError} for one that can't be read. */
export function inputFiles(workspace: Workspace, workingDirectory: string, paths: readonly string[]): string[] {
  const files = paths.flatMap((path) => filesOf(workspace, path, normalizePath(resolve(workingDirectory, path))));
  const unique = [...new Set(files)].sort();
  for (const file of unique) assertReadable(file, displayPath(workingDirectory, file));
  return unique;
}

function filesOf(workspace: Workspace, path: string, absolute: string): string[] {
  const entry = statSync(absolute, { throwIfNoEntry: false });
  if (!entry) throw new UsageError(t`${path} does not exist.`);
  if (entry.isFile() && !isSourceFile(absolute)) {
    throw new UsageError(t`${path} is no TypeScript or JavaScript file (.ts .tsx .mts .cts .js .jsx .mjs .cjs).`);
  }
  if (entry.isDirectory()) assertReadable(absolute, path);
  return workspace.files(absolute);
}

function assertReadable(absolute: string, path: string): void {
  try {
    accessSync(absolute, constants.R_OK);
  } catch {
    throw new UsageError(t`${path} can't be read: check its permissions.`);
  }
}

/** The path as it is shown: relative to the working directory, with `/`. */
export function displayPath(workingDirectory: string, file: string): string {
  return normalizePath(relative(workingDirectory, file));
}
