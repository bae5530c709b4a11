import type { Colors } from "picocolors/types";
import type { TracedFact, TracedFile, TraceReport } from "../report";
import { t } from "../../text/translate";

/** One line for each fact, aligned within its file: where, what, which shape, and in which function. */
export function prettyTrace({ files }: TraceReport, colors: Colors): string {
  return files
    .filter(({ facts }) => facts.length > 0)
    .map((file) => fileTable(file, colors))
    .join("\n");
}

const LONGEST_TEXT = 48;

function fileTable({ path, facts }: TracedFile, colors: Colors): string {
  const rows = facts.map((fact) => ({
    place: `${fact.range.start.line + 1}:${fact.range.start.character + 1}`,
    text: shortened(fact.text),
    value: describe(fact),
    context: fact.context,
  }));
  const placeWidth = Math.max(...rows.map(({ place }) => place.length));
  const textWidth = Math.max(...rows.map(({ text }) => text.length));
  const lines = rows.map(({ place, text, value, context }) => {
    const within = context === "" ? "" : colors.dim(t`  in ${context}`);
    return `  ${colors.dim(place.padStart(placeWidth))}  ${text.padEnd(textWidth)}  ${colors.cyan(value)}${within}\n`;
  });
  return [`${colors.bold(path)}\n`, ...lines].join("");
}

function describe({ shape, dtype, stride, contiguous }: TracedFact): string {
  const layout = stride && contiguous !== true ? t`, strides [${stride.join(", ")}]` : "";
  const verdict = contiguous === false ? t`, not contiguous` : "";
  return `${shape ? `[${shape.join(", ")}]` : t`shape unknown`}${dtype ? ` ${dtype}` : ""}${layout}${verdict}`;
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length <= LONGEST_TEXT ? line : `${line.slice(0, LONGEST_TEXT - 1)}…`;
}
