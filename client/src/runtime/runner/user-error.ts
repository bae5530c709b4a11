import * as path from "node:path";
import type { CodePlace } from "./protocol";

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
  const unparsable = unparsableCode.exec(error.message);
  if (unparsable) {
    const [, problem, file = "", row, column] = unparsable;
    return `${problem} (${path.relative(folder, file)}:${row}:${column})`;
  }
  const sentence = error.message.replace(/\nRequire stack:[\s\S]*$/, "");
  const message = error.name === "Error" ? sentence : `${error.name}: ${sentence}`;
  const place = userFrame(error.stack ?? "", folder);
  return place ? `${message} (${path.relative(folder, place.file)}:${place.line})` : message;
}

const unparsableCode = /^ParseError: (.*?)\s*\n\s*(.+):(\d+):(\d+)\s*$/s;

/** Where in the user's code something went wrong; undefined where that is not known. */
export function placeOfUserError(error: unknown, folder: string): CodePlace | undefined {
  if (!(error instanceof Error)) return undefined;
  const [, , file, row] = unparsableCode.exec(error.message) ?? [];
  return file === undefined ? userFrame(error.stack ?? "", folder) : { file, line: Number(row) };
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
 * The innermost frame of a stack that lies in the user's own code: in their folder, where any is. The
 * column is left out: on a file's first line the loader's own preamble counts into it.
 */
function userFrame(stack: string, folder: string): CodePlace | undefined {
  const places: CodePlace[] = [];
  for (const line of stack.split("\n")) {
    const match = /(?:\(|at |@)(?:async )?(?:file:\/\/)?([^()]+?):(\d+):\d+\)?$/.exec(line.trim());
    const [, file, row] = match ?? [];
    if (file === undefined || !path.isAbsolute(file)) continue;
    if (file.includes(`${path.sep}node_modules${path.sep}`) || file.startsWith(__dirname + path.sep)) continue;
    places.push({ file, line: Number(row) });
  }
  const isInside = ({ file }: CodePlace) => {
    const relative = path.relative(folder, file);
    return !relative.startsWith("..") && !path.isAbsolute(relative);
  };
  return places.find(isInside) ?? places[0];
}
