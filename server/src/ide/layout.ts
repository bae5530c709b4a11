import type { CallDetails, TensorValue } from "../interpreter/value";
import type { Span } from "../ir";
import { isContiguous, type Answer } from "../shape/contiguity";
import { isKnown } from "../shape/dim";
import { formatShape, normalizeAxis } from "../shape/shape";
import { t } from "../text/translate";

/** How a tensor lies in memory, in words, and the operation that brought it out of order. */
export interface Layout {
  readonly strides: string;
  readonly verdict: string;
  /** What was done to its dimensions, and where. */
  readonly cause: { readonly text: string; readonly span: Span } | undefined;
}

/** The layout of a tensor; `undefined` when its strides are not known or its library has none. */
export function layoutOf(tensor: TensorValue): Layout | undefined {
  const { shape, strides } = tensor;
  if (!shape || !strides?.every(isKnown)) return undefined;
  const answer = isContiguous(shape, strides);
  return {
    strides: formatShape(strides),
    verdict: verdict(answer),
    cause: answer === "no" ? causeOf(tensor) : undefined,
  };
}

function verdict(answer: Answer): string {
  switch (answer) {
    case "yes":
      return t`contiguous`;
    case "no":
      return t`not contiguous`;
    case "maybe":
      return t`contiguous for some sizes only`;
  }
}

/** The first operation whose input still lay in order. */
function causeOf(tensor: TensorValue): Layout["cause"] {
  let at: TensorValue | undefined = tensor;
  for (let i = 0; at?.origin && i < 64; i++) {
    const before: TensorValue | undefined = at.origin.inputs[0];
    const ordered = !before?.shape || !before.strides || isContiguous(before.shape, before.strides) === "yes";
    if (ordered) {
      const { operation, call, span } = at.origin;
      return { text: deed(operation, call, at.shape?.length ?? 0), span };
    }
    at = before;
  }
  return undefined;
}

function deed(operation: string, call: CallDetails | undefined, rank: number): string {
  const { dim0, dim1, dims } = call?.args ?? {};
  const [a, b] = [dim0, dim1].map((axis) => (typeof axis === "number" ? normalizeAxis(axis, rank) : undefined));
  if (a !== undefined && b !== undefined) {
    return t`dimensions ${Math.min(a, b)} and ${Math.max(a, b)} were swapped`;
  }
  if (operation === "t") return t`dimensions ${0} and ${1} were swapped`;
  if (operation === "permute" && Array.isArray(dims)) return t`the dimensions were put in the order ${dims.join(", ")}`;
  if (/^expand/.test(operation)) return t`it was expanded`;
  return t`${operation} was applied`;
}
