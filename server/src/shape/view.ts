import type { Dim } from "./dim";
import { add, isDeclared, multiply, substitute, surelyAtLeast, surelyDifferent, surelyEqual } from "./dim";
import type { Shape } from "./shape";
import { numel, sameShape } from "./shape";
import type { Strides } from "./contiguity";
import { contiguousStrides, one, zero } from "./contiguity";

export type ViewResult =
  | { readonly kind: "ok"; readonly strides: Strides }
  /** No strides describe the new shape: the old dimensions `between` would have to be joined and cannot be. */
  | { readonly kind: "illegal"; readonly between: readonly [number, number] }
  /**
   * Legal or not depending on sizes. `obstacle` are the old dimensions that cannot be joined if every named
   * symbol is at least 2: since a dimension of size 1 joins any other, little is illegal for all sizes.
   */
  | { readonly kind: "maybe"; readonly obstacle: readonly [number, number] | undefined };

/**
 * The strides of `Tensor.view` to a shape with as many elements (see `inferReshape`), by the rule of PyTorch's
 * `computeStride` (aten/src/ATen/TensorUtils.cpp) in three values: legal for all values of the symbols, illegal
 * for all, or neither proved.
 */
export function viewStrides(shape: Shape, strides: Strides, newShape: Shape): ViewResult {
  const answer = decide(shape, strides, newShape);
  if (answer !== "maybe") {
    return answer;
  }
  const raised = raiseSymbols([...shape, ...strides, ...newShape]);
  const aboveOne = decide(
    raised.slice(0, shape.length),
    raised.slice(shape.length, shape.length + strides.length),
    raised.slice(shape.length + strides.length),
  );
  const isIllegal = aboveOne !== "maybe" && aboveOne.kind === "illegal";
  return { kind: "maybe", obstacle: isIllegal ? aboveOne.between : undefined };
}

/** The strides of `Tensor.reshape`: a view where possible, else a copy; undefined where that is not certain. */
export function reshapeStrides(shape: Shape, strides: Strides | undefined, newShape: Shape): Strides | undefined {
  const view = strides && viewStrides(shape, strides, newShape);
  switch (view?.kind) {
    case "ok":
      return view.strides;
    case "illegal":
      return contiguousStrides(newShape);
    case "maybe":
    case undefined:
      return undefined;
  }
}

/** The answer without a look at what sizes above 1 would give. */
function decide(shape: Shape, strides: Strides, newShape: Shape): Exclude<ViewResult, { kind: "maybe" }> | "maybe" {
  const elements = numel(shape);
  if (shape.length === 0) {
    return { kind: "ok", strides: newShape.map(() => one) };
  }
  if (elements === zero) {
    return { kind: "ok", strides: sameShape(shape, newShape) ? strides : contiguousStrides(newShape) };
  }
  const legal = surelyLegalStrides(shape, strides, newShape);
  if (legal !== undefined) {
    return { kind: "ok", strides: legal };
  }
  // Any view of a tensor without elements is legal.
  const between = surelyAtLeast(elements, 1) ? sureObstacle(shape, strides, newShape) : undefined;
  return between === undefined ? "maybe" : { kind: "illegal", between };
}

/**
 * PyTorch's walk, from the right: neighbours that lie one after the other in memory form a chunk, and the new
 * dimensions have to fill each chunk exactly. Where it is not certain that two dimensions join they are taken
 * apart, for what fills the parts fills the whole as well, with the same strides.
 */
function surelyLegalStrides(shape: Shape, strides: Strides, newShape: Shape): Strides | undefined {
  const result: Dim[] = [];
  let next = newShape.length - 1;
  let base = strides.at(-1) ?? one;
  let elements = one;
  for (let d = shape.length - 1; d >= 0; d--) {
    elements = multiply(elements, shape[d] ?? one);
    const outerStride = strides[d - 1];
    if (outerStride !== undefined) {
      if (shape[d - 1] === one || surelyEqual(outerStride, multiply(elements, base))) {
        continue;
      }
    }
    const isLast = outerStride === undefined;
    let filled = one;
    while (next >= 0 && (isLast || newShape[next] === one || !surelyEqual(filled, elements))) {
      result.unshift(multiply(filled, base));
      filled = multiply(filled, newShape[next] ?? one);
      next--;
    }
    // The last chunk is filled exactly, since both shapes have as many elements.
    if (!isLast && !surelyEqual(filled, elements)) {
      return undefined;
    }
    base = outerStride ?? one;
    elements = one;
  }
  return result;
}

/**
 * A place where two dimensions of the tensor surely do not join and no new dimension surely can begin. The view
 * is legal exactly when at each such place the elements to its right are those of some last new dimensions.
 */
function sureObstacle(shape: Shape, strides: Strides, newShape: Shape): readonly [number, number] | undefined {
  const suffixes = suffixProducts(newShape);
  const sizes = suffixProducts(shape);
  // A size of 1 lies between any neighbours; one that may be 1 leaves it open which dimensions are neighbours.
  const counted = [...shape.keys()].filter((d) => shape[d] !== one).reverse();
  for (const [i, inner] of counted.entries()) {
    const outer = counted[i + 1];
    const [innerSize, outerSize] = [shape[inner], shape[outer ?? -1]];
    const [innerStride, outerStride] = [strides[inner], strides[outer ?? -1]];
    if (outer === undefined || !innerSize || !outerSize || !innerStride || !outerStride) {
      continue;
    }
    const apart =
      surelyAtLeast(innerSize, 2) &&
      surelyAtLeast(outerSize, 2) &&
      surelyDifferent(outerStride, multiply(innerSize, innerStride));
    const right = sizes[inner] ?? one;
    if (apart && suffixes.every((suffix) => surelyDifferent(suffix, right))) {
      return [outer, inner];
    }
  }
  return undefined;
}

/** At each dimension the product of its size and those after it, and 1 at the end. */
function suffixProducts(shape: Shape): readonly Dim[] {
  const products = [one];
  for (const size of [...shape].reverse()) {
    products.unshift(multiply(size, products[0] ?? one));
  }
  return products;
}

/** The dimensions with each named symbol that may be 1 made one greater. */
function raiseSymbols(dims: readonly Dim[]): readonly Dim[] {
  return dims.map((d) => substitute(d, (s) => (isDeclared(s) && !surelyAtLeast(s, 2) ? add(s, one) : undefined)));
}
