/** The server's answer to `shapewright/reproduction`. */
export interface Reproduction {
  readonly files: readonly { readonly name: string; readonly text: string }[];
  readonly expression: string;
  readonly line: number;
  readonly claims: readonly string[];
}

/** With what a report was made. */
export interface ReportedBy {
  readonly versions: Readonly<Record<string, string>>;
  /** Those that are not at their defaults. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** A report as Markdown. It is in English whatever the editor speaks, since those who read it may speak something else again. */
export function reportText(
  { files, expression, line, claims }: Reproduction,
  expected: string,
  { versions, settings }: ReportedBy,
): string {
  const [main] = files;
  const about = `\`${expression.replace(/\s+/g, " ")}\` in line ${line} of ${main?.name ?? "the program"}`;
  return [
    "# Wrong shape",
    `${about}.`,
    "## What Shapewright says",
    fenced("", claims.join("\n")),
    "## What it should be",
    expected.trim() === "" ? "(not said)" : expected.trim(),
    "## Program",
    ...files.map(
      ({ name, text }) => `\`${name}\`\n\n${fenced(/\.([cm]?[jt]sx?)$/.exec(name)?.[1] ?? "", text.trimEnd())}`,
    ),
    "## Versions",
    Object.entries(versions)
      .map(([name, version]) => `- ${name} ${version}`)
      .join("\n"),
    ...(Object.keys(settings).length > 0
      ? ["## Settings", fenced("json", JSON.stringify(settings, undefined, 2))]
      : []),
    "",
  ].join("\n\n");
}

/** A fence that is longer than any in the text, so that the text can't end it. */
function fenced(language: string, text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}
