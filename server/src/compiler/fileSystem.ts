/** What the front end asks of a file system. Paths are absolute with `/`; nothing throws: what cannot be read is not there. */
export interface FileSystem {
  readFile(path: string): string | undefined;
  fileExists(path: string): boolean;
  directoryExists(path: string): boolean;
  /** The entries of one folder, links to folders left out (they may lead in circles); empty when it cannot be read. */
  readDirectory(path: string): readonly DirectoryEntry[];
  /** Where links lead, for package managers that install with them. Absent where there are no links. */
  realPath?(path: string): string;
}

export interface DirectoryEntry {
  readonly name: string;
  readonly kind: "file" | "directory";
}

/** A path as every part of the server names files: with `/`, without a `/` at the end. */
export function normalizePath(path: string): string {
  const slashed = path.replaceAll("\\", "/");
  return slashed.length > 1 && slashed.endsWith("/") ? slashed.slice(0, -1) : slashed;
}

/** The folder that holds `path`; the root is its own. */
export function parentDirectory(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash <= 0 ? "/" : path.slice(0, slash);
}
