/** `nn.utils`: gradients kept in bounds. */
import { noGrad } from "../grad-mode";
import { stack, zeros } from "../ops/index";
import { Tensor } from "../tensor";

export * as rnn from "./rnn";

function gradientsOf(parameters: Tensor | Iterable<Tensor>): Tensor[] {
  return (parameters instanceof Tensor ? [parameters] : [...parameters]).flatMap(
    (parameter) => parameter._peekGrad() ?? [],
  );
}

/** Scales all gradients together so that their norm is at most `maxNorm`. Returns the norm before. */
export function clipGradNorm_(
  parameters: Tensor | Iterable<Tensor>,
  maxNorm: number,
  { normType = 2 }: { normType?: number } = {},
): Tensor {
  const gradients = gradientsOf(parameters);
  if (gradients.length === 0) return zeros([]);
  return noGrad(() => {
    const total = stack(gradients.map((gradient) => gradient.norm(normType))).norm(normType);
    const factor = total.add(1e-6).reciprocal().mul(maxNorm).clamp(null, 1);
    for (const gradient of gradients) gradient.mul_(factor);
    return total;
  });
}

/** Cuts every element of every gradient to [−clipValue, clipValue]. */
export function clipGradValue_(parameters: Tensor | Iterable<Tensor>, clipValue: number): void {
  noGrad(() => {
    for (const gradient of gradientsOf(parameters)) gradient.clamp_(-clipValue, clipValue);
  });
}
