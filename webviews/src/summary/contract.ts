/** The messages between the extension and the panel of a model's summary, with the checks for both directions. */

/** A number as it is read, and for sorting as it is; `null` where it depends on an open size. */
export interface SummaryCell {
  readonly text: string;
  readonly value: number | null;
}

export interface SummaryRowView {
  readonly path: string;
  readonly type: string;
  readonly output: string;
  readonly isUsed: boolean;
  readonly numbers: readonly SummaryCell[];
  /** Whether the code that calls it can be shown. */
  readonly hasSource: boolean;
}

/** A model as the panel shows it. */
export interface SummaryView {
  /** The file, relative to the workspace where it lies in one. */
  readonly file: string;
  readonly models: readonly string[];
  readonly model: string;
  /** Why there is no table. */
  readonly message: string;
  readonly inputs: readonly { readonly name: string; readonly shape: string }[];
  readonly problems: readonly string[];
  /** Titles; those from the fourth on are of numbers. */
  readonly columns: readonly string[];
  readonly rows: readonly SummaryRowView[];
  readonly totals: readonly SummaryCell[];
}

export interface SummaryState {
  readonly type: "summary";
  readonly view: SummaryView;
}

export const tableFormats = ["markdown", "csv"] as const;
export type TableFormat = (typeof tableFormats)[number];

/** What the panel asks of the extension. */
export type SummaryRequest =
  | { readonly type: "ready" }
  | {
      readonly type: "ask";
      readonly model: string;
      /** Shapes as annotations write them; an empty one is taken from the code. */
      readonly inputs: readonly string[];
      /** 0: left open. */
      readonly batch: number;
    }
  | { readonly type: "reveal"; readonly row: number }
  | { readonly type: "copy"; readonly format: TableFormat };

/** What the panel keeps across reloads. */
export interface SummarySettings {
  readonly uri: string;
  readonly model: string;
}

export function parseSummaryRequest(message: unknown): SummaryRequest | undefined {
  if (!isObject(message)) return undefined;
  const { type, model, inputs, batch, row, format } = message;
  switch (type) {
    case "ready":
      return { type };
    case "ask":
      return typeof model === "string" && isList(inputs, isText) && isCount(batch)
        ? { type, model, inputs, batch }
        : undefined;
    case "reveal":
      return isCount(row) ? { type, row } : undefined;
    case "copy": {
      const known = tableFormats.find((one) => one === format);
      return known && { type, format: known };
    }
    default:
      return undefined;
  }
}

export function parseSummaryState(message: unknown): SummaryState | undefined {
  if (!isObject(message) || message["type"] !== "summary" || !isView(message["view"])) return undefined;
  return { type: "summary", view: message["view"] };
}

export function parseSummarySettings(state: unknown): SummarySettings | undefined {
  if (!isObject(state) || typeof state["uri"] !== "string" || typeof state["model"] !== "string") return undefined;
  return { uri: state["uri"], model: state["model"] };
}

function isView(value: unknown): value is SummaryView {
  if (!isObject(value)) return false;
  const { file, models, model, message, inputs, problems, columns, rows, totals } = value;
  return (
    [file, model, message].every(isText) &&
    [models, problems, columns].every((list) => isList(list, isText)) &&
    isList(inputs, (one): one is object => isObject(one) && isText(one["name"]) && isText(one["shape"])) &&
    isList(rows, isRow) &&
    isList(totals, isCell)
  );
}

function isRow(value: unknown): value is SummaryRowView {
  if (!isObject(value)) return false;
  const { path, type, output, isUsed, numbers, hasSource } = value;
  return (
    [path, type, output].every(isText) &&
    [isUsed, hasSource].every((flag) => typeof flag === "boolean") &&
    isList(numbers, isCell)
  );
}

function isCell(value: unknown): value is SummaryCell {
  return isObject(value) && isText(value["text"]) && (value["value"] === null || typeof value["value"] === "number");
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0;
}

function isList<T>(value: unknown, isItem: (item: unknown) => item is T): value is T[] {
  return Array.isArray(value) && value.every(isItem);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
