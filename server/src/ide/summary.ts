import type { Analysis } from "../interpreter/analyze";
import { annotatedTensor, parameterAnnotation, type Annotation, type NamedSizes } from "../interpreter/annotation";
import { parseAnnotation } from "../interpreter/annotation-text";
import { callValue } from "../interpreter/call";
import { findMember } from "../interpreter/class";
import type { Machine } from "../interpreter/machine";
import { NativeCall, nowhere } from "../interpreter/native-call";
import { getProperty } from "../interpreter/property";
import { attempted } from "../interpreter/trial";
import type { Dialect, ObjectValue, TensorOrigin, TensorValue, Value } from "../interpreter/value";
import type { Parameter } from "../ir";
import { Span } from "../ir";
import { multiplyAdds } from "../ops/explain/work";
import { add, asNumber, constant, multiply, substitute, symbolsOf } from "../shape/dim";
import type { Dim } from "../shape/dim";
import { numel, type Shape } from "../shape/shape";
import type { Model } from "./models";
import { bytesOf } from "./memory";
import { describeParts, type Part } from "./parts";

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

/** What is asked of a summary. */
export interface SummaryRequest {
  /** Shapes as annotations write them, one for each input in its order; what is left out is taken from the code. */
  readonly inputs?: readonly (string | null)[];
  /** The size that an open batch has. */
  readonly batch?: number;
}

/** Summarises a model; a sentence when its input is not known or can't be read. */
export function summarize({ machine }: Analysis, model: Model, request: SummaryRequest = {}): ModelSummary | string {
  const { file } = model.span;
  const given = attempted(machine, file, () => inputsOf(machine, model, request)) ?? "its code could not be followed";
  if (typeof given === "string") return given;
  const parts = describeParts(machine, model.object);
  const tensors = given.map(({ tensor }) => tensor);
  const problems = new Set<string>();
  const results = traced(machine, () =>
    attempted(machine, file, () => {
      const { diagnostics } = machine.recorder.capturing(() => apply(machine, model.object, tensors));
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

interface GivenInput {
  readonly name: string;
  readonly tensor: TensorValue;
}

function inputsOf(m: Machine, model: Model, { inputs = [], batch }: SummaryRequest): GivenInput[] | string {
  const names: NamedSizes = new Map();
  const declared = declaredInputs(m, model.object, names);
  const all: GivenInput[] = [];
  for (let i = 0; i < Math.max(declared.length, inputs.length, 1); i++) {
    const text = inputs[i] ?? undefined;
    const { name = "input", tensor } = declared[i] ?? {};
    const chosen = text === undefined ? tensor : writtenInput(text, tensor, dialectOf(m, model.object), names);
    if (typeof chosen === "string") return `${text}: ${chosen}.`;
    if (!chosen?.shape) {
      return `Nothing says which shape ${name} has. Give it one, for example [N, 3, 32, 32], or annotate it with @shape.`;
    }
    all.push({ name, tensor: withBatch(chosen, batch) });
  }
  return all;
}

function dialectOf(m: Machine, object: ObjectValue): Dialect {
  const record = m.heap.object(object);
  return record.type === "record" && record.payload?.kind === "model" ? "tfjs" : "torch";
}

function writtenInput(
  text: string,
  declared: TensorValue | undefined,
  dialect: Dialect,
  names: NamedSizes,
): TensorValue | string {
  const parsed = parseAnnotation(text);
  if ("error" in parsed) return parsed.error;
  const annotation: Annotation = {
    dims: parsed.dims,
    text,
    span: Span.at("", 0, 0),
    source: "@shape",
    contract: true,
    dialect: declared?.dialect ?? dialect,
  };
  const tensor = annotatedTensor(annotation, names);
  return { ...tensor, dtype: declared?.dtype };
}

/** A batch is the first size, where that is a name. */
function withBatch(tensor: TensorValue, batch: number | undefined): TensorValue {
  const [first] = tensor.shape ?? [];
  if (batch === undefined || !first || asNumber(first) !== undefined) return tensor;
  const symbols = symbolsOf(first);
  const replaced = (size: Dim): Dim =>
    substitute(size, (symbol) => (symbols.includes(symbol) ? constant(batch) : undefined));
  return { ...tensor, shape: tensor.shape?.map(replaced), strides: tensor.strides?.map(replaced) };
}

/** What the code says of a model's inputs: annotations, types, what callers pass, or a graph's own. */
function declaredInputs(m: Machine, object: ObjectValue, names: NamedSizes): { name: string; tensor?: TensorValue }[] {
  const record = m.heap.object(object);
  if (record.type !== "record") return [];
  if (record.payload?.kind === "model") {
    const inputs = new NativeCall(m, nowhere(m)).elements(getProperty(m, object, "inputs")) ?? [];
    return inputs.flatMap((input, i) =>
      input.kind === "tensor" ? [{ name: inputs.length > 1 ? `input ${i + 1}` : "input", tensor: real(input) }] : [],
    );
  }
  if (record.prototype?.kind !== "class") return [];
  const forward = findMember(record.prototype, "forward", ["method"])?.member.function;
  if (!forward) return [];
  return forward.parameters.flatMap((parameter, index) => {
    if (parameter.optional || parameter.rest || parameter.pattern.kind === "defaultPattern") return [];
    const annotation = parameterAnnotation(m, forward, index);
    const tensor = annotation ? annotatedTensor(annotation, names) : undefined;
    const called = tensor?.shape ? tensor : (passedTo(m, parameter) ?? tensor);
    return [{ name: nameOf(parameter), ...(called ? { tensor: called } : {}) }];
  });
}

function real(tensor: TensorValue): TensorValue {
  return { ...tensor, form: "tensor", origin: undefined };
}

function nameOf({ pattern }: Parameter): string {
  return pattern.kind === "binding" ? pattern.name : "input";
}

/** The first tensor that the program passes for a parameter. */
function passedTo(m: Machine, { pattern }: Parameter): TensorValue | undefined {
  for (const fact of m.recorder.facts(pattern.span.file)) {
    const { span, value } = fact;
    if (
      value.kind === "tensor" &&
      value.shape &&
      span.start === pattern.span.start &&
      span.file === pattern.span.file
    ) {
      return { ...value, origin: undefined };
    }
  }
  return undefined;
}

/** What the layers and operations that run make, in their order. */
function traced(m: Machine, run: () => void): readonly Value[] {
  const base = m.heap.layer;
  m.heap.push();
  m.traced = [];
  try {
    run();
    return m.traced.map((value) => firstTensor(m, value) ?? value);
  } finally {
    m.traced = undefined;
    m.heap.layer = base;
  }
}

function apply(m: Machine, model: ObjectValue, inputs: readonly TensorValue[]): void {
  const record = m.heap.object(model);
  const site = nowhere(m);
  const argumentsOf = (values: readonly Value[]) => values.map((value) => ({ value, span: site.span }));
  if (record.type !== "record" || record.payload?.kind !== "model") {
    callValue(m, model, { ...site, args: argumentsOf(inputs) });
    return;
  }
  const method = getProperty(m, model, "apply");
  const [only] = inputs;
  const fed = inputs.length === 1 && only ? only : new NativeCall(m, site).array(inputs);
  const callee = method.kind === "native" ? { ...method, self: model } : method;
  callValue(m, callee, { ...site, receiver: { value: model, span: site.span }, args: argumentsOf([fed]) });
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

/** Stacks of layers that are copies of one another are not counted one by one. */
const UNCOUNTED = new Set(["Transformer", "TransformerEncoder", "TransformerDecoder"]);

function ownCount({ call, operation }: TensorOrigin, part: Part | undefined): Dim | undefined {
  if (UNCOUNTED.has(operation)) return undefined;
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
