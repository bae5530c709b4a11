import type { Colors } from "picocolors/types";
import type { Severity } from "../../rules/finding";
import type { CheckedFile, CheckReport, Place, ReportedDiagnostic } from "../report";
import { codeFrame, type FrameLine } from "./code-frame";
import { t } from "../../text/translate";

/** The lines of a file's text, for showing them. */
export type SourceLines = (path: string) => readonly string[];

/** Diagnostics as a compiler prints them, with the code that they speak about, and a summary. */
export function prettyCheck({ files }: CheckReport, linesOf: SourceLines, colors: Colors): string {
  const printer = new Printer(linesOf, colors);
  const blocks = files.flatMap(({ path, diagnostics }) => diagnostics.map((each) => printer.diagnostic(path, each)));
  return [...blocks, summary(files, colors)].join("\n");
}

class Printer {
  constructor(
    private readonly linesOf: SourceLines,
    private readonly colors: Colors,
  ) {}

  diagnostic(path: string, { code, severity, range, message, related, fixes }: ReportedDiagnostic): string {
    const { colors } = this;
    const paint = paintOf(severity, colors);
    const [headline = "", ...rest] = message.split("\n");
    const frames = [
      { arrow: "-->", place: { path, range }, mark: "^", label: "", paint },
      ...related.map((place) => ({ arrow: ":::", place, mark: "-", label: place.message, paint: colors.cyan })),
    ];
    const width = String(Math.max(...frames.map(({ place }) => place.range.end.line + 1))).length;
    const margin = " ".repeat(width);
    const note = (name: string, text: string): string => `${margin} ${colors.dim("=")} ${colors.bold(name)} ${text}\n`;
    return [
      `${paint(colors.bold(`${severity}[${code}]`))}${colors.bold(`: ${headline}`)}\n`,
      ...frames.map((frame) => this.frame(frame, margin)),
      ...rest.map((line) => note(t`note:`, line)),
      ...fixes.map(({ title }) => note(t`fix:`, title)),
    ].join("");
  }

  private frame({ arrow, place, mark, label, paint }: Frame, margin: string): string {
    const { dim } = this.colors;
    const { start } = place.range;
    const lines = codeFrame(this.linesOf(place.path), place.range, mark);
    const source = (line: FrameLine): string => {
      const gutter = line.number === undefined ? margin : String(line.number).padStart(margin.length);
      return `${dim(`${gutter} |`)} ${line.text}\n`;
    };
    const marks = (line: FrameLine, index: number): string => {
      if (line.marks === "") return "";
      const text = index === lines.length - 1 && label !== "" ? `${line.marks} ${label}` : line.marks;
      return `${dim(`${margin} |`)} ${text.replace(/\S.*$/, (marked) => paint(marked))}\n`;
    };
    return [
      `${margin}${dim(arrow)} ${place.path}:${start.line + 1}:${start.character + 1}\n`,
      `${dim(`${margin} |`)}\n`,
      ...lines.map((line, index) => source(line) + marks(line, index)),
    ].join("");
  }
}

interface Frame {
  readonly arrow: string;
  readonly place: Place;
  readonly mark: string;
  readonly label: string;
  readonly paint: (text: string) => string;
}

function paintOf(severity: Severity, colors: Colors): (text: string) => string {
  if (severity === "error") return colors.red;
  return severity === "warning" ? colors.yellow : colors.blue;
}

function summary(files: readonly CheckedFile[], colors: Colors): string {
  const severities = files.flatMap(({ diagnostics }) => diagnostics.map(({ severity }) => severity));
  const count = (severity: Severity): number => severities.filter((each) => each === severity).length;
  const [errors, warnings, remarks] = [count("error"), count("warning"), count("information")];
  const counts = [
    ...(errors > 0 ? [errors === 1 ? t`1 error` : t`${errors} errors`] : []),
    ...(warnings > 0 ? [warnings === 1 ? t`1 warning` : t`${warnings} warnings`] : []),
    ...(remarks > 0 ? [remarks === 1 ? t`1 remark` : t`${remarks} remarks`] : []),
  ];
  const found = counts.length === 0 ? t`No problems` : counts.join(t`, `);
  const where = files.length === 1 ? t`${found} in 1 file.` : t`${found} in ${files.length} files.`;
  const total = sum(files.map(({ coverage }) => coverage.tensorExpressions));
  const known = sum(files.map(({ coverage }) => coverage.known));
  const share =
    total === 0
      ? t`No tensors were found.`
      : t`${percent(known, total)} of ${total} tensor expressions have a known shape.`;
  return `${colors.bold(where)} ${share}\n`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

/** Rounded down, so that 100% means all. */
function percent(part: number, whole: number): string {
  return `${Math.floor((1000 * part) / whole) / 10}%`;
}
