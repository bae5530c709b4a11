import type { DirectoryEntry, FileSystem } from "./fileSystem";

/** Files that exist only here, by absolute path: for tests, and for code that is not on a disk. */
export class MemoryFileSystem implements FileSystem {
  private readonly files: Map<string, string>;

  constructor(files: Readonly<Record<string, string>>) {
    this.files = new Map(Object.entries(files));
  }

  write(path: string, text: string): void {
    this.files.set(path, text);
  }

  remove(path: string): void {
    this.files.delete(path);
  }

  readFile(path: string): string | undefined {
    return this.files.get(path);
  }

  fileExists(path: string): boolean {
    return this.files.has(path);
  }

  directoryExists(path: string): boolean {
    return this.readDirectory(path).length > 0;
  }

  readDirectory(path: string): readonly DirectoryEntry[] {
    const prefix = path === "/" ? path : `${path}/`;
    const entries = new Map<string, DirectoryEntry>();
    for (const file of this.files.keys()) {
      if (!file.startsWith(prefix)) continue;
      const [name = "", ...below] = file.slice(prefix.length).split("/");
      entries.set(name, { name, kind: below.length === 0 ? "file" : "directory" });
    }
    return [...entries.values()];
  }
}
