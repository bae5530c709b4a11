import * as path from "node:path";

/** A failure whose message is meant for the user as it is. */
export class UserError extends Error {
  override readonly name = "UserError";
}

/**
 * Says what went wrong in the user's code and where: the message, then the innermost place that is theirs.
 *
 * @param folder what places are given relative to.
 */
export function describeUserError(error: unknown, folder: string): string {
  if (!(error instanceof Error)) return `The code threw ${String(error)}, which is not an Error.`;
  const missing = missingPackage(error);
  if (missing) return missing;
  const unparsable = /^ParseError: (.*?)\s*\n\s*(.+):(\d+):(\d+)\s*$/s.exec(error.message);
  if (unparsable) {
    const [, problem, file = "", row, column] = unparsable;
    return `${problem} (${path.relative(folder, file)}:${row}:${column})`;
  }
  const sentence = error.message.replace(/\nRequire stack:[\s\S]*$/, "");
  const message = error.name === "Error" ? sentence : `${error.name}: ${sentence}`;
  const place = userFrame(error.stack ?? "", folder);
  return place ? `${message} (${place})` : message;
}

/** A package that the user's code imports and that is not installed, told with the command that installs it. */
function missingPackage(error: Error): string | undefined {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== "MODULE_NOT_FOUND" && code !== "ERR_MODULE_NOT_FOUND") return undefined;
  const specifier = /Cannot find (?:module|package) '([^']+)'/.exec(error.message)?.[1];
  if (specifier === undefined || specifier.startsWith(".") || path.isAbsolute(specifier)) return undefined;
  const name = specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
  return `The package "${name}" is not installed. Run \`npm install ${name}\` in the folder of your package.json.`;
}

/**
 * The innermost frame of a stack that lies in the user's own code, as `file:line`: in their folder, where any is. The
 * column is left out: on a file's first line the loader's own preamble counts into it.
 */
function userFrame(stack: string, folder: string): string | undefined {
  const places: string[] = [];
  for (const line of stack.split("\n")) {
    const match = /(?:\(|at |@)(?:async )?(?:file:\/\/)?([^()]+?):(\d+):\d+\)?$/.exec(line.trim());
    const [, file, row] = match ?? [];
    if (file === undefined || !path.isAbsolute(file)) continue;
    if (file.includes(`${path.sep}node_modules${path.sep}`) || file.startsWith(__dirname + path.sep)) continue;
    places.push(`${path.relative(folder, file)}:${row}`);
  }
  return places.find((place) => !place.startsWith("..") && !path.isAbsolute(place)) ?? places[0];
}
