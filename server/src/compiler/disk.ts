import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { type DirectoryEntry, type FileSystem, normalizePath } from "./fileSystem";

/** The disk, read synchronously: the compiler API that resolves modules has no other way to ask. */
export const diskFileSystem: FileSystem = {
  readFile(path) {
    return attempt(() => {
      const text = readFileSync(path, "utf8");
      // A byte order mark is not part of the text that editors count offsets in.
      return text.startsWith("\uFEFF") ? text.slice(1) : text;
    });
  },
  fileExists(path) {
    return attempt(() => statSync(path, { throwIfNoEntry: false })?.isFile()) ?? false;
  },
  directoryExists(path) {
    return attempt(() => statSync(path, { throwIfNoEntry: false })?.isDirectory()) ?? false;
  },
  readDirectory(path) {
    const entries = attempt(() => readdirSync(path, { withFileTypes: true })) ?? [];
    return entries.flatMap((entry): DirectoryEntry[] => {
      if (entry.isDirectory()) return [{ name: entry.name, kind: "directory" }];
      return entry.isFile() || entry.isSymbolicLink() ? [{ name: entry.name, kind: "file" }] : [];
    });
  },
  realPath(path) {
    return attempt(() => normalizePath(realpathSync(path))) ?? path;
  },
};

/** A file that may not be read, or that vanished since it was listed, is as good as absent. */
function attempt<Result>(read: () => Result): Result | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
