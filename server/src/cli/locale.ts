import type { CliEnvironment } from "./environment";

/** The language that is asked for: by `--locale`, or by the variables that tell it to every program (POSIX.1, "Locale"). */
export function localeOf(args: readonly string[], { variables }: CliEnvironment): string | undefined {
  const at = args.findIndex((each) => each === "--locale" || each.startsWith("--locale="));
  const asked = args[at]?.includes("=") ? args[at].slice("--locale=".length) : at < 0 ? undefined : args[at + 1];
  const { LC_ALL, LC_MESSAGES, LANG } = variables;
  const chosen = asked ?? [LC_ALL, LC_MESSAGES, LANG].find((each) => each !== undefined && each !== "");
  // `zh_CN.UTF-8`
  return chosen?.replace(/[.@].*$/, "").replace("_", "-");
}
