import { forgottenAbove, forgottenOnEither, keepForgotten } from "./forgotten";
import type { Heap, Layer } from "./heap";
import { layersAbove, readCell, readObject } from "./heap";
import { Joiner } from "./join";
import type { Widened } from "./join";
import type { Value } from "./value";
import { UNKNOWN } from "./value";

/** A state that control flow may be in, and the value it brings along. */
export interface Way {
  readonly value: Value;
  readonly layer: Layer;
}

/** Joins the states of all ways into `base`, makes it the heap's current layer, and returns the joined value. */
export function mergeWays(heap: Heap, base: Layer, ways: readonly Way[], widened?: Widened): Value {
  const [first, ...rest] = ways;
  if (!first) return UNKNOWN;
  if (rest.length === 0) {
    mergeInto(heap, base, [first.layer]);
    return first.value;
  }
  heap.layer = base;
  // The values travel in a cell, so that an object is joined once for the value and for the variables that hold it.
  const cell = heap.newCell(undefined);
  for (const way of ways) way.layer.cells.set(cell, way.value);
  mergeInto(
    heap,
    base,
    ways.map((way) => way.layer),
    widened,
  );
  const value = heap.read(cell) ?? UNKNOWN;
  base.cells.delete(cell);
  return value;
}

/**
 * Writes into `into` what holds after any of the ways, and makes it the heap's current layer. All ways descend from `base`, or are
 * it; `into` is `base` or a layer on top of it.
 */
export function mergeInto(
  heap: Heap,
  base: Layer,
  ways: readonly Layer[],
  widened?: Widened,
  into: Layer = base,
): void {
  const [first, ...rest] = ways;
  if (first) {
    let merged = first;
    for (const way of rest) merged = mergeTwo(heap, base, merged, way, widened);
    const layers = layersAbove(merged, base);
    const kept = forgottenAbove(merged, base, heap.leaked.mark.era);
    for (const layer of layers.reverse()) {
      for (const [cell, value] of layer.cells) into.setCell(cell, value);
      for (const [id, object] of layer.objects) into.adopt(id, object);
      if (rest.length === 0) for (const [symbol, size] of layer.equalities) into.equalities.set(symbol, size);
    }
    keepForgotten(into, kept);
  }
  heap.layer = into;
}

function mergeTwo(heap: Heap, base: Layer, a: Layer, b: Layer, widened: Widened | undefined): Layer {
  heap.layer = base;
  const result = heap.push();
  const joiner = new Joiner(heap, base, a, b, widened);
  const layers = [...layersAbove(a, base), ...layersAbove(b, base)];
  for (const cell of new Set(layers.flatMap((layer) => [...layer.cells.keys()]))) {
    const left = readCell(a, cell);
    const right = readCell(b, cell);
    // A cell that only one way knows is a variable of a scope that ended with it.
    const value = left && right ? joiner.joinNamed(left, right, heap.nameOf(cell)) : (left ?? right);
    if (value) result.setCell(cell, value);
  }
  for (const id of new Set(layers.flatMap((layer) => [...layer.objects.keys()]))) {
    const left = readObject(a, id);
    const right = readObject(b, id);
    const object = left && right ? joiner.joinObjects(left, right) : (left ?? right);
    if (object) result.adopt(id, object);
  }
  keepForgotten(result, forgottenOnEither(a, b, base, heap.leaked.mark.era));
  return result;
}
