import type { CliEnvironment } from "./environment";

/** Colours go to terminals alone, and never where `NO_COLOR` is set (https://no-color.org). */
export function usesColor({ output, variables }: CliEnvironment): boolean {
  return output.isTTY && (variables["NO_COLOR"] ?? "") === "";
}
