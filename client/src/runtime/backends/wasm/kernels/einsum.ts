import { Einsum, util } from "@tensorflow/tfjs-core";
import type { EinsumAttrs, TensorInfo } from "@tensorflow/tfjs-core";
import type { Heap } from "../heap";
import { wasmKernel } from "../kernel";
import { permute } from "../permute";
import { sumOver } from "../reduce";
import { multiply } from "./mat-mul";

/**
 * Einstein summation of one or two tensors, as a matrix product: indices of both sides and the result become its
 * batch, indices of both sides alone its inner dimension.
 *
 * Stock: missing.
 */
export const einsum = wasmKernel<Record<string, TensorInfo>, EinsumAttrs>(Einsum, ({ inputs, attrs, heap }) => {
  const tensors = Object.values(inputs);
  const { terms, result } = parseEquation(attrs.equation, tensors);
  const intermediates: TensorInfo[] = [];
  const keep = (labelled: Labelled): Labelled => {
    intermediates.push(labelled.tensor);
    return labelled;
  };
  const operands = tensors.map((tensor, index) => {
    const labels = terms[index] as string;
    const needed = [...terms.filter((_, other) => other !== index), result].join("");
    return keep(sumUnneeded(heap, { tensor, labels }, needed));
  });
  const [left, right] = operands as [Labelled, Labelled | undefined];
  const product = right === undefined ? left : contract(heap, left, right, result, keep);
  const order = [...result].map((label) => product.labels.indexOf(label));
  const out = permute(heap, product.tensor, order);
  for (const tensor of intermediates) {
    heap.release(tensor);
  }
  return out;
});

/** A tensor with one letter for each dimension. */
interface Labelled {
  readonly tensor: TensorInfo;
  readonly labels: string;
}

function parseEquation(equation: string, tensors: readonly TensorInfo[]): { terms: string[]; result: string } {
  const [left, result] = equation.replace(/\s/g, "").split("->");
  const explain = (problem: string) => `einsum("${equation}"): ${problem}`;
  util.assert(left !== undefined && result !== undefined, () =>
    explain('the equation needs an arrow, as in "ij,jk->ik".'),
  );
  const terms = (left as string).split(",");
  util.assert(terms.length === tensors.length && terms.length <= 2, () =>
    explain(`${terms.length} terms and ${tensors.length} tensors; one or two of each are supported.`),
  );
  for (const term of [...terms, result as string]) {
    util.assert(/^[A-Za-z]*$/.test(term) && new Set(term).size === term.length, () =>
      explain(`"${term}" must name every dimension by a letter of its own.`),
    );
  }
  const sizes = new Map<string, number>();
  for (const [index, tensor] of tensors.entries()) {
    const term = terms[index] as string;
    util.assert(term.length === tensor.shape.length, () =>
      explain(`"${term}" does not fit the shape [${tensor.shape}].`),
    );
    for (const [axis, label] of [...term].entries()) {
      const size = tensor.shape[axis] as number;
      util.assert((sizes.get(label) ?? size) === size, () =>
        explain(`"${label}" is ${sizes.get(label)} in one tensor and ${size} in the other.`),
      );
      sizes.set(label, size);
    }
  }
  for (const label of result as string) {
    util.assert(sizes.has(label), () => explain(`"${label}" of the result is in no term.`));
  }
  return { terms, result: result as string };
}

/** Sums the dimensions away that neither the other term nor the result names. */
function sumUnneeded(heap: Heap, { tensor, labels }: Labelled, needed: string): Labelled {
  const axes = [...labels].flatMap((label, axis) => (needed.includes(label) ? [] : [axis]));
  if (axes.length === 0) {
    return { tensor: heap.alias(tensor, tensor.shape), labels };
  }
  const kept = tensor.shape.filter((_, axis) => !axes.includes(axis));
  const out = sumOver(heap, tensor, axes, kept);
  return { tensor: out, labels: [...labels].filter((label) => needed.includes(label)).join("") };
}

function contract(
  heap: Heap,
  left: Labelled,
  right: Labelled,
  result: string,
  keep: (labelled: Labelled) => Labelled,
): Labelled {
  const shared = [...left.labels].filter((label) => right.labels.includes(label));
  const batch = shared.filter((label) => result.includes(label)).join("");
  const inner = shared.filter((label) => !result.includes(label)).join("");
  const leftOnly = [...left.labels].filter((label) => !right.labels.includes(label)).join("");
  const rightOnly = [...right.labels].filter((label) => !left.labels.includes(label)).join("");
  const leftOrdered = keep(order(heap, left, batch + leftOnly + inner));
  const rightOrdered = keep(order(heap, right, batch + inner + rightOnly));
  const [leftSize, rightSize] = [dimensions(leftOrdered), dimensions(rightOrdered)];
  const count = volume(leftSize, batch);
  const asMatrices = ({ tensor }: Labelled, rows: number, columns: number) => ({
    tensor: { ...tensor, shape: [count, rows, columns] },
    transposed: false,
  });
  const product = multiply(
    heap,
    asMatrices(leftOrdered, volume(leftSize, leftOnly), volume(leftSize, inner)),
    asMatrices(rightOrdered, volume(leftSize, inner), volume(rightSize, rightOnly)),
  );
  const labels = batch + leftOnly + rightOnly;
  const shape = [...labels].map((label) => leftSize.get(label) ?? (rightSize.get(label) as number));
  return keep({ tensor: { ...product, shape }, labels });
}

function order(heap: Heap, { tensor, labels }: Labelled, wanted: string): Labelled {
  const permutation = [...wanted].map((label) => labels.indexOf(label));
  return { tensor: permute(heap, tensor, permutation), labels: wanted };
}

function dimensions({ tensor, labels }: Labelled): Map<string, number> {
  return new Map([...labels].map((label, axis) => [label, tensor.shape[axis] as number]));
}

function volume(sizes: ReadonlyMap<string, number>, labels: string): number {
  return [...labels].reduce((product, label) => product * (sizes.get(label) as number), 1);
}
