import type { HyperparameterValue } from "../runtime/hyperparameters";

/** Training options as they are typed: `epochs=3 learningRate=0.01`, with quotes where a value has spaces. */
export function formatAssignments(hyperparameters: Readonly<Record<string, HyperparameterValue>>): string {
  return Object.entries(hyperparameters)
    .map(([name, value]) => `${name}=${quoted(String(value))}`)
    .join(" ");
}

/**
 * The hyperparameters in a line of assignments; their values stay text, since what they stand for is known to the
 * experiment alone. Undefined where the line is none.
 */
export function parseAssignments(line: string): Record<string, string> | undefined {
  const overrides: Record<string, string> = {};
  const rest = line.replaceAll(
    /([^\s=]+)=(?:"((?:\\.|[^"\\])*)"|([^\s"]*))(?=\s|$)/g,
    (_, name: string, text?: string, bare?: string) => {
      overrides[name] = text === undefined ? (bare ?? "") : text.replaceAll(/\\(.)/g, "$1");
      return "";
    },
  );
  return rest.trim() === "" ? overrides : undefined;
}

/** The command that trains a file with these hyperparameters, for a terminal. */
export function commandLine(file: string, hyperparameters: Readonly<Record<string, HyperparameterValue>>): string {
  const settings = Object.entries(hyperparameters).map(
    ([name, value]) => `--set ${quoted(`${name}=${String(value)}`)}`,
  );
  return ["npx shapewright train", quoted(file), ...settings].join(" ");
}

/** A word of a command line; double quotes are understood by every shell. */
function quoted(word: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(word) ? word : `"${word.replaceAll(/["\\$`]/g, "\\$&")}"`;
}
