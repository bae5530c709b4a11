/**
 * What `backward()` knows of views. A view belongs to its base, the tensor whose memory it shows. A change in place of
 * either gives the base a new history; views take notice by the version of the memory and begin, when they are next
 * used, at the base as it is then.
 * Source: https://pytorch.org/docs/stable/notes/autograd.html#in-place-operations-with-autograd
 */
import * as tf from "@tensorflow/tfjs-core";
import { nodeOf, recording } from "./autograd";
import type { GradNode } from "./autograd";
import { isGradEnabled } from "./grad-mode";
import { compute, raw } from "./kernel";
import { elementIndices, isWhole } from "./materialize";
import type { StridedView } from "./materialize";
import { scatterAdd } from "./ops/place";
import { numelOf } from "./shape";
import { Tensor } from "./tensor";

/** One of the results of an operation that returns several views. */
interface OneOfSeveral {
  readonly operation: string;
  readonly output: number;
}

export interface ViewOf {
  /** No view itself. */
  readonly base: Tensor;
  /** Views that nothing can be changed through while gradients are recorded say where they come from. */
  readonly madeBy: "a recorded operation" | "noGrad" | OneOfSeveral;
  /** The version of the memory that the view's history is about. */
  version: number;
}

/** What a view of `self` is a view of. */
export function viewOf(self: Tensor): ViewOf {
  const madeBy = isGradEnabled() ? "a recorded operation" : "noGrad";
  const { version } = self._view.storage;
  const outer = self._viewOf;
  if (!outer) return { base: self, madeBy, version };
  return { base: outer.base, madeBy: outer.madeBy === "a recorded operation" ? madeBy : outer.madeBy, version };
}

/** Marks the results of an operation as its several views. */
export function severalViews(operation: string, views: Tensor[]): Tensor[] {
  views.forEach((view, output) => {
    const of = view._viewOf;
    if (of?.madeBy === "a recorded operation") view._viewOf = { ...of, madeBy: { operation, output } };
  });
  return views;
}

function refuseUnclear({ _viewOf: of }: Tensor, hasHistory: boolean, change: string): void {
  if (!of || of.madeBy === "a recorded operation") return;
  const subject =
    of.madeBy === "noGrad" || !hasHistory
      ? `A view was created in no_grad mode and ${change} modified inplace with grad mode enabled.`
      : `Output ${of.madeBy.output} of ${of.madeBy.operation} is a view and ${change} modified inplace.`;
  const advice =
    of.madeBy === "noGrad"
      ? "Given that this use case is ambiguous and error-prone, it is forbidden. You can clarify your code by moving both the view and the inplace either both inside the no_grad block (if you don't want the inplace to be tracked) or both outside (if you want the inplace to be tracked)."
      : "This view is the output of a function that returns multiple views. Such functions do not allow the output views to be modified inplace. You should replace the inplace operation by an out-of-place one.";
  throw new Error(`${subject} ${advice}`);
}

/** Refuses changes in place that `backward()` could not follow. */
export function checkWritable(self: Tensor, ...operands: Tensor[]): void {
  if (!recording(self, ...operands)) return;
  if (self._viewOf) {
    refuseUnclear(self, !self.isLeaf, "is being");
    if (self.requiresGrad && self._viewOf.base.isLeaf) {
      throw new Error("a view of a leaf Variable that requires grad is being used in an in-place operation.");
    }
  }
  if (self.requiresGrad && self.isLeaf) {
    throw new Error("a leaf Variable that requires grad is being used in an in-place operation.");
  }
}

/** Whether several positions are one number in memory. */
export function isExpanded({ sizes, strides }: StridedView): boolean {
  return sizes.some((size, d) => size > 1 && strides[d] === 0);
}

/** Refuses to write to a tensor several of whose positions are one number in memory. */
export function checkOwnElements(view: StridedView): void {
  if (!isExpanded(view)) return;
  throw new Error(
    "unsupported operation: more than one element of the written-to tensor refers to a single memory location. Please clone() the tensor before performing the operation.",
  );
}

/** Gives a view a history that begins at its base, after the memory has changed. */
export function followBase(view: Tensor, hasHistory: boolean): void {
  if (!view._viewOf) return;
  const { base } = view._viewOf;
  if (!hasHistory && !base.requiresGrad) return;
  refuseUnclear(view, hasHistory, "its base or another view of its base has been");
  view._node = nodeOf("asStrided", [base], [], (g) => [() => put(g, view._view, base._view)]);
}

/** The history of a view's base once the view's memory holds `result`. */
function copySlices({ _view: view }: Tensor, base: Tensor, result: Tensor): GradNode {
  const whole = numelOf(view.sizes) === base.numel();
  return nodeOf("copySlices", [base, result], [], (g) => {
    checkOwnElements(view);
    const memory = inMemory(g, base._view);
    return [() => without(whole ? null : memory, view, base._view), () => at(memory, view)];
  });
}

/**
 * The history that `result` brings to the memory of `self`, made before the memory changes; null where none is recorded.
 * @param startsAnew the result does not depend on what `self` was
 */
export function historyOf(self: Tensor, result: Tensor, startsAnew: boolean): GradNode | null {
  if (!recording(self, result)) return null;
  if (self._viewOf) return copySlices(self, self._viewOf.base, result);
  return startsAnew ? nodeOf("copy", [self, result], [], (g) => [() => zerosOf(self._view), () => g]) : result._node;
}

/** Gives the memory of `self` its new history, after it has changed. */
export function setHistory(self: Tensor, node: GradNode | null): void {
  if (!node) return;
  if (!self._viewOf) {
    self._node = node;
    return;
  }
  self._viewOf.base._node = node;
  // The view that was changed takes notice at once: it may have had no history before.
  followBase(self, !self.isLeaf);
}

function at({ _view: { storage } }: Tensor, { sizes, strides, offset }: StridedView): Tensor {
  return new Tensor(storage, sizes, strides, offset);
}

/** The values of a tensor in the order of the memory that `layout` describes. */
function inMemory(values: Tensor, layout: StridedView): Tensor {
  const { storage, sizes, strides, offset } = layout;
  if (!isWhole(layout)) return scatterAdd(values, elementIndices(sizes, strides, offset), [storage.numel]);
  return isWhole(values._view) ? values : compute(values.dtype, values.shape, () => raw(values));
}

function zerosOf({ sizes }: StridedView): Tensor {
  return compute("float32", sizes, () => tf.zeros([...sizes]));
}

/** The gradient of the base where only a view of it has one. */
function put(gradient: Tensor, view: StridedView, base: StridedView): Tensor {
  const indices = elementIndices(view.sizes, view.strides, view.offset);
  return at(scatterAdd(gradient, indices, [view.storage.numel]), base);
}

/** The gradient of what the base was before a view of it was written over; `memory` is null where nothing is left. */
function without(memory: Tensor | null, view: StridedView, base: StridedView): Tensor {
  if (!memory) return zerosOf(base);
  const { numel } = base.storage;
  const written = new Uint8Array(numel);
  elementIndices(view.sizes, view.strides, view.offset).forEach((index) => (written[index] = 1));
  const kept = compute("float32", [numel], () => {
    const flat = tf.reshape(raw(memory), [numel]);
    return tf.where(tf.tensor1d(written, "bool"), tf.zerosLike(flat), flat);
  });
  return at(kept, base);
}
