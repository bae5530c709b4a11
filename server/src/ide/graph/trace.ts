import type { Analysis } from "../../interpreter/analyze";
import { annotatedTensor, parameterAnnotation, type NamedSizes } from "../../interpreter/annotation";
import { entryArguments, instanceFor } from "../../interpreter/entry";
import { callFunction } from "../../interpreter/function";
import type { Machine } from "../../interpreter/machine";
import type { Argument } from "../../interpreter/native";
import { NativeCall, nowhere } from "../../interpreter/native-call";
import type { Diagnostic } from "../../interpreter/recorder";
import { attempted } from "../../interpreter/trial";
import type { FunctionValue, TensorValue, Value } from "../../interpreter/value";
import { watched } from "../../interpreter/witness";
import { Span } from "../../ir";
import { applyModel, modelInputs, nameOf, passedTo, type InputRequest } from "../model-run";
import { partNames } from "../parts";
import type { DataFlow, FlowEdge, FlowPart } from "./graph";
import { isGroup } from "./graph";
import { FlowRecorder } from "./recorder";
import { withRepeats } from "./repeats";
import { tidied } from "./tidy";
import { rootsOf, type Subject } from "./subjects";

/** Draws what a model or a function does to its inputs; a sentence when they are not known. */
export function traceFlow({ machine: m }: Analysis, subject: Subject, request: InputRequest = {}): DataFlow | string {
  const { file } = subject.span;
  return attempted(m, file, () => flowOf(m, subject, request)) ?? "its code could not be followed";
}

function flowOf(m: Machine, subject: Subject, request: InputRequest): DataFlow | string {
  const { model, callee } = subject;
  const self = callee?.home && !callee.node.arrow ? instanceFor(m, callee.home) : callee?.self;
  const recorder = new FlowRecorder(m, partNames(m, rootsOf(m, subject, self)), model ?? callee);
  const given = model ? modelInputs(m, model, request) : [];
  if (typeof given === "string") return given;
  const inputs = given.map(({ name, tensor, span }) => entering(recorder, name, tensor, span));
  const base = m.heap.layer;
  m.heap.push();
  try {
    const { result: diagnostics, value } = judged(m, recorder, () => {
      if (model) return applyModel(m, model, inputs);
      const args = callee ? argumentsFor(m, recorder, callee) : [];
      return callee ? callFunction(m, callee, { args, complete: true, self, awaited: true }) : undefined;
    });
    outputsOf(m, recorder, value);
    return finished(subject, recorder, diagnostics);
  } finally {
    m.heap.layer = base;
  }
}

/** Runs something and keeps what it was reported for. */
function judged(m: Machine, recorder: FlowRecorder, run: () => Value | undefined) {
  let value: Value | undefined;
  const { diagnostics } = m.recorder.capturing(() => {
    // Whatever went before a failure is drawn.
    value = attempted(m, m.frame.module.module.file, () => watched(m, recorder, run));
  });
  return { result: diagnostics, value };
}

/** An input knows that it is one: whatever is made of it leads back here. */
function entering(recorder: FlowRecorder, name: string, tensor: TensorValue, span: Span | undefined) {
  const origin = { operation: name, span: span ?? Span.at("", 0, 0), inputs: [] };
  const named: TensorValue = { ...tensor, origin };
  recorder.input(name, named, span);
  return named;
}

/** What callers pass and annotations say; otherwise what any caller may pass. */
function argumentsFor(m: Machine, recorder: FlowRecorder, { node }: FunctionValue): Argument[] {
  const names: NamedSizes = new Map();
  const any = entryArguments(m, node);
  return any.map((argument, index) => {
    const parameter = node.parameters.filter(({ rest }) => !rest)[index];
    if (!parameter) return argument;
    const annotation = parameterAnnotation(m, node, index);
    const declared = annotation ? annotatedTensor(annotation, names) : undefined;
    const passed = declared?.shape ? declared : (passedTo(m, parameter) ?? declared);
    const options = argument.value.kind === "union" ? argument.value.options : [argument.value];
    const tensor = passed ?? options.find((option) => option.kind === "tensor");
    if (!tensor) return argument;
    return { ...argument, value: entering(recorder, nameOf(parameter), tensor, parameter.span) };
  });
}

const MOST_OUTPUTS = 16;

function outputsOf(m: Machine, recorder: FlowRecorder, value: Value | undefined): void {
  const settled = value?.kind === "promise" ? value.value : value;
  if (!settled) return;
  const native = new NativeCall(m, nowhere(m));
  const elements = native.elements(settled);
  const properties = elements ? undefined : native.properties(settled);
  if (elements) {
    for (const [i, each] of elements.slice(0, MOST_OUTPUTS).entries()) recorder.output(`output ${i + 1}`, each);
  } else if (properties) {
    for (const [name, each] of [...properties].slice(0, MOST_OUTPUTS)) recorder.output(name, each);
  } else recorder.output("output", settled);
}

function finished({ name, span }: Subject, recorder: FlowRecorder, diagnostics: readonly Diagnostic[]): DataFlow {
  const problems = new Set<string>();
  for (const diagnostic of diagnostics) {
    // Annotations say what the program passes; whoever asks for another input knows that.
    if (diagnostic.code === "shape-annotation" || diagnostic.severity === "information") continue;
    const node = recorder.placeOf(diagnostic);
    if (!node) problems.add(diagnostic.message);
    else (diagnostic.severity === "error" ? node.errors : node.warnings).push(diagnostic.message);
  }
  const { edges, isCut } = recorder;
  const parts = withRepeats(tidied(withUnused(recorder.parts, edges)), edges);
  return { name, span, parts, edges, problems: [...problems], isCut };
}

/** Marks what nothing that comes out depends on; where nothing comes out, everything counts. */
function withUnused(parts: readonly FlowPart[], edges: readonly FlowEdge[]): FlowPart[] {
  const outputs = parts.filter(({ kind }) => kind === "output");
  if (outputs.length === 0) return [...parts];
  const sources = new Map<number, number[]>();
  for (const { from, to } of edges) sources.set(to, [...(sources.get(to) ?? []), from]);
  const used = new Set(outputs.map(({ id }) => id));
  const pending = [...used];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    for (const source of sources.get(next) ?? []) {
      if (used.has(source)) continue;
      used.add(source);
      pending.push(source);
    }
  }
  return parts.map((part) => (isGroup(part) ? part : { ...part, isUnused: !used.has(part.id) }));
}
