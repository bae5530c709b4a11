import type { FunctionNode, ShapeTag, Span, TypeNode } from "../ir";
import { counted } from "../rules/evidence";
import { contradictedAnnotation, unreadableAnnotation } from "../rules/shape-annotation";
import type { Dim } from "../shape/dim";
import { asNumber, formatDim, surelyDifferent, symbol, unknownDim } from "../shape/dim";
import { formatShape } from "../shape/shape";
import type { Shape } from "../shape/shape";
import { contiguousStrides } from "../shape/strides";
import type { DimAnnotation } from "./annotation-text";
import { likelyAnnotation, parseAnnotation, parseDim } from "./annotation-text";
import { mapOptions } from "./join";
import type { FunctionCall } from "./function";
import type { Machine } from "./machine";
import type { Argument } from "./native";
import type { Dialect, FunctionValue, TensorValue, Value } from "./value";
import { unknownTensor } from "./value";
import { t } from "../text/translate";

/** A shape that somebody wrote down for a variable, a parameter or a result. */
export interface Annotation {
  /** `undefined`: a tensor of any rank. */
  readonly dims: readonly DimAnnotation[] | undefined;
  readonly text: string;
  readonly span: Span;
  /** What to call it where a history begins with it. */
  readonly source: "@shape" | "the type";
  /** It promises sizes. TensorFlow.js's `Tensor4D` does not: casts make it say anything, in code that runs. */
  readonly contract: boolean;
  readonly dialect: Dialect | undefined;
  /** The same annotation for other sizes; absent where it has no sizes. */
  readonly write?: (sizes: readonly string[]) => string;
}

/** The sizes that the names of a function's annotations stand for in one call. */
export type NamedSizes = Map<string, Dim>;

/** The annotation of a parameter: its `@shape` tag, or what its type says. */
export function parameterAnnotation(m: Machine, node: FunctionNode, index: number): Annotation | undefined {
  const parameter = node.parameters[index];
  const pattern = parameter?.pattern.kind === "defaultPattern" ? parameter.pattern.pattern : parameter?.pattern;
  const name = pattern?.kind === "binding" ? pattern.name : undefined;
  const tag = node.shapeTags.find((one) => one.name !== undefined && one.name === name);
  return (tag && tagAnnotation(m, tag)) ?? (parameter?.type && typeAnnotation(m, parameter.type));
}

function resultAnnotation(m: Machine, node: FunctionNode): Annotation | undefined {
  const tag = node.shapeTags.find((one) => one.name === "returns" || one.name === "return" || one.name === undefined);
  if (tag) return tagAnnotation(m, tag);
  return node.returnType && typeAnnotation(m, node.returnType);
}

function tagAnnotation(m: Machine, tag: ShapeTag): Annotation | undefined {
  const parsed = parseAnnotation(tag.text);
  if ("error" in parsed) {
    m.recorder.report({
      ...unreadableAnnotation({
        text: tag.text,
        reason: parsed.error,
        span: tag.span,
        meant: likelyAnnotation(tag.text),
      }),
      span: tag.span,
      context: m.frame.context,
    });
    return undefined;
  }
  return {
    dims: parsed.dims,
    text: tag.text,
    span: tag.span,
    source: "@shape",
    contract: true,
    dialect: dialectAround(m),
    write: (sizes) => `[${sizes.join(", ")}]`,
  };
}

const RANKED = /^Tensor([1-6])D$/;

function dialectOf(m: Machine, name: string): Dialect | undefined {
  if (name.startsWith("torch.")) return "torch";
  return name.startsWith("tf.") || RANKED.test(name) ? "tfjs" : dialectAround(m);
}

/** `Tensor<["N", 3]>`, `tf.Tensor4D`, `Tensor`; through aliases of the same file, and in promises. */
export function typeAnnotation(m: Machine, type: TypeNode, depth = 0): Annotation | undefined {
  if (type.kind !== "reference" || depth > 8) return undefined;
  const alias = m.frame.module.module.types.get(type.name);
  if (alias) return typeAnnotation(m, alias, depth + 1);
  const name = type.name.split(".").at(-1) ?? type.name;
  if (name === "Promise" && type.args[0]) return typeAnnotation(m, type.args[0], depth + 1);
  const ranked = RANKED.exec(name);
  const base = { span: type.span, source: "the type" as const, contract: false, dialect: dialectOf(m, type.name) };
  if (ranked)
    return {
      ...base,
      dims: Array.from({ length: Number(ranked[1]) }, () => ({ kind: "any" as const })),
      text: type.name,
    };
  if (name === "Scalar") return { ...base, dims: [], text: type.name, dialect: "tfjs" };
  if (name !== "Tensor") return undefined;
  const tuple = type.args[0];
  if (tuple?.kind !== "tuple") return { ...base, dims: undefined, text: type.name };
  const dims: DimAnnotation[] = [];
  for (const element of tuple.elements) {
    const dim =
      element.kind === "literal"
        ? parseDim(String(element.value))
        : element.kind === "keyword"
          ? ({ kind: "any" } as const)
          : undefined;
    if (dim === undefined || typeof dim === "string") return { ...base, dims: undefined, text: type.name };
    dims.push(dim);
  }
  const write = (sizes: readonly string[]): string =>
    `${type.name}<[${sizes.map((size) => (/^\d+$/.test(size) ? size : `"${size}"`)).join(", ")}]>`;
  return { ...base, contract: true, dims, text: annotationText(dims, tuple.elements), write };
}

function annotationText(dims: readonly DimAnnotation[], elements: readonly TypeNode[]): string {
  return `[${dims.map((_, i) => String((elements[i] as { value?: unknown }).value ?? "?")).join(", ")}]`;
}

/** The library a file's tensors belong to when nothing else tells: the one it imports. */
export function dialectAround(m: Machine): Dialect | undefined {
  for (const { specifier } of m.frame.module.module.imports) {
    const library = m.libraries.find((one) => one.owns(specifier));
    if (library && library.name !== "shapewright") return library.name;
  }
  return undefined;
}

/** A tensor as annotated, for when nothing else is known. Inputs are taken to be contiguous, as data loaders make them. */
export function annotatedTensor(annotation: Annotation, names: NamedSizes): TensorValue {
  const shape = annotation.dims && shapeOf(annotation.dims, names);
  if (!shape) return unknownTensor(annotation.dialect);
  const origin = { operation: annotation.source, span: annotation.span, inputs: [], hint: !annotation.contract };
  const tensor = unknownTensor(annotation.dialect, origin);
  return { ...tensor, shape, strides: annotation.dialect === "torch" ? contiguousStrides(shape) : undefined };
}

function shapeOf(dims: readonly DimAnnotation[], names: NamedSizes): Shape | undefined {
  if (dims.some((dim) => dim.kind === "rest")) return undefined;
  return dims.map((dim) => {
    if (dim.kind === "name") return sizeNamed(dim.name, names);
    return dim.kind === "expression" ? dim.evaluate((name) => sizeNamed(name, names)) : unknownDim();
  });
}

function sizeNamed(name: string, names: NamedSizes): Dim {
  const known = names.get(name);
  if (known) return known;
  const size = symbol(name);
  names.set(name, size);
  return size;
}

/** Checks arguments against the annotations of the parameters; fills in what the caller does not know. */
export function applyParameterShapes(m: Machine, fn: FunctionValue, call: FunctionCall): readonly Argument[] {
  const names: NamedSizes = new Map();
  return call.args.map((arg, index) => {
    const annotation = parameterAnnotation(m, fn.node, index);
    if (!annotation) return arg;
    const pattern = fn.node.parameters[index]?.pattern;
    const subject = pattern?.kind === "binding" ? pattern.name : t`Argument ${index + 1}`;
    return { ...arg, value: applyAnnotation(m, arg.value, annotation, names, { subject, span: arg.span }) };
  });
}

/** Checks what a function returns against its annotation. */
export function checkResultShape(m: Machine, fn: FunctionValue, result: Value): Value {
  const annotation = resultAnnotation(m, fn.node);
  if (!annotation) return result;
  return applyAnnotation(m, result, annotation, new Map(), {
    subject: t`The result of ${fn.qualifiedName}`,
    span: fn.node.nameSpan,
  });
}

/** Checks the value of a declaration against its `@shape` tag or type. */
export function applyDeclaredShape(
  m: Machine,
  value: Value,
  type: TypeNode | undefined,
  tags: readonly ShapeTag[],
  span: Span,
): Value {
  const [tag] = tags;
  const annotation = (tag && tagAnnotation(m, tag)) ?? (type && typeAnnotation(m, type));
  // TensorFlow.js's operations are of whatever rank is asked for, so such a type says nothing of a result: `const m: Tensor4D = x.mean(-1)`.
  if (annotation && !annotation.contract && value.kind === "tensor") return value;
  return annotation ? applyAnnotation(m, value, annotation, new Map(), { subject: t`This`, span }) : value;
}

function applyAnnotation(
  m: Machine,
  value: Value,
  annotation: Annotation,
  names: NamedSizes,
  at: { subject: string; span: Span },
): Value {
  if (value.kind === "promise") return { ...value, value: applyAnnotation(m, value.value, annotation, names, at) };
  if (value.kind === "unknown") return annotatedTensor(annotation, names);
  if (value.kind === "union")
    return mapOptions(value, (option) =>
      option.kind === "tensor" ? applyAnnotation(m, option, annotation, names, at) : option,
    );
  if (value.kind !== "tensor") return value;
  if (!value.shape) {
    const annotated = annotatedTensor(annotation, names);
    return { ...value, shape: annotated.shape, dialect: value.dialect ?? annotated.dialect };
  }
  const difference = annotation.contract && annotation.dims && differenceOf(value.shape, annotation.dims, names);
  if (difference) {
    const details = {
      subject: at.subject,
      annotation: annotation.text,
      annotationSpan: annotation.span,
      actual: formatShape(value.shape),
      difference,
      span: at.span,
      corrected: corrected(annotation, value.shape, names),
    };
    m.recorder.report({ ...contradictedAnnotation(details), span: at.span, context: m.frame.context });
  }
  return value;
}

/** The annotation for the shape that came, with the names of its sizes where they still hold; `undefined` where a size has no spelling. */
function corrected({ dims, write }: Annotation, shape: Shape, names: NamedSizes): string | undefined {
  if (!write || !dims || dims.some((dim) => dim.kind === "rest")) return undefined;
  const sizes = shape.map((size, axis) => {
    const dim = dims[axis];
    if (dim?.kind === "any" && dims.length === shape.length) return "?";
    const isNamed = dim?.kind === "name" && dims.length === shape.length && names.get(dim.name) === size;
    return isNamed ? dim.name : asNumber(size)?.toString();
  });
  // One name in front stands for the batch, whatever its size is in this call.
  const [batch] = dims;
  if (batch?.kind === "name" && dims.length !== shape.length) sizes[0] = batch.name;
  return sizes.every((size) => size !== undefined) ? write(sizes) : undefined;
}

/** What is surely different, in words. Names that have no size yet take the one found. */
function differenceOf(shape: Shape, dims: readonly DimAnnotation[], names: NamedSizes): string | undefined {
  const rest = dims.findIndex((dim) => dim.kind === "rest");
  const fixed = rest < 0 ? dims.length : dims.length - 1;
  if (rest < 0 ? shape.length !== fixed : shape.length < fixed) {
    const found = counted(shape.length, "dimension");
    return rest < 0 ? t`it has ${found}, not ${fixed}` : t`it has ${found}, not at least ${fixed}`;
  }
  for (const [i, dim] of dims.entries()) {
    if (dim.kind === "rest" || dim.kind === "any") continue;
    const axis = rest >= 0 && i > rest ? shape.length - dims.length + i : i;
    const actual = shape[axis];
    if (!actual) continue;
    if (dim.kind === "name" && !names.has(dim.name)) {
      names.set(dim.name, actual);
      continue;
    }
    const expected =
      dim.kind === "name" ? sizeNamed(dim.name, names) : dim.evaluate((name) => names.get(name) ?? unknownDim());
    if (surelyDifferent(actual, expected)) {
      const [found, wanted] = [formatDim(actual), formatDim(expected)];
      return dim.kind === "name"
        ? t`dimension ${axis} is ${found}, but ${dim.name} is ${wanted} before`
        : t`dimension ${axis} is ${found}, not ${wanted}`;
    }
  }
  return undefined;
}
