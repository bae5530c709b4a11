/** An LSTM whose hidden state is a projection of the cell's output, step by step. Source: arXiv 1402.1128 */
import { linear, stack } from "../ops/index";
import type { Tensor } from "../tensor";
import type { RecurrentOptions, RecurrentResult, RecurrentStart, RecurrentWeights } from "./recurrent";

/** Where the mask holds the new value, else the old one. */
function masked(mask: Tensor | null, now: Tensor, before: Tensor): Tensor {
  return mask ? before.add(mask.mul(now.sub(before))) : now;
}

/**
 * @param input [T, N, inputSize]
 * @param start the hidden state [N, projSize] and the cell [N, hiddenSize]
 * @param projection [projSize, hiddenSize]
 */
export function projectedLstm(
  input: Tensor,
  start: RecurrentStart,
  weights: RecurrentWeights,
  projection: Tensor,
  { reverse = false, mask = null }: RecurrentOptions = {},
): RecurrentResult {
  const steps = input.size(0);
  const gatesOfInput = linear(input, weights.input, weights.inputBias);
  let { hidden } = start;
  let cell = start.cell as Tensor;
  const outputs: Tensor[] = [];
  for (let i = 0; i < steps; i++) {
    const t = reverse ? steps - 1 - i : i;
    const gates = gatesOfInput.select(0, t).add(linear(hidden, weights.hidden, weights.hiddenBias));
    const [input, forget, candidate, output] = gates.chunk(4, 1) as [Tensor, Tensor, Tensor, Tensor];
    const seen = mask ? mask.select(0, t) : null;
    const now = forget.sigmoid().mul(cell).add(input.sigmoid().mul(candidate.tanh()));
    hidden = masked(seen, linear(output.sigmoid().mul(now.tanh()), projection), hidden);
    cell = masked(seen, now, cell);
    outputs[t] = hidden;
  }
  return { output: stack(outputs), hidden, cell };
}
