/** The disk refused: the user has to make room or choose another folder. */
export class StorageError extends Error {
  override readonly name = "StorageError";

  /** @param cause what the file system threw. */
  constructor(folder: string, cause: unknown) {
    super(describe(folder, cause), { cause });
  }
}

/** What is wrong with a folder, and what to do about it. */
function describe(folder: string, error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
      return `The disk is full: nothing more can be written to ${folder}. Make room or choose another folder for runs.`;
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return `${folder} cannot be written. Change its permissions or choose another folder for runs.`;
    case "ENOENT":
      return `${folder} is gone. It was moved or deleted while the run was using it.`;
    default:
      return `Writing to ${folder} failed: ${message}`;
  }
}
