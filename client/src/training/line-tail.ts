import * as fs from "node:fs";

/** Reads a text file while it grows: each call returns the lines that were completed since the last one. */
export class LineTail {
  #offset = 0;
  #rest = Buffer.alloc(0);
  #inode: bigint | undefined;
  #restarted = false;

  constructor(private readonly file: string) {}

  /** Passes over what the file holds now: only what is added from here on is read. */
  skip(): void {
    this.#readBytes();
  }

  /** Whether the last call of `read` began at the start again, since another file had taken the place of the one before. */
  get restarted(): boolean {
    return this.#restarted;
  }

  /** The lines that are new, without their ends; none where the file does not exist yet. */
  read(): string[] {
    const added = this.#readBytes();
    if (added.length === 0) return [];
    // Split on bytes: a chunk may end inside a character, but never inside the byte that ends a line.
    const bytes = Buffer.concat([this.#rest, added]);
    const end = bytes.lastIndexOf(0x0a) + 1;
    this.#rest = Buffer.from(bytes.subarray(end));
    if (end === 0) return [];
    return bytes.toString("utf8", 0, end - 1).split("\n");
  }

  /** What follows the last line's end, for the time when nothing more will come. */
  rest(): string {
    return this.#rest.toString("utf8");
  }

  #readBytes(): Buffer {
    this.#restarted = false;
    let descriptor: number;
    try {
      descriptor = fs.openSync(this.file, "r");
    } catch {
      return Buffer.alloc(0);
    }
    try {
      const { ino, size: total } = fs.fstatSync(descriptor, { bigint: true });
      this.#restarted = this.#inode !== undefined && this.#inode !== ino;
      this.#inode = ino;
      if (this.#restarted) [this.#offset, this.#rest] = [0, Buffer.alloc(0)];
      const size = Number(total) - this.#offset;
      if (size <= 0) return Buffer.alloc(0);
      const buffer = Buffer.alloc(size);
      const read = fs.readSync(descriptor, buffer, 0, size, this.#offset);
      this.#offset += read;
      return buffer.subarray(0, read);
    } finally {
      fs.closeSync(descriptor);
    }
  }
}
