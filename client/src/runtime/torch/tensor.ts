import * as tf from "@tensorflow/tfjs-core";
import { backward } from "./autograd";
import type { BackwardOptions, GradNode } from "./autograd";
import { isFloating } from "./dtype";
import type { DType, Values } from "./dtype";
import { elementIndices } from "./materialize";
import type { StridedView } from "./materialize";
import type { TensorMethods } from "./ops/index";
import { contiguousStrides, formatSizes, isContiguous, numelOf, wrapDim } from "./shape";
import type { Sizes } from "./shape";
import type { Storage } from "./storage";
import { followBase } from "./view-history";
import type { ViewOf } from "./view-history";

export type NestedNumbers = number | boolean | NestedNumbers[];

/** Identity of a storage for `dataPtr()`: far enough apart that no two storages overlap. */
const addressSpacing = 2 ** 32;
const bytesPerElement: Record<DType, number> = { float32: 4, int64: 8, int32: 4, bool: 1 };

/**
 * A multi-dimensional array with PyTorch's semantics: sizes, strides and an offset over a shared storage.
 *
 * The type argument documents the shape, for readers and for the analyser: `Tensor<["N", 3, 32, 32]>`.
 * Values are read with `item()`, `tolist()` or, on every backend, `await tensor.data()`.
 */
// Methods come from the operation families (ops/), each of which lists its functions once.
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging
export class Tensor<_Shape extends readonly unknown[] = readonly unknown[]> {
  /** @internal */
  readonly _view: StridedView;
  /** @internal What this tensor is a view of; null where it has memory, or a history, of its own. */
  _viewOf: ViewOf | null = null;
  #node: GradNode | null = null;
  /** @internal */
  _retainsGrad = false;
  #requiresGrad = false;
  #grad: Tensor | null = null;
  #gradSeen = false;

  /** @internal Use `torch.tensor`, `torch.zeros`, … */
  constructor(storage: Storage, sizes: Sizes, strides: Sizes = contiguousStrides(sizes), offset = 0) {
    this._view = { storage, sizes, strides, offset };
  }

  /** @internal The operation that made this tensor; null for leaves. */
  get _node(): GradNode | null {
    const of = this._viewOf;
    if (of && of.version !== this._view.storage.version) followBase(this, this.#node !== null);
    return this.#node;
  }

  set _node(node: GradNode | null) {
    if (this.#node) this.#node.retained = null;
    this.#node = node;
    if (node && this._retainsGrad) node.retained = this;
    if (this._viewOf) this._viewOf.version = this._view.storage.version;
  }

  /** The size of each dimension. */
  get shape(): number[] {
    return [...this._view.sizes];
  }

  get dtype(): DType {
    return this._view.storage.dtype;
  }

  /** The TensorFlow.js backend that computes: "wasm", "cpu", … */
  get device(): string {
    return tf.getBackend();
  }

  /** The number of dimensions. */
  get ndim(): number {
    return this._view.sizes.length;
  }

  size(): number[];
  size(dim: number): number;
  size(dim?: number): number | number[] {
    if (dim === undefined) return this.shape;
    if (this.ndim === 0) throw new RangeError(`Dimension specified as ${dim} but tensor has no dimensions`);
    return this._view.sizes[wrapDim(dim, this.ndim)] as number;
  }

  dim(): number {
    return this.ndim;
  }

  numel(): number {
    return numelOf(this._view.sizes);
  }

  /** The number of elements in memory between neighbours along each dimension. */
  stride(): number[];
  stride(dim: number): number;
  stride(dim?: number): number | number[] {
    return dim === undefined ? [...this._view.strides] : (this._view.strides[wrapDim(dim, this.ndim)] as number);
  }

  storageOffset(): number {
    return this._view.offset;
  }

  isContiguous(): boolean {
    return isContiguous(this._view.sizes, this._view.strides);
  }

  /** A number that two tensors share when their first elements are the same memory. */
  dataPtr(): number {
    return this._view.storage.id * addressSpacing + this._view.offset * bytesPerElement[this.dtype];
  }

  isFloatingPoint(): boolean {
    return isFloating(this.dtype);
  }

  type(): string {
    const names: Record<DType, string> = { float32: "Float", int64: "Long", int32: "Int", bool: "Bool" };
    return `torch.${names[this.dtype]}Tensor`;
  }

  get requiresGrad(): boolean {
    return this.#requiresGrad || this.#node !== null || (this._viewOf?.base.requiresGrad ?? false);
  }

  set requiresGrad(value: boolean) {
    this.requiresGrad_(value);
  }

  /** Whether gradients of this tensor are to be computed. Only floating-point leaves can be asked for them. */
  requiresGrad_(value = true): this {
    if (this._node && !value) {
      throw new Error(
        "you can only change requires_grad flags of leaf variables. If you want to use a computed variable in a subgraph that doesn't require differentiation use var_no_grad = var.detach().",
      );
    }
    if (value && !isFloating(this.dtype)) {
      throw new Error("only Tensors of floating point dtype can require gradients");
    }
    this.#requiresGrad = value && !this._node;
    return this;
  }

  get isLeaf(): boolean {
    return this.#node === null;
  }

  /** The operation that made this tensor, by name; null for leaves. */
  get gradFn(): { readonly name: string } | null {
    return this._node;
  }

  /** The gradient accumulated by `backward()`; null before, and after `zeroGrad()`. */
  get grad(): Tensor | null {
    this.#gradSeen = true;
    return this.#grad;
  }

  set grad(value: Tensor | null) {
    if (value && (value.ndim !== this.ndim || value.shape.some((size, d) => size !== this._view.sizes[d]))) {
      throw new Error(
        `assigned grad has data of a different size: ${formatSizes(value.shape)} for a tensor of ${formatSizes(this.shape)}`,
      );
    }
    this._setGrad(value);
    this.#gradSeen = value !== null;
  }

  /** @internal The gradient, without counting as seen by the user. */
  _peekGrad(): Tensor | null {
    return this.#grad;
  }

  /** @internal Replaces the gradient; one that the user never saw is freed at once. */
  _setGrad(value: Tensor | null): void {
    if (this.#grad && this.#grad !== value && !this.#gradSeen) this.#grad._view.storage.dispose();
    this.#grad = value;
    this.#gradSeen = false;
  }

  /** Keeps the gradient of a tensor that is no leaf. */
  retainGrad(): void {
    if (!this.requiresGrad) throw new Error("can't retain_grad on Tensor that has requires_grad=False");
    const node = this._node;
    if (!node) return;
    this._retainsGrad = true;
    node.retained = this;
  }

  /**
   * Computes the gradient of this tensor with respect to every leaf that requires one, and adds it to the leaf's `grad`.
   * @param gradient the gradient of what is differentiated with respect to this tensor; 1 for a single element
   */
  backward(gradient?: Tensor, options: BackwardOptions = {}): void {
    backward(this, gradient, options);
  }

  /** The value of a tensor of one element. Synchronous: see `data()` for backends that cannot. */
  item(): number {
    if (this.numel() !== 1) {
      throw new Error(`a Tensor with ${this.numel()} elements cannot be converted to Scalar`);
    }
    return this._view.storage.values()[this._view.offset] as number;
  }

  /** The values as nested arrays; booleans for bool tensors. Synchronous: see `data()` for backends that cannot. */
  tolist(): NestedNumbers {
    const flat = this._read(this._view.storage.values());
    const nest = (dim: number, start: number, step: number): NestedNumbers => {
      const size = this._view.sizes[dim];
      if (size === undefined) return this.dtype === "bool" ? flat[start] !== 0 : (flat[start] as number);
      const inner = step / Math.max(size, 1);
      return Array.from({ length: size }, (_, i) => nest(dim + 1, start + i * inner, inner));
    };
    return nest(0, 0, flat.length);
  }

  /** A copy of the values in row-major order, on every backend. */
  async data(): Promise<Values> {
    return this._read(await this._view.storage.valuesAsync());
  }

  /** @internal A copy of the values in row-major order. Throws where the backend reads asynchronously only. */
  _values(): Values {
    return this._read(this._view.storage.values());
  }

  private _read(values: Values): Values {
    const { sizes, strides, offset } = this._view;
    if (this.isContiguous()) return values.slice(offset, offset + this.numel());
    const result = values.slice(0, 0).constructor as new (length: number) => Values;
    const read = new result(this.numel());
    elementIndices(sizes, strides, offset).forEach((index, i) => {
      read[i] = values[index] as number;
    });
    return read;
  }

  toString(): string {
    const dtype = this.dtype === "float32" ? "" : `, dtype=${this.dtype}`;
    if (this.numel() > 1000) return `tensor(shape=${formatSizes(this.shape)}${dtype})`;
    return `tensor(${JSON.stringify(this.tolist())}${dtype})`;
  }
}

// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface Tensor<_Shape extends readonly unknown[] = readonly unknown[]> extends TensorMethods {}
