import type { Colors } from "picocolors/types";
import type { Severity } from "../../rules/finding";
import type { CheckedFile, CheckReport, Place, ReportedDiagnostic } from "../report";
import { codeFrame, type FrameLine } from "./code-frame";

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
      ...rest.map((line) => note("note:", line)),
      ...fixes.map(({ title }) => note("fix:", title)),
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
  const counts = [
    counted(severities.filter((severity) => severity === "error").length, "error"),
    counted(severities.filter((severity) => severity === "warning").length, "warning"),
    counted(severities.filter((severity) => severity === "information").length, "remark"),
  ].filter((text) => !text.startsWith("0 "));
  const found = counts.length === 0 ? "No problems" : counts.join(", ");
  const total = sum(files.map(({ coverage }) => coverage.tensorExpressions));
  const known = sum(files.map(({ coverage }) => coverage.known));
  const share =
    total === 0
      ? "No tensors were found."
      : `${percent(known, total)} of ${total} tensor expressions have a known shape.`;
  return `${colors.bold(`${found} in ${counted(files.length, "file")}.`)} ${share}\n`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

/** Rounded down, so that 100% means all. */
function percent(part: number, whole: number): string {
  return `${Math.floor((1000 * part) / whole) / 10}%`;
}
