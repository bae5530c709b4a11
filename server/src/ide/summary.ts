import type { Analysis } from "../interpreter/analyze";
import type { Machine } from "../interpreter/machine";
import { NativeCall, nowhere } from "../interpreter/native-call";
import { attempted } from "../interpreter/trial";
import type { TensorOrigin, TensorValue, Value } from "../interpreter/value";
import { watched } from "../interpreter/witness";
import type { Span } from "../ir";
import { multiplyAdds } from "../ops/explain/work";
import { add, constant, multiply } from "../shape/dim";
import type { Dim } from "../shape/dim";
import { numel, type Shape } from "../shape/shape";
import type { Model } from "./models";
import { applyModel, modelInputs, type InputRequest } from "./model-run";
import { bytesOf } from "./memory";
import { describeParts, type Part } from "./parts";
import { t } from "../text/translate";

/** What a model does to an input of one shape, layer by layer, in the order in which the layers run. */
export interface ModelSummary {
  readonly name: string;
  readonly span: Span;
  readonly inputs: readonly ModelInput[];
  readonly rows: readonly SummaryRow[];
  readonly totals: SummaryTotals;
  /** Why the model does not take that input, when it does not. */
  readonly problems: readonly string[];
}

export interface ModelInput {
  /** `x` */
  readonly name: string;
  /** `undefined`: nothing says what shape it has. */
  readonly shape: Shape | undefined;
}

export interface SummaryRow {
  /** Where the layer stands in the model, `features.0`, or what the operation is called. */
  readonly path: string;
  /** `Conv2d`, `matmul` */
  readonly operation: string;
  /** Operations are in the table for their work. */
  readonly kind: "layer" | "operation" | "unused" | "parameter";
  /** Where it is called, or for what is not called, made. */
  readonly span: Span | undefined;
  readonly output: Shape | undefined;
  /** That it brings in: a layer that runs twice brings its parameters once. */
  readonly parameters: Dim | undefined;
  readonly multiplyAdds: Dim | undefined;
  readonly activationBytes: Dim | undefined;
  readonly weightBytes: Dim | undefined;
}

export type SummaryTotals = Pick<SummaryRow, "parameters" | "multiplyAdds" | "activationBytes" | "weightBytes">;

/** Summarises a model; a sentence when its input is not known or can't be read. */
export function summarize({ machine }: Analysis, model: Model, request: InputRequest = {}): ModelSummary | string {
  const { file } = model.span;
  const given =
    attempted(machine, file, () => modelInputs(machine, model.object, request)) ?? t`its code could not be followed`;
  if (typeof given === "string") return given;
  const unknown = given.find(({ tensor }) => !tensor.shape);
  if (unknown) {
    return t`Nothing says which shape ${unknown.name} has. Give it one, for example [N, 3, 32, 32], or annotate it with @shape.`;
  }
  const parts = describeParts(machine, model.object);
  const tensors = given.map(({ tensor }) => tensor);
  const problems = new Set<string>();
  const results = traced(machine, () =>
    attempted(machine, file, () => {
      const { diagnostics } = machine.recorder.capturing(() => applyModel(machine, model.object, tensors));
      // Annotations say what the program passes; whoever asks for another input knows that.
      for (const { severity, code, message } of diagnostics)
        if (severity === "error" && code !== "shape-annotation") problems.add(message);
    }),
  );
  const rows = rowsOf(results, parts, new Namer());
  return {
    name: model.name,
    span: model.span,
    inputs: given.map(({ name, tensor }) => ({ name, shape: tensor.shape })),
    rows,
    totals: totalsOf(rows),
    problems: [...problems],
  };
}

/** What the layers and operations that run make, in their order. */
function traced(m: Machine, run: () => void): readonly Value[] {
  const base = m.heap.layer;
  m.heap.push();
  const results: Value[] = [];
  const marks = { mark: () => results.length, rewind: (mark: number) => void (results.length = mark) };
  const made = (result: Value): void => {
    // A layer has told of its result before the call that it answers does.
    if (results.at(-1) !== result) results.push(result);
  };
  try {
    watched(m, { made, ...marks }, run);
    return results.map((value) => firstTensor(m, value) ?? value);
  } finally {
    m.heap.layer = base;
  }
}

/** A recurrent layer gives its output and, behind it, its states. */
function firstTensor(m: Machine, value: Value): TensorValue | undefined {
  if (value.kind === "tensor") return value;
  const elements = new NativeCall(m, nowhere(m)).elements(value);
  return elements?.[0]?.kind === "tensor" ? elements[0] : undefined;
}

/** Names for layers that no property holds: `dense`, `dense 2`. */
class Namer {
  private readonly counts = new Map<string, number>();

  name(operation: string): string {
    const count = (this.counts.get(operation) ?? 0) + 1;
    this.counts.set(operation, count);
    return count === 1 ? operation : `${operation} ${count}`;
  }
}

function rowsOf(results: readonly Value[], parts: ReadonlyMap<number, Part>, namer: Namer): SummaryRow[] {
  const rows: SummaryRow[] = [];
  const seen = new Set<number>();
  for (const result of results) {
    if (result.kind !== "tensor" || !result.origin) continue;
    const { origin, shape, dtype } = result;
    const work = multiplyAdds(result);
    const layer = origin.call?.layer;
    const isLayer = layer !== undefined || origin.call?.weights !== undefined;
    if (!isLayer && !work) continue;
    const isRepeated = layer !== undefined && seen.has(layer);
    if (layer !== undefined) seen.add(layer);
    const part = layer === undefined ? undefined : parts.get(layer);
    const parameters = isLayer && !isRepeated ? ownCount(origin, part) : constant(0);
    rows.push({
      path: part?.path ?? namer.name(origin.operation),
      operation: origin.operation,
      kind: isLayer ? "layer" : "operation",
      span: origin.span,
      output: shape,
      parameters,
      multiplyAdds: work,
      activationBytes: shape && multiply(numel(shape), constant(bytesOf(dtype))),
      weightBytes: parameters && multiply(parameters, constant(4)),
    });
  }
  return [...rows, ...restOf(parts, seen)];
}

function ownCount({ call }: TensorOrigin, part: Part | undefined): Dim | undefined {
  return Object.entries(call?.weights ?? {})
    .filter(([name]) => !part?.replaced.has(name))
    .map(([, shape]) => numel(shape))
    .reduce(add, constant(0));
}

/** What the model has and this run did not use, and parameters that are in no layer. */
function restOf(parts: ReadonlyMap<number, Part>, seen: ReadonlySet<number>): SummaryRow[] {
  return [...parts].flatMap(([id, { path, operation, parameters, span, kind }]) => {
    if (seen.has(id) || !parameters || parameters === constant(0)) return [];
    const isParameter = kind === "parameter";
    return [
      {
        path,
        operation,
        kind: isParameter ? ("parameter" as const) : ("unused" as const),
        span,
        output: undefined,
        parameters,
        multiplyAdds: undefined,
        activationBytes: undefined,
        weightBytes: multiply(parameters, constant(4)),
      },
    ];
  });
}

function totalsOf(rows: readonly SummaryRow[]): SummaryTotals {
  const total = (sizeOf: (row: SummaryRow) => Dim | undefined): Dim =>
    rows.reduce((sum, row) => add(sum, sizeOf(row) ?? constant(0)), constant(0));
  return {
    parameters: rows.some(({ parameters }) => parameters === undefined) ? undefined : total((row) => row.parameters),
    multiplyAdds: total((row) => row.multiplyAdds),
    activationBytes: total((row) => row.activationBytes),
    weightBytes: total((row) => row.weightBytes),
  };
}
