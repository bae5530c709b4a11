import type { Expression, Span } from "../ir";
import { isKnown } from "../shape/dim";
import { decidedAt } from "./provenance";
import type { TensorValue, Value } from "./value";

/** What the analysis could not follow, so that a value, or a shape, is not known from there on. */
export type LossKind =
  /** A function that is not there to be followed, or an operation whose arguments are not known. */
  | "call"
  /** A parameter of a function that nobody calls. */
  | "parameter"
  /** A name that nothing declares. */
  | "global"
  /** An import that leads to no file. */
  | "import"
  /** A property or an element that is not known of the object. */
  | "member"
  /** An unknown function was given the object, and may have changed it. */
  | "changed"
  /** The rounds of a loop leave it differently, and do not settle. */
  | "loop"
  /** The ways that lead here leave it differently. */
  | "paths"
  /** A type says that it is a tensor, and no more. */
  | "type"
  /** The operation at this place decided a size that depends on data. */
  | "size"
  | "expression";

export interface Loss {
  readonly kind: LossKind;
  /** Absent as long as the value has not been read by anything that has a place. */
  readonly span: Span | undefined;
}

/** The loss of what an expression gives, unless an earlier one explains it. */
export function lossAt(e: Expression): Loss {
  return { kind: KINDS[e.kind] ?? "expression", span: e.span };
}

const KINDS: Partial<Record<Expression["kind"], LossKind>> = {
  call: "call",
  new: "call",
  member: "member",
  index: "member",
  name: "global",
};

/** Why a value, a rank, or else a size, is not known; `undefined` when everything is. */
export function lossOf(value: Value): Loss | undefined {
  if (value.kind === "unknown") return value.because;
  return value.kind === "tensor" ? tensorLoss(value) : undefined;
}

/** Longer chains of operations end where they have got to. */
const LONGEST_CHAIN = 64;

function tensorLoss(tensor: TensorValue): Loss | undefined {
  if (tensor.shape) {
    const axis = tensor.shape.findIndex((dim) => !isKnown(dim));
    if (axis < 0) return undefined;
    return { kind: "size", span: decidedAt(tensor, axis)?.span };
  }
  let current = tensor;
  for (let i = 0; i < LONGEST_CHAIN && !current.because; i++) {
    const earlier = current.origin?.inputs.find((input) => !input.shape);
    if (!earlier) break;
    current = earlier;
  }
  return current.because ?? { kind: "call", span: current.origin?.span };
}
