/**
 * Reverse-mode differentiation. Every operation on tensors that require gradients leaves a node on its result: where
 * its inputs came from, the tensors its formula needs, and the formula itself, written with tensor operations.
 * `backward()` walks the nodes from the newest to the oldest, which is a topological order.
 */
import { isFloating } from "./dtype";
import { isGradEnabled, noGrad } from "./grad-mode";
import { add, clone, ones } from "./ops/index";
import { formatSizes, sameSizes } from "./shape";
import { releaseDeviceMemory, scope } from "./storage";
import type { Storage } from "./storage";
import type { Tensor } from "./tensor";

/** One gradient for each input; only those that somebody needs are asked for. */
export type InputGradients = readonly ((() => Tensor) | null)[];

/** Where a gradient goes: to the operation that made the input, or to a leaf. */
type Edge = { readonly node: GradNode } | { readonly leaf: Tensor };

interface Saved {
  readonly tensor: Tensor;
  readonly version: number;
}

export interface GradNode {
  /** Operations are numbered as they happen. */
  readonly sequence: number;
  readonly name: string;
  readonly edges: readonly (Edge | null)[];
  /** Null once `backward()` has freed them. */
  saved: readonly Saved[] | null;
  readonly formula: (gradient: Tensor, ...saved: Tensor[]) => InputGradients;
  /** The result, where its gradient is to be kept. */
  retained: Tensor | null;
}

export interface BackwardOptions {
  /** Keeps what the graph saved, so that `backward()` can run through it again. */
  readonly retainGraph?: boolean;
}

let operations = 0;

function edgeTo(input: Tensor): Edge | null {
  if (input._node) return { node: input._node };
  return input.requiresGrad ? { leaf: input } : null;
}

/** Whether an operation on these inputs has to be recorded. */
export function recording(...inputs: readonly Tensor[]): boolean {
  return isGradEnabled() && inputs.some((input) => input.requiresGrad);
}

/**
 * Puts a node on the result of an operation, if one is needed.
 * @param inputs the differentiable inputs, in the order of the formula's gradients
 * @param saved tensors that the formula is given besides the gradient of the result
 */
export function record(
  name: string,
  result: Tensor,
  inputs: readonly Tensor[],
  saved: readonly Tensor[],
  formula: GradNode["formula"],
): Tensor {
  if (isFloating(result.dtype) && recording(...inputs)) result._node = nodeOf(name, inputs, saved, formula);
  return result;
}

/** The node of an operation, as `record` puts it on a result. */
export function nodeOf(
  name: string,
  inputs: readonly Tensor[],
  saved: readonly Tensor[],
  formula: GradNode["formula"],
): GradNode {
  // First the inputs: views may get a node of their own only now.
  const edges = inputs.map(edgeTo);
  return {
    sequence: ++operations,
    name,
    edges,
    saved: saved.map((tensor) => ({ tensor, version: tensor._view.storage.version })),
    formula,
    retained: null,
  };
}

/** Every node that gradients reach from `root`, newest first. */
function nodesFrom(root: GradNode): GradNode[] {
  const found = new Set<GradNode>([root]);
  for (const node of found) {
    for (const edge of node.edges) {
      if (edge && "node" in edge) found.add(edge.node);
    }
  }
  return [...found].sort((a, b) => b.sequence - a.sequence);
}

function unpack(node: GradNode): Tensor[] {
  if (!node.saved) {
    throw new Error(
      "Trying to backward through the graph a second time (or directly access saved tensors after they have already been freed). Saved intermediate values of the graph are freed when you call .backward(). Specify { retainGraph: true } if you need to backward through the graph a second time.",
    );
  }
  return node.saved.map(({ tensor, version }) => {
    const now = tensor._view.storage.version;
    if (now !== version) {
      throw new Error(
        `one of the variables needed for gradient computation has been modified by an inplace operation: ${formatSizes(tensor.shape)}, saved by ${node.name}, is at version ${now}; expected version ${version} instead`,
      );
    }
    return tensor;
  });
}

/** The gradients that are on their way, freed when the last one that uses a storage has arrived. */
class Pending {
  readonly #gradients = new Map<GradNode, Tensor>();
  readonly #uses = new Map<Storage, number>();

  add(node: GradNode, gradient: Tensor): void {
    const before = this.#gradients.get(node);
    const sum = before ? add(before, gradient) : gradient;
    this.#use(sum._view.storage, 1);
    this.#gradients.set(node, sum);
    if (before) this.#use(before._view.storage, -1);
  }

  take(node: GradNode): Tensor | undefined {
    return this.#gradients.get(node);
  }

  done(node: GradNode): void {
    const gradient = this.#gradients.get(node);
    if (!gradient) return;
    this.#gradients.delete(node);
    this.#use(gradient._view.storage, -1);
  }

  #use(storage: Storage, change: number): void {
    const uses = (this.#uses.get(storage) ?? 0) + change;
    this.#uses.set(storage, uses);
    if (uses === 0) storage.disposeIfTemporary();
  }
}

/** Adds a gradient to a tensor's `grad`, in memory of its own. */
function accumulate(tensor: Tensor, gradient: Tensor): void {
  const before = tensor._peekGrad();
  if (before) {
    before._view.storage.replaceBy(add(before, gradient)._view.storage);
    return;
  }
  const own = clone(gradient, { memoryFormat: "contiguous" });
  if (tensor._view.storage.isPinned) own._view.storage.pin();
  else own._view.storage.moveTo(undefined);
  tensor._setGrad(own);
}

function firstGradient(root: Tensor, gradient: Tensor | undefined): Tensor {
  if (gradient) {
    if (!sameSizes(gradient.shape, root.shape)) {
      throw new Error(
        `Mismatch in shape: grad_output[0] has a shape of ${formatSizes(gradient.shape)} and output[0] has a shape of ${formatSizes(root.shape)}.`,
      );
    }
    return gradient;
  }
  if (root.numel() !== 1) throw new Error("grad can be implicitly created only for scalar outputs");
  return ones(root.shape);
}

function walk(root: Tensor, gradient: Tensor | undefined, retainGraph: boolean): void {
  const start = firstGradient(root, gradient);
  if (!root._node) {
    accumulate(root, start);
    return;
  }
  const pending = new Pending();
  pending.add(root._node, start);
  for (const node of nodesFrom(root._node)) {
    const arriving = pending.take(node);
    if (!arriving) continue;
    if (node.retained) accumulate(node.retained, arriving);
    const saved = unpack(node);
    const { edges } = node;
    const gradients = scope(
      () => {
        const thunks = node.formula(arriving, ...saved);
        return edges.map((edge, i) => (edge ? (thunks[i]?.() ?? null) : null));
      },
      (result) => result.flatMap((each) => (each ? [each._view.storage] : [])),
    );
    gradients.forEach((each, i) => {
      const edge = edges[i];
      if (!each || !edge) return;
      if ("node" in edge) pending.add(edge.node, each);
      else accumulate(edge.leaf, each);
    });
    pending.done(node);
    if (!retainGraph) node.saved = null;
  }
}

/** `root.backward(gradient, options)`. */
export function backward(root: Tensor, gradient: Tensor | undefined, options: BackwardOptions): void {
  if (!root.requiresGrad) {
    throw new Error("element 0 of tensors does not require grad and does not have a grad_fn");
  }
  noGrad(() =>
    scope(
      () => walk(root, gradient, options.retainGraph ?? false),
      () => [],
    ),
  );
  releaseDeviceMemory();
}
