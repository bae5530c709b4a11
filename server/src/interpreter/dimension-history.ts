import type { Span } from "../ir";
import { asNumber, type Dim } from "../shape/dim";
import type { TensorValue } from "./value";

/** An operation that gave a dimension its size, or another one. */
export interface DimensionStep {
  readonly span: Span;
  readonly operation: string;
  readonly size: Dim;
  /** What the operation made, and the place of the dimension in it. */
  readonly tensor: TensorValue;
  readonly axis: number;
}

const LONGEST = 64;

/** The operations that made a dimension what it is, the latest first; those that leave its size alone are not among them. */
export function dimensionHistory(tensor: TensorValue, axis: number): DimensionStep[] {
  const steps: DimensionStep[] = [];
  let at: { readonly tensor: TensorValue; readonly axis: number } | undefined = { tensor, axis };
  for (let i = 0; at && i < LONGEST; i++) {
    const { origin, shape }: TensorValue = at.tensor;
    const size: Dim | undefined = shape?.[at.axis];
    if (!origin || !size) break;
    const principal: TensorValue | undefined = origin.inputs[0];
    const same = carrier(origin.inputs, size, at.axis);
    if (!same) steps.push({ span: origin.span, operation: origin.operation, size, ...at });
    // Windows move along a dimension, so it was another size in the same place before.
    const before: Dim | undefined =
      principal?.shape?.length === shape?.length ? principal?.shape?.[at.axis] : undefined;
    at =
      same ?? (principal && before && movesAlong(origin.operation) ? { tensor: principal, axis: at.axis } : undefined);
  }
  return steps;
}

/** The input that has the same size already. Plain numbers must be in the same place, or be the only ones. */
function carrier(
  inputs: readonly TensorValue[],
  size: Dim,
  axis: number,
): { readonly tensor: TensorValue; readonly axis: number } | undefined {
  for (const input of inputs) {
    if (input.shape?.[axis] === size) return { tensor: input, axis };
  }
  for (const input of inputs) {
    const places = [...(input.shape ?? []).entries()].filter(([, other]) => other === size);
    const [place] = places;
    if (place && (places.length === 1 || asNumber(size) === undefined)) return { tensor: input, axis: place[0] };
  }
  return undefined;
}

function movesAlong(operation: string): boolean {
  return /conv|pool|pad|interpolate|upsampl|cropping|narrow|slice/i.test(operation);
}
