import { lostShapes } from "../ide/coverage";
import { modelsOf } from "../ide/models";
import { columnTitles, csvTable, markdownTable } from "../ide/summary-table";
import { summarize, type ModelSummary, type SummaryRow } from "../ide/summary";
import { asNumber } from "../shape/dim";
import { formatShape } from "../shape/shape";
import { formatBytes, formatCount } from "../ide/quantities";
import { t } from "../text/translate";
import type { Session } from "./session";
import type { Dim } from "../shape/dim";
import type { Range } from "vscode-languageserver/node";

/** `shapewright/summary`: a model of an open document, layer by layer. */
export interface SummaryParams {
  readonly uri: string;
  /** The first of the file's models unless named. */
  readonly model?: string;
  /** The shape of each input, as annotations write them; `null` for what the code says. */
  readonly inputs?: readonly (string | null)[];
  readonly batch?: number;
}

export interface SummaryAnswer {
  /** The models that the file declares. */
  readonly models: readonly string[];
  readonly model: string | undefined;
  /** Why there is no table. */
  readonly message?: string;
  readonly inputs: readonly { readonly name: string; readonly shape: string }[];
  readonly problems: readonly string[];
  readonly columns: readonly string[];
  readonly rows: readonly SummaryAnswerRow[];
  readonly totals: readonly SummaryCell[];
  readonly markdown: string;
  readonly csv: string;
}

export interface SummaryAnswerRow {
  readonly path: string;
  readonly type: string;
  readonly output: string;
  readonly isUsed: boolean;
  readonly numbers: readonly SummaryCell[];
  readonly uri?: string;
  readonly range?: Range;
}

/** A number as it is read, and for sorting as it is; `null` where it depends on an open size. */
export interface SummaryCell {
  readonly text: string;
  readonly value: number | null;
}

export function registerRequests(session: Session): void {
  session.connection.onRequest("shapewright/summary", (params: SummaryParams, token) =>
    session.answer("a summary", token, empty([], undefined, t`The model could not be summarised.`), () =>
      summary(session, params),
    ),
  );
  session.connection.onRequest("shapewright/coverage", ({ uri }: { uri: string }, token) =>
    session.answer("coverage", token, null, () => coverage(session, uri)),
  );
}

/** `shapewright/coverage`: of how many tensor expressions of a document the shape is known, and why not of the others. */
export interface CoverageAnswer {
  readonly tensorExpressions: number;
  readonly known: number;
  /** What made shapes unknown, what did so most often first. */
  readonly lost: readonly {
    readonly text: string;
    readonly count: number;
    readonly uri: string;
    readonly range: Range;
  }[];
}

const MOST_REASONS = 20;

async function coverage(session: Session, uri: string): Promise<CoverageAnswer | null> {
  const { documents, project, convert } = session;
  const file = documents.path(uri);
  const analysis = (await session.analysisOf(file))?.analysis.files.get(file);
  if (!analysis) return null;
  const lost = lostShapes(analysis, project).slice(0, MOST_REASONS);
  return {
    ...analysis.coverage,
    lost: lost.map(({ text, count, span }) => ({
      text,
      count,
      uri: documents.uri(span.file),
      range: convert.range(span),
    })),
  };
}

function empty(models: readonly string[], model: string | undefined, message: string): SummaryAnswer {
  const nothing = { inputs: [], problems: [], columns: [], rows: [], totals: [], markdown: "", csv: "" };
  return { models, model, message, ...nothing };
}

async function summary(session: Session, { uri, model, inputs, batch }: SummaryParams): Promise<SummaryAnswer> {
  const file = session.documents.path(uri);
  const found = await session.analysisOf(file);
  const models = found ? modelsOf(found.analysis, file) : [];
  const names = models.map(({ name }) => name);
  const chosen = models.find(({ name }) => name === model) ?? models.at(-1);
  if (!found || !chosen) return empty(names, undefined, t`This file declares no model at its top level.`);
  const request = { ...(inputs ? { inputs } : {}), ...(batch === undefined ? {} : { batch }) };
  const made = summarize(found.analysis, chosen, request);
  return typeof made === "string" ? empty(names, chosen.name, made) : answerOf(session, names, made);
}

function answerOf(session: Session, models: readonly string[], made: ModelSummary): SummaryAnswer {
  return {
    models,
    model: made.name,
    inputs: made.inputs.map(({ name, shape }) => ({ name, shape: formatShape(shape) })),
    problems: made.problems,
    columns: columnTitles(),
    rows: made.rows.map((row) => answerRow(session, row)),
    totals: cells(made.totals),
    markdown: markdownTable(made),
    csv: csvTable(made),
  };
}

function answerRow({ convert, documents }: Session, row: SummaryRow): SummaryAnswerRow {
  const { span } = row;
  return {
    path: row.path,
    type: row.operation,
    output: row.output ? formatShape(row.output) : "",
    isUsed: row.kind !== "unused",
    numbers: cells(row),
    ...(span && span.file !== "" ? { uri: documents.uri(span.file), range: convert.range(span) } : {}),
  };
}

function cells(
  row: Pick<SummaryRow, "parameters" | "multiplyAdds" | "activationBytes" | "weightBytes">,
): SummaryCell[] {
  return [
    cell(row.parameters, formatCount),
    cell(row.multiplyAdds, formatCount),
    cell(row.activationBytes, formatBytes),
    cell(row.weightBytes, formatBytes),
  ];
}

function cell(dim: Dim | undefined, format: (dim: Dim) => string): SummaryCell {
  return dim ? { text: format(dim), value: asNumber(dim) ?? null } : { text: "", value: 0 };
}
