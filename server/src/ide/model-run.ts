import { annotatedTensor, parameterAnnotation, type Annotation, type NamedSizes } from "../interpreter/annotation";
import { parseAnnotation } from "../interpreter/annotation-text";
import { callValue } from "../interpreter/call";
import { findMember } from "../interpreter/class";
import type { Machine } from "../interpreter/machine";
import { NativeCall, nowhere } from "../interpreter/native-call";
import { getProperty } from "../interpreter/property";
import type { Dialect, ObjectValue, TensorValue, Value } from "../interpreter/value";
import { unknownTensor } from "../interpreter/value";
import type { Parameter } from "../ir";
import { Span } from "../ir";
import { asNumber, constant, substitute, symbolsOf } from "../shape/dim";
import type { Dim } from "../shape/dim";
import { t } from "../text/translate";

/** What a model is to be run on. */
export interface InputRequest {
  /** Shapes as annotations write them, one for each input in its order; what is left out is taken from the code. */
  readonly inputs?: readonly (string | null)[];
  /** The size that an open batch has. */
  readonly batch?: number;
}

export interface GivenInput {
  readonly name: string;
  /** Without a shape where nothing says which one it has. */
  readonly tensor: TensorValue;
  /** Where it is declared. */
  readonly span: Span | undefined;
}

/** The inputs to run a model on, those that are asked for or else what the code says; a sentence when one can't be read. */
export function modelInputs(
  m: Machine,
  object: ObjectValue,
  { inputs = [], batch }: InputRequest,
): GivenInput[] | string {
  const names: NamedSizes = new Map();
  const declared = declaredInputs(m, object, names);
  const all: GivenInput[] = [];
  for (let i = 0; i < Math.max(declared.length, inputs.length, 1); i++) {
    const text = inputs[i] ?? undefined;
    const { name = "input", tensor, span } = declared[i] ?? {};
    const chosen = text === undefined ? tensor : writtenInput(text, tensor, dialectOf(m, object), names);
    if (typeof chosen === "string") return `${text}: ${chosen}.`;
    all.push({ name, span, tensor: withBatch(chosen ?? unknownTensor(dialectOf(m, object)), batch) });
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

interface DeclaredInput extends Omit<GivenInput, "tensor"> {
  readonly tensor: TensorValue | undefined;
}

/** What the code says of a model's inputs: annotations, types, what callers pass, or a graph's own. */
function declaredInputs(m: Machine, object: ObjectValue, names: NamedSizes): DeclaredInput[] {
  const record = m.heap.object(object);
  if (record.type !== "record") return [];
  if (record.payload?.kind === "model") {
    const inputs = new NativeCall(m, nowhere(m)).elements(getProperty(m, object, "inputs")) ?? [];
    return inputs.flatMap((input, i) =>
      input.kind === "tensor"
        ? [{ name: inputs.length > 1 ? t`input ${i + 1}` : t`input`, tensor: real(input), span: input.origin?.span }]
        : [],
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
    return [{ name: nameOf(parameter), tensor: called, span: parameter.span }];
  });
}

function real(tensor: TensorValue): TensorValue {
  return { ...tensor, form: "tensor", origin: undefined };
}

export function nameOf({ pattern }: Parameter): string {
  return pattern.kind === "binding" ? pattern.name : "input";
}

/** The first tensor that the program passes for a parameter. */
export function passedTo(m: Machine, { pattern }: Parameter): TensorValue | undefined {
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

/** Runs a model on its inputs. */
export function applyModel(m: Machine, model: ObjectValue, inputs: readonly TensorValue[]): Value {
  const record = m.heap.object(model);
  const site = nowhere(m);
  const argumentsOf = (values: readonly Value[]) => values.map((value) => ({ value, span: site.span }));
  if (record.type !== "record" || record.payload?.kind !== "model") {
    return callValue(m, model, { ...site, args: argumentsOf(inputs) });
  }
  const method = getProperty(m, model, "apply");
  const [only] = inputs;
  const fed = inputs.length === 1 && only ? only : new NativeCall(m, site).array(inputs);
  const callee = method.kind === "native" ? { ...method, self: model } : method;
  return callValue(m, callee, { ...site, receiver: { value: model, span: site.span }, args: argumentsOf([fed]) });
}
