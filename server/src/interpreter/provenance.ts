import type { Span } from "../ir";
import type { Dim } from "../shape/dim";
import { constant } from "../shape/dim";
import type { Shape } from "../shape/shape";
import { numel } from "../shape/shape";
import type { TensorValue } from "./value";

/** One operation on the way of a tensor, and the shape it left. */
export interface HistoryStep {
  readonly span: Span;
  readonly operation: string;
  readonly shape: Shape | undefined;
}

/** Longer histories are of no use to a reader. */
const LONGEST_HISTORY = 32;

/**
 * The operation that decided the size of a dimension: the earliest one that the same size can be followed back to. Sizes are the same
 * when they are the same polynomial.
 */
export function decidedAt(tensor: TensorValue, axis: number): HistoryStep | undefined {
  const dim = tensor.shape?.[axis];
  const origin = dim && decidingTensor(tensor, dim).origin;
  return origin && { span: origin.span, operation: origin.operation, shape: decidingTensor(tensor, dim).shape };
}

/** The tensor in which the size came up for the first time. */
function decidingTensor(tensor: TensorValue, dim: Dim): TensorValue {
  let current = tensor;
  for (let i = 0; i < LONGEST_HISTORY * 8; i++) {
    const earlier = current.origin?.inputs.find((input) => input.shape?.includes(dim));
    if (!earlier) break;
    current = earlier;
  }
  return current;
}

/** The neighbouring sizes that were joined to make a dimension, where it is such a product: 32, 7 and 7 for 1568. */
export function factorsOf(tensor: TensorValue, axis: number): Shape | undefined {
  const dim = tensor.shape?.[axis];
  const joined = dim && decidingTensor(tensor, dim).origin?.inputs[0]?.shape;
  if (!joined) return undefined;
  for (let start = 0; start < joined.length; start++) {
    for (let end = start + 2; end <= joined.length; end++) {
      const factors = joined.slice(start, end);
      if (numel(factors) === dim && !factors.includes(constant(1))) return factors;
    }
  }
  return undefined;
}

/** The operations that a tensor went through, the latest first, along the principal input of each. */
export function historyOf(tensor: TensorValue): readonly HistoryStep[] {
  const steps: HistoryStep[] = [];
  for (
    let current: TensorValue | undefined = tensor;
    current?.origin && steps.length < LONGEST_HISTORY;
    current = current.origin.inputs[0]
  ) {
    steps.push({ span: current.origin.span, operation: current.origin.operation, shape: current.shape });
  }
  return steps;
}
