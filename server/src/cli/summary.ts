import { resolve } from "node:path";
import pc from "picocolors";
import { diskFileSystem, isSourceFile, normalizePath, Workspace } from "../compiler";
import { mainModels, modelsOf, type Model } from "../ide/models";
import { summarize, type ModelSummary, type SummaryRow, type SummaryTotals } from "../ide/summary";
import { csvTable, markdownTable } from "../ide/summary-table";
import { analyze, type Analysis } from "../interpreter/analyze";
import { libraries } from "../ops";
import { asNumber, formatDim, type Dim } from "../shape/dim";
import type { Shape } from "../shape/shape";
import { usesColor } from "./color";
import { UsageError, type CliEnvironment, type ExitCode } from "./environment";
import { prettySummary } from "./formats/pretty-summary";
import { displayPath, inputFiles } from "./input-files";
import { Reporter, REPORT_VERSION, type Range } from "./report";
import { t } from "../text/translate";

export const SUMMARY_FORMATS = ["pretty", "json", "markdown", "csv"] as const;

export interface SummaryOptions {
  readonly model?: string;
  /** The shape of each input. */
  readonly input: readonly string[];
  /** The size of an open batch. */
  readonly batch?: number;
  readonly format: (typeof SUMMARY_FORMATS)[number];
}

/** `shapewright summary`: a table of a model's layers, from static analysis alone. */
export function summary(environment: CliEnvironment, path: string, options: SummaryOptions): ExitCode {
  const { workingDirectory, output } = environment;
  const file = normalizePath(resolve(workingDirectory, path));
  if (!isSourceFile(file)) throw new UsageError(t`${path} is no TypeScript or JavaScript file.`);
  const workspace = new Workspace(diskFileSystem);
  inputFiles(workspace, workingDirectory, [path]);
  const analysis = analyze(workspace, [file], { libraries });
  const models = chosenModels(analysis, modelsOf(analysis, file), options.model, path);
  const summaries = models.map((model) => summaryOf(analysis, model, options, models.length > 1));
  const known = summaries.filter((one) => typeof one !== "string");
  for (const reason of summaries)
    if (typeof reason === "string") environment.messages.write(`shapewright: ${reason}\n`);
  if (known.length === 0) return 2;
  for (const { name, problems } of known) {
    for (const problem of problems) environment.messages.write(`shapewright: ${name}: ${problem}\n`);
  }
  const reporter = new Reporter(workspace, workingDirectory);
  output.write(formatted(known, options.format, environment, { path: displayPath(workingDirectory, file), reporter }));
  return 0;
}

function chosenModels(
  analysis: Analysis,
  models: readonly Model[],
  name: string | undefined,
  path: string,
): readonly Model[] {
  const names = models.map((model) => model.name);
  if (names.length === 0) {
    throw new UsageError(
      t`${path} declares no model at its top level: no class that extends nn.Module, no variable with a model, no function that makes one.`,
    );
  }
  if (name === undefined) return mainModels(analysis, models);
  const chosen = models.filter((model) => model.name === name);
  if (chosen.length === 0) throw new UsageError(t`${path} has no model ${name}; there is ${names.join(", ")}.`);
  return chosen;
}

function summaryOf(
  analysis: Analysis,
  model: Model,
  { input, batch }: SummaryOptions,
  isOneOfSeveral: boolean,
): ModelSummary | string {
  const made = summarize(analysis, model, { inputs: input, ...(batch === undefined ? {} : { batch }) });
  if (typeof made !== "string") return made;
  const hint = isOneOfSeveral ? ` (--model ${model.name} --input "[…]")` : ` (--input "[…]")`;
  return `${model.name}: ${made}${hint}`;
}

function formatted(
  summaries: readonly ModelSummary[],
  format: SummaryOptions["format"],
  environment: CliEnvironment,
  at: { readonly path: string; readonly reporter: Reporter },
): string {
  switch (format) {
    case "pretty":
      return summaries.map((one) => prettySummary(one, pc.createColors(usesColor(environment)))).join("\n");
    case "markdown":
      return summaries.map((one) => `## ${one.name}\n\n${markdownTable(one)}`).join("\n");
    case "csv":
      return summaries.map(csvTable).join("\r\n");
    case "json": {
      const models = summaries.map((one) => reported(one, at.reporter));
      return `${JSON.stringify({ version: REPORT_VERSION, path: at.path, models }, undefined, 2)}\n`;
    }
  }
}

function reported({ name, span, inputs, rows, totals, problems }: ModelSummary, reporter: Reporter): object {
  return {
    name,
    range: reporter.range(span),
    problems,
    inputs: inputs.map((input) => ({ name: input.name, shape: input.shape ? sizes(input.shape) : null })),
    layers: rows.map((row) => reportedRow(row, reporter)),
    totals: reportedNumbers(totals),
  };
}

function reportedRow(row: SummaryRow, reporter: Reporter): object {
  const place: { path: string; range: Range } | null = row.span ? reporter.place(row.span) : null;
  return {
    name: row.path,
    type: row.operation,
    kind: row.kind,
    place,
    output: row.output ? sizes(row.output) : null,
    ...reportedNumbers(row),
  };
}

function reportedNumbers(row: SummaryTotals): object {
  return {
    parameters: size(row.parameters),
    multiplyAdds: size(row.multiplyAdds),
    activationBytes: size(row.activationBytes),
    weightBytes: size(row.weightBytes),
  };
}

function sizes(shape: Shape): (number | string | null)[] {
  return shape.map(size);
}

function size(dim: Dim | undefined): number | string | null {
  return dim ? (asNumber(dim) ?? formatDim(dim)) : null;
}
