/** Attention as one kernel, where the backend has it. */
import { record } from "../autograd";
import { hasFused, runFusedAll } from "../fused";
import { computeAll, raw } from "../kernel";
import { zeros } from "../ops/index";
import { sameSizes } from "../shape";
import type { Sizes } from "../shape";
import type { AttentionAttributes, MatrixPlace } from "../../fused-kernels";
import { Tensor } from "../tensor";

export interface FusedAttention {
  /** [N, L, E] or [N, heads, L, E] */
  readonly query: Tensor;
  readonly key: Tensor;
  readonly value: Tensor;
  /** Added to the scores; booleans let through what is true. Broadcasts to [..., L, S]. */
  readonly mask: Tensor | null;
  readonly causal: boolean;
  readonly scale: number;
  /** The dimensions of the result from the slowest in memory to the fastest. */
  readonly order: readonly number[];
}

/** Strides of `sizes` whose dimensions lie in memory in the given order. */
function stridesInOrder(sizes: Sizes, order: readonly number[]): number[] {
  const strides = new Array<number>(sizes.length);
  let stride = 1;
  for (const dim of [...order].reverse()) {
    strides[dim] = stride;
    stride *= sizes[dim] as number;
  }
  return strides;
}

/** The order in which the dimensions of a tensor lie in memory, its last one taken as the fastest. */
function memoryOrder({ _view: { strides } }: Tensor): number[] {
  const rank = strides.length;
  const outer = strides.map((_, d) => d).slice(0, -1);
  return [...outer.sort((a, b) => (strides[b] as number) - (strides[a] as number)), rank - 1];
}

function placeOf(strides: Sizes, offset = 0): MatrixPlace {
  const [row = 0, inner = 0, outer = 0] = [...strides].reverse().slice(1);
  return { offset, outer, inner, row };
}

/** The tensor itself where its rows are whole in memory, else a copy. */
function withWholeRows(tensor: Tensor): Tensor {
  return tensor.size(-1) === 1 || tensor.stride(-1) === 1 ? tensor : tensor.contiguous();
}

function additive(mask: Tensor): Tensor {
  return mask.dtype === "bool" ? zeros(mask.shape).maskedFill(mask.logicalNot(), -Infinity) : mask;
}

/** The result, or null where the kernel is missing or does not cover the case. */
export function fusedAttention(call: FusedAttention): Tensor | null {
  const { causal, scale, order } = call;
  const rank = call.query.ndim;
  const tensors = [call.query, call.key, call.value];
  const batch = call.query.shape.slice(0, -2);
  const sameBatch = tensors.every((each) => each.ndim === rank && sameSizes(each.shape.slice(0, -2), batch));
  const fits = call.query.size(-1) === call.key.size(-1) && call.key.size(-2) === call.value.size(-2);
  const plain = tensors.every((each) => each.dtype === "float32" && each.numel() > 0);
  if (!hasFused("attention") || !(rank === 3 || rank === 4) || !sameBatch || !fits || !plain) return null;
  if (call.mask && (call.mask.requiresGrad || call.mask.dtype.startsWith("int"))) return null;

  const [query, key, value] = tensors.map(withWholeRows) as [Tensor, Tensor, Tensor];
  const [queries, keys] = [query.size(-2), key.size(-2)];
  const sizes = [...batch, queries, value.size(-1)];
  const mask = call.mask && withWholeRows(additive(call.mask)).expand([...batch, queries, keys]);
  if (mask && keys > 1 && mask.stride(-1) !== 1) return null;
  const [inner = 1, outer = 1] = [...batch].reverse();
  const strides = stridesInOrder(sizes, order);
  const place = ({ _view }: Tensor) => placeOf(_view.strides, _view.offset);
  const attributes: AttentionAttributes = {
    sizes: { outer, inner, queries, keys, keyWidth: query.size(-1), valueWidth: value.size(-1) },
    ...{ scale, causal, query: place(query), key: place(key), value: place(value), mask: mask && place(mask) },
    result: placeOf(strides),
  };
  const flat = (tensor: Tensor) => tensor._view.storage.flat();
  const inputs = () => ({ query: flat(query), key: flat(key), value: flat(value) });
  const [values, shares] = computeAll(() =>
    runFusedAll("attention", { ...inputs(), ...(mask ? { mask: flat(mask) } : {}) }, attributes),
  ) as [Tensor, Tensor];
  const result = new Tensor(values._view.storage, sizes, strides);
  return record("attention", result, [query, key, value], [query, key, value, shares], (g) => {
    let gradients: Tensor[] | null = null;
    const all = () => (gradients ??= gradientsOf(g, shares, [query, key, value], inputs, attributes));
    return [0, 1, 2].map((i) => () => all()[i] as Tensor);
  });
}

function gradientsOf(
  gradient: Tensor,
  shares: Tensor,
  tensors: readonly Tensor[],
  inputs: () => { query: ReturnType<typeof raw>; key: ReturnType<typeof raw>; value: ReturnType<typeof raw> },
  attributes: AttentionAttributes,
): Tensor[] {
  const arriving = withWholeRows(gradient);
  const layouts = tensors.map((tensor) => stridesInOrder(tensor.shape, memoryOrder(tensor)));
  const [dQuery, dKey, dValue] = layouts.map((strides) => placeOf(strides)) as [MatrixPlace, MatrixPlace, MatrixPlace];
  const { strides, offset } = arriving._view;
  const results = computeAll(() =>
    runFusedAll(
      "attentionGrad",
      { ...inputs(), shares: raw(shares), dResult: arriving._view.storage.flat() },
      { ...attributes, result: placeOf(strides, offset), dQuery, dKey, dValue },
    ),
  );
  return results.map(({ _view }, i) => new Tensor(_view.storage, (tensors[i] as Tensor).shape, layouts[i] as number[]));
}
