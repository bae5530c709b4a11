import type { Span } from "../ir";
import type { Shape } from "../shape/shape";
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
  if (!dim) return undefined;
  let current = tensor;
  let decided: HistoryStep | undefined;
  for (let i = 0; i < LONGEST_HISTORY * 8 && current.origin; i++) {
    decided = { span: current.origin.span, operation: current.origin.operation, shape: current.shape };
    const earlier = current.origin.inputs.find((input) => input.shape?.includes(dim));
    if (!earlier) break;
    current = earlier;
  }
  return decided;
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
