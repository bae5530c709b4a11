/** An LSTM whose hidden state is a projection of the cell's output. Source: arXiv 1402.1128 */
import { cat, linear, narrow, zeros } from "../ops/index";
import type { Tensor } from "../tensor";
import { recurrent } from "./recurrent";
import type { RecurrentOptions, RecurrentResult, RecurrentStart, RecurrentWeights } from "./recurrent";
import { lstmCell } from "./recurrent-cells";

/**
 * As one step of the graph. What the gates see of a projected state, W·(P·r), they see of the unprojected one by the weights W·P, so that
 * a plain LSTM runs over the unprojected states, and what it gives is projected. The state to start from is projected already: it comes
 * in as a part of the first input that each sequence has.
 * @param input [T, N, inputSize]
 * @param start the hidden state [N, projSize] and the cell [N, hiddenSize]
 * @param projection [projSize, hiddenSize]
 */
export function projectedLstm(
  input: Tensor,
  start: RecurrentStart,
  weights: RecurrentWeights,
  projection: Tensor,
  options: RecurrentOptions = {},
): RecurrentResult {
  const batch = input.size(1);
  const { output, hidden, cell } = recurrent(
    lstmCell,
    cat([input, startOfEach(input, start.hidden, options)], 2),
    { hidden: zeros([batch, projection.size(1)]), cell: start.cell },
    {
      ...weights,
      input: cat([weights.input, weights.hidden], 1),
      hidden: weights.hidden.matmul(projection),
    },
    options,
  );
  return { output: linear(output, projection), hidden: linear(hidden, projection), cell };
}

/** [T, N, projSize]: the state where a sequence begins, in the order in which it is run, and 0 elsewhere. */
function startOfEach(input: Tensor, hidden: Tensor, { reverse = false, mask = null }: RecurrentOptions): Tensor {
  const [steps = 0, batch = 0] = input.shape;
  const rest = (part: Tensor): Tensor => {
    const none = zeros([1, ...part.shape.slice(1)]);
    const kept = narrow(part, 0, reverse ? 1 : 0, steps - 1);
    return cat(reverse ? [kept, none] : [none, kept], 0);
  };
  if (mask) return mask.sub(mask.mul(rest(mask))).mul(hidden);
  const others = zeros([steps - 1, batch, hidden.size(1)]);
  const first = hidden.unsqueeze(0);
  return cat(reverse ? [others, first] : [first, others], 0);
}
