import type { SummaryRowView } from "./contract";

/** A row and its place in the order in which the layers run. */
export interface NumberedRow {
  readonly row: SummaryRowView;
  readonly index: number;
}

export interface Sorting {
  /** Counted from the left; the first three are texts. */
  readonly column: number;
  readonly descending: boolean;
}

/** The rows in which every word of the filter occurs, in the order that is asked for, else in that of the model. */
export function arrangedRows(
  rows: readonly SummaryRowView[],
  filter: string,
  sorting: Sorting | undefined,
): NumberedRow[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const numbered = rows.map((row, index) => ({ row, index }));
  const matching = numbered.filter(({ row: { path, type, output } }) => {
    const text = `${path} ${type} ${output}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  if (!sorting) return matching;
  const { column, descending } = sorting;
  return matching.sort((a, b) => (descending ? -1 : 1) * compare(a.row, b.row, column) || a.index - b.index);
}

/** What depends on an open size counts for more than any number. */
function compare(a: SummaryRowView, b: SummaryRowView, column: number): number {
  const texts = [a.path, a.type, a.output][column];
  if (texts !== undefined) return texts.localeCompare([b.path, b.type, b.output][column] ?? "");
  const [left, right] = [a, b].map(({ numbers }) => numbers[column - 3]?.value ?? Infinity);
  return left === right ? 0 : (left ?? 0) - (right ?? 0);
}
