import type { TensorValue } from "../../interpreter/value";
import type { Dim } from "../../shape/dim";
import { bounds, isKnown, nameOf, substitute, symbolsOf, unknownDim } from "../../shape/dim";
import type { Shape } from "../../shape/shape";
import type { OperationContext } from "../operation";
import { lastPart } from "./namespace";

/**
 * A size that depends on the numbers in a tensor is called after the call that decides it: `unique(labels).shape[0]`. Sizes that come from
 * the operands keep being those, so that what is equal is seen to be equal.
 */
export function namedSizes(cx: OperationContext, shape: Shape, inputs: readonly TensorValue[]): Shape {
  if (shape.every(isKnown)) return shape;
  const given = new Set([...inputs.flatMap((input) => input.shape ?? []), ...sizesIn(cx)].flatMap(symbolsOf));
  const names = new Map<Dim, Dim>();
  return shape.map((size, axis) => {
    if (isKnown(size)) return size;
    return substitute(size, (symbol) => {
      if (given.has(symbol) || nameOf(symbol) !== undefined) return undefined;
      const named = names.get(symbol) ?? unknownDim(bounds(symbol).min, `${callOf(cx)}.shape[${axis}]`);
      names.set(symbol, named);
      return named;
    });
  });
}

/** The sizes among the arguments. */
function sizesIn({ details }: OperationContext): Dim[] {
  return Object.values(details?.args ?? {})
    .flat()
    .filter((value): value is Dim => typeof value === "object" && value !== null && "terms" in value);
}

/** How the code writes the call, as far as that is short. */
function callOf({ site, operation }: OperationContext): string {
  const name = lastPart(operation);
  const receiver = site.receiver?.value.kind === "tensor" ? site.receiver.path : undefined;
  if (receiver !== undefined) return `${receiver}.${name}()`;
  return `${name}(${site.args[0]?.path ?? "…"})`;
}
