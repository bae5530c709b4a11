import type { FileSystem } from "./fileSystem";

const SOURCE = /\.([cm]?[jt]s|[jt]sx)$/;
const DECLARATION = /\.d\.([^./]+\.)?[cm]?ts$/;

/** Beyond these a folder is no workspace but somebody's whole disk. */
const MAX_FILES = 20_000;
const MAX_DIRECTORIES = 50_000;

/** Whether a file holds code of this front end, judged by its name. Declaration files hold none. */
export function isSourceFile(path: string): boolean {
  return SOURCE.test(path) && !DECLARATION.test(path);
}

/** The source files in a folder and below, sorted by path; installed packages and hidden folders are not entered. */
export function sourceFiles(fileSystem: FileSystem, path: string): string[] {
  if (fileSystem.fileExists(path)) return isSourceFile(path) ? [path] : [];
  const files: string[] = [];
  const pending = [path];
  for (let visited = 0; visited < MAX_DIRECTORIES && files.length < MAX_FILES; visited++) {
    const directory = pending.shift();
    if (directory === undefined) break;
    for (const entry of fileSystem.readDirectory(directory)) {
      const inner = directory === "/" ? `/${entry.name}` : `${directory}/${entry.name}`;
      if (entry.kind === "file" && isSourceFile(entry.name)) files.push(inner);
      const isOwn = entry.name !== "node_modules" && !entry.name.startsWith(".");
      if (entry.kind === "directory" && isOwn) pending.push(inner);
    }
  }
  return files.slice(0, MAX_FILES).sort();
}
