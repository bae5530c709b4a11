import type { FileAnalysis } from "../interpreter/analyze";
import type { TensorValue } from "../interpreter/value";
import type { CallExpression, Expression } from "../ir";
import { sameSpan } from "../ir";
import { constant, type Dim } from "../shape/dim";
import { normalizeAxis, type Shape } from "../shape/shape";
import { nodesAt } from "./syntax";

/** A call in whose arguments sizes or dimensions are being written: `x.view(x.size(0), |)`. */
export interface SizesCall {
  readonly method: SizesMethod;
  /** What is rearranged, and how the code writes it. */
  readonly tensor: TensorValue;
  readonly receiver: string;
  /** Tensors by the variables that hold them, the nearest first: their sizes can be named. */
  readonly variables: readonly { readonly name: string; readonly shape: Shape }[];
  /** What stands before the cursor; `undefined` for what cannot be read. */
  readonly given: readonly (Dim | undefined)[];
  /** Sizes are written in an array. */
  readonly inArray: boolean;
}

export type SizesMethod = "view" | "reshape" | "permute" | "transpose";

/** Whether a text may end within such a call, which is cheap to tell and rarely so. */
export function mayBeInSizes(before: string): boolean {
  return /\b(view|reshape|permute|transpose)\s*\([^;{}]{0,300}$/.test(before.slice(-400));
}

/** The call around an offset, when its arguments are sizes; `undefined` when there is none, or its tensor is not known. */
export function sizesCallAt(found: FileAnalysis, offset: number, text: string): SizesCall | undefined {
  // A call that is not closed yet ends with what is written of it: before the comma, before the blank.
  const written = text.slice(0, offset).trimEnd().length;
  const call = [offset, written, written - 1].map((at) => callAt(found, at)).find((one) => one !== undefined);
  if (call?.callee.kind !== "member") return undefined;
  const { object, property } = call.callee;
  const inputs = argumentsBefore(call, offset);
  const [first] = inputs;
  // `tf.reshape(x, [2, 3])` rearranges its first argument.
  const subject = tensorAt(found, object) ? object : first && tensorAt(found, first) ? first : undefined;
  const tensor = subject && tensorAt(found, subject);
  if (!subject || !tensor?.shape) return undefined;
  const rest = subject === object ? call.args : call.args.slice(1);
  const list = rest[0]?.value;
  const inArray = list?.kind === "array" && list.span.start < offset;
  const sizes = inArray
    ? list.elements.flatMap((element) => (element?.value ? [element.value] : []))
    : rest.map(({ value }) => value);
  return {
    method: property as SizesMethod,
    tensor,
    receiver: text.slice(subject.span.start, subject.span.end),
    variables: variablesBefore(found, subject, text),
    given: sizes.filter((node) => isWrittenBefore(node, offset, text)).map((node) => sizeOf(found, node)),
    inArray,
  };
}

/** The variables that were given a tensor before, in the same function; those that the expression itself uses first. */
function variablesBefore({ facts }: FileAnalysis, { span }: Expression, text: string): SizesCall["variables"] {
  const context = facts.find((fact) => sameSpan(fact.span, span))?.context;
  const used = new Set(text.slice(span.start, span.end).match(/[A-Za-z_$][\w$]*/g));
  return facts
    .filter((fact) => fact.role === "name" && fact.context === context && fact.span.end <= span.start)
    .flatMap(({ span: at, value }) =>
      value.kind === "tensor" && value.shape ? [{ name: text.slice(at.start, at.end), shape: value.shape }] : [],
    )
    .filter(({ name }) => /^[A-Za-z_$][\w$]*$/.test(name))
    .reverse()
    .sort((a, b) => Number(used.has(b.name)) - Number(used.has(a.name)));
}

function callAt(found: FileAnalysis, offset: number): CallExpression | undefined {
  return nodesAt(found.module, offset)
    .filter(({ kind }) => kind === "call")
    .map((node) => node as unknown as CallExpression)
    .findLast(({ callee }) => callee.kind === "member" && METHODS.has(callee.property) && callee.span.end < offset);
}

const METHODS: ReadonlySet<string> = new Set<SizesMethod>(["view", "reshape", "permute", "transpose"]);

function argumentsBefore({ args }: CallExpression, offset: number): Expression[] {
  return args.map(({ value }) => value).filter(({ span }) => span.end < offset);
}

/** An argument that a comma follows, so that the cursor is in another one. */
function isWrittenBefore({ span }: Expression, offset: number, text: string): boolean {
  return span.end > span.start && span.end < offset && text.slice(span.end, offset).includes(",");
}

function tensorAt({ facts }: FileAnalysis, { span }: Expression): TensorValue | undefined {
  const fact = facts.findLast((one) => sameSpan(one.span, span) && one.value.kind === "tensor");
  return fact?.value.kind === "tensor" ? fact.value : undefined;
}

function sizeOf(found: FileAnalysis, node: Expression): Dim | undefined {
  const number = integerOf(node);
  if (number !== undefined) return constant(number);
  const [object, index] =
    node.kind === "call" && node.callee.kind === "member" && node.callee.property === "size"
      ? [node.callee.object, node.args[0]?.value]
      : node.kind === "index" && node.object.kind === "member" && node.object.property === "shape"
        ? [node.object.object, node.index]
        : [];
  const shape = object && tensorAt(found, object)?.shape;
  const axis = index && integerOf(index);
  const position = shape && axis !== undefined ? normalizeAxis(axis, shape.length) : undefined;
  return position === undefined ? undefined : shape?.[position];
}

function integerOf(node: Expression): number | undefined {
  if (node.kind === "unary" && node.operator === "-") {
    const positive = integerOf(node.operand);
    return positive === undefined ? undefined : -positive;
  }
  return node.kind === "literal" && typeof node.value === "number" && Number.isInteger(node.value)
    ? node.value
    : undefined;
}
