import type { Dim } from "../shape/dim";
import { asNumber, formatDim } from "../shape/dim";
import { formatShape } from "../shape/shape";
import { t } from "../text/translate";
import { formatBytes, formatCount } from "./quantities";
import type { ModelSummary, SummaryTotals } from "./summary";

/** The columns of a summary; all but the first three are numbers. */
export function columnTitles(): string[] {
  return [t`Layer`, t`Type`, t`Output shape`, t`Parameters`, t`Multiply-adds`, t`Activations`, t`Weights`];
}

/** A summary as people read it: a list of cells for each row, and the totals behind them. */
export function readableRows({ rows, totals }: ModelSummary): string[][] {
  return [
    ...rows.map((row) => [
      row.path,
      row.kind === "unused" ? t`${row.operation} (not used)` : row.operation,
      row.output ? formatShape(row.output) : "",
      ...numbers(row, formatCount, formatBytes),
    ]),
    [t`Total`, "", "", ...numbers(totals, formatCount, formatBytes)],
  ];
}

function numbers(
  row: SummaryTotals,
  count: (dim: Dim) => string,
  bytes: (dim: Dim) => string,
): [string, string, string, string] {
  return [
    row.parameters ? count(row.parameters) : "?",
    row.multiplyAdds ? count(row.multiplyAdds) : "",
    row.activationBytes ? bytes(row.activationBytes) : "",
    row.weightBytes ? bytes(row.weightBytes) : "",
  ];
}

/** A table as GitHub and notebooks render it. */
export function markdownTable(summary: ModelSummary): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`;
  const rule = columnTitles().map((_, i) => (i < 3 ? "---" : "---:"));
  return [line(columnTitles()), line(rule), ...readableRows(summary).map(line)].join("");
}

/** Numbers as they are, for spreadsheets (RFC 4180). */
export function csvTable({ rows }: ModelSummary): string {
  const plain = (dim: Dim): string => String(asNumber(dim) ?? formatDim(dim));
  const lines = rows.map((row) => [
    row.path,
    row.operation,
    row.output ? formatShape(row.output) : "",
    ...numbers(row, plain, plain),
  ]);
  return [columnTitles(), ...lines].map((cells) => `${cells.map(csvCell).join(",")}\r\n`).join("");
}

function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
