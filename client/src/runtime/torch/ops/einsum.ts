/** Einstein summation. */
import { numelOf } from "../shape";
import { sum } from "./reduce";
import type { Tensor } from "../tensor";

/** What an ellipsis stands for: its dimensions are labelled from the right with these, which no equation can contain. */
const ellipsisLabel = (fromRight: number) => String.fromCharCode(0x3b1 + fromRight);

interface Operand {
  readonly tensor: Tensor;
  readonly labels: readonly string[];
}

function labelsOf(term: string, rank: number, operand: number): string[] {
  const [before = "", after] = term.split("...");
  const named = before.length + (after?.length ?? 0);
  for (const label of before + (after ?? "")) {
    if (!/[a-zA-Z]/.test(label)) {
      throw new Error(
        `einsum(): invalid subscript given at index ${term.indexOf(label)} in the equation string, subscripts must be in [a-zA-Z]`,
      );
    }
  }
  if (after === undefined ? named !== rank : named > rank) {
    throw new Error(
      `einsum(): the number of subscripts in the equation (${named}) ${after === undefined ? "does not match" : "is more than"} the number of dimensions (${rank}) for operand ${operand}${after === undefined ? " and no ellipsis was given" : ""}`,
    );
  }
  if (after === undefined) return [...before];
  const hidden = rank - named;
  return [...before, ...Array.from({ length: hidden }, (_, i) => ellipsisLabel(hidden - 1 - i)), ...after];
}

/** A label that an operand has twice becomes its diagonal. */
function withoutRepeats({ tensor, labels }: Operand, operand: number): Operand {
  const repeated = labels.findIndex((label, i) => labels.indexOf(label) !== i);
  if (repeated < 0) return { tensor, labels };
  const label = labels[repeated] as string;
  const first = labels.indexOf(label);
  if (tensor.size(first) !== tensor.size(repeated)) {
    throw new Error(
      `einsum(): subscript ${label} is repeated for operand ${operand} but the sizes don't match, ${tensor.size(repeated)} != ${tensor.size(first)}`,
    );
  }
  const rest = labels.filter((_, i) => i !== first && i !== repeated);
  return withoutRepeats({ tensor: tensor.diagonal(0, first, repeated), labels: [...rest, label] }, operand);
}

/** Implicit output: the ellipsis, then every label that occurs once, in alphabetical order. */
function implicitOutput(operands: readonly Operand[]): string[] {
  const counts = new Map<string, number>();
  operands.forEach(({ labels }) => labels.forEach((label) => counts.set(label, (counts.get(label) ?? 0) + 1)));
  const isEllipsis = (label: string) => label >= "α";
  const names = [...counts.keys()].filter((label) => !isEllipsis(label) && counts.get(label) === 1).sort();
  return [...ellipsisOf(operands), ...names];
}

function ellipsisOf(operands: readonly Operand[]): string[] {
  const hidden = new Set(operands.flatMap(({ labels }) => labels.filter((label) => label >= "α")));
  return [...hidden].sort().reverse();
}

function checkSizes(operands: readonly Operand[]): void {
  const sizes = new Map<string, number>();
  operands.forEach(({ tensor, labels }, i) => {
    labels.forEach((label, d) => {
      const size = tensor.size(d);
      const known = sizes.get(label) ?? 1;
      if (known !== 1 && size !== 1 && known !== size) {
        throw new Error(
          `einsum(): subscript ${label} has size ${size} for operand ${i} which does not broadcast with previously seen size ${known}`,
        );
      }
      if (known === 1) sizes.set(label, size);
    });
  });
}

/** The dimensions named by `labels`, in that order; labels the operand lacks become size 1. */
function arranged({ tensor, labels }: Operand, order: readonly string[]): Tensor {
  const present = order.filter((label) => labels.includes(label));
  const permuted = tensor.permute(present.map((label) => labels.indexOf(label)));
  return order.reduce((result, label, d) => (labels.includes(label) ? result : result.unsqueeze(d)), permuted);
}

function sumOut({ tensor, labels }: Operand, drop: readonly string[]): Operand {
  if (drop.length === 0) return { tensor, labels };
  return {
    tensor: tensor.sum(drop.map((label) => labels.indexOf(label))),
    labels: labels.filter((label) => !drop.includes(label)),
  };
}

/** Two operands as one batched matrix product: shared labels that stay are batches, shared labels that go are summed. */
function contract(a: Operand, b: Operand, needed: ReadonlySet<string>): Operand {
  const onlyIn = (own: Operand, other: Operand) =>
    own.labels.filter((label) => !needed.has(label) && !other.labels.includes(label));
  const left = sumOut(a, onlyIn(a, b));
  const right = sumOut(b, onlyIn(b, a));
  const shared = left.labels.filter((label) => right.labels.includes(label));
  const batch = shared.filter((label) => needed.has(label));
  const summed = shared.filter((label) => !needed.has(label));
  const rows = left.labels.filter((label) => !shared.includes(label));
  const columns = right.labels.filter((label) => !shared.includes(label));

  const size = (operand: Operand, label: string) => operand.tensor.size(operand.labels.indexOf(label));
  const common = (label: string) => Math.max(size(left, label), size(right, label));
  const stretched = (operand: Operand, order: readonly string[]) =>
    arranged(operand, order).expand(
      order.map((label) => (shared.includes(label) ? common(label) : size(operand, label))),
    );
  const batchSizes = batch.map(common);
  const inner = numelOf(summed.map(common));
  const rowSizes = rows.map((label) => size(left, label));
  const columnSizes = columns.map((label) => size(right, label));
  const first = stretched(left, [...batch, ...rows, ...summed]).reshape([...batchSizes, numelOf(rowSizes), inner]);
  const second = stretched(right, [...batch, ...summed, ...columns]).reshape([
    ...batchSizes,
    inner,
    numelOf(columnSizes),
  ]);
  return {
    tensor: first.matmul(second).reshape([...batchSizes, ...rowSizes, ...columnSizes]),
    labels: [...batch, ...rows, ...columns],
  };
}

/**
 * Products of tensors summed over the labels that the output does not name: `einsum("bij,bjk->bik", a, b)`.
 * Source: https://pytorch.org/docs/stable/generated/torch.einsum.html
 */
export function einsum(equation: string, ...operands: Tensor[]): Tensor {
  const [inputs = "", explicit] = equation.replaceAll(" ", "").split("->");
  const terms = inputs.split(",");
  if (terms.length !== operands.length) {
    throw new Error(
      terms.length > operands.length
        ? "einsum(): fewer operands were provided than specified in the equation"
        : "einsum(): more operands were provided than specified in the equation",
    );
  }
  const named = operands.map((tensor, i) => ({ tensor, labels: labelsOf(terms[i] as string, tensor.ndim, i) }));
  const parsed = named.map(withoutRepeats);
  checkSizes(parsed);
  const output =
    explicit === undefined
      ? implicitOutput(named)
      : explicit.split("...").flatMap((part, i) => [...(i > 0 ? ellipsisOf(parsed) : []), ...part]);
  const known = new Set(parsed.flatMap(({ labels }) => labels));
  for (const [i, label] of output.entries()) {
    if (output.indexOf(label) !== i) {
      throw new Error(`einsum(): output subscript ${label} appears more than once in the output`);
    }
    if (!known.has(label)) {
      throw new Error(`einsum(): output subscript ${label} does not appear in the equation for any input operand`);
    }
  }
  const [first, ...rest] = parsed;
  if (!first) throw new Error("einsum(): must provide at least one operand");
  const result = rest.reduce((joined, operand, i) => {
    const later = rest.slice(i + 1).flatMap(({ labels }) => labels);
    return contract(joined, operand, new Set([...output, ...later]));
  }, first);
  return arranged(
    sumOut(
      result,
      result.labels.filter((label) => !output.includes(label)),
    ),
    output,
  );
}

/** Sums products over paired dimensions; a number pairs the last of `a` with the first of `b`. */
export function tensordot(
  a: Tensor,
  b: Tensor,
  dims: number | readonly [readonly number[], readonly number[]] = 2,
): Tensor {
  const count = typeof dims === "number" ? dims : 0;
  const range = (from: number) => Array.from({ length: count }, (_, i) => from + i);
  const [dimsA, dimsB] = typeof dims === "number" ? [range(a.ndim - count), range(0)] : dims;
  for (const [i, dim] of dimsA.entries()) {
    const other = dimsB[i] as number;
    if (a.size(dim) !== b.size(other)) {
      // A size of 1 stands for all of the other side's: a product with a sum.
      if (a.size(dim) === 1) return tensordot(a, sum(b, other, { keepdim: true }), [dimsA, dimsB]);
      if (b.size(other) === 1) return tensordot(sum(a, dim, { keepdim: true }), b, [dimsA, dimsB]);
      throw new Error(
        `contracted dimensions need to match, but first has size ${a.size(dim)} in dim ${dim} and second has size ${b.size(other)} in dim ${other}`,
      );
    }
  }
  const wrap = (tensor: Tensor, list: readonly number[]) => list.map((d) => (d < 0 ? d + tensor.ndim : d));
  const pairedA = wrap(a, dimsA);
  const pairedB = wrap(b, dimsB);
  const freeA = a.shape.map((_, d) => d).filter((d) => !pairedA.includes(d));
  const freeB = b.shape.map((_, d) => d).filter((d) => !pairedB.includes(d));
  const inner = numelOf(pairedA.map((d) => a.size(d)));
  return a
    .permute([...freeA, ...pairedA])
    .reshape(-1, inner)
    .matmul(b.permute([...pairedB, ...freeB]).reshape(inner, -1))
    .reshape([...freeA.map((d) => a.size(d)), ...freeB.map((d) => b.size(d))]);
}
