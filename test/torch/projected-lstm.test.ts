import { beforeAll, describe, expect, test } from "vitest";
import { F, torch } from "shapewright/torch";
import type { Tensor } from "shapewright/torch";
import { chooseBackend } from "../../client/src/runtime/backends/index";
import { projectedLstm } from "../../client/src/runtime/torch/functional/projected-lstm";
import type {
  RecurrentOptions,
  RecurrentResult,
  RecurrentStart,
  RecurrentWeights,
} from "../../client/src/runtime/torch/functional/recurrent";

const BATCH = 3;
const [INPUT, HIDDEN, PROJECTED] = [5, 6, 3];

/** 1 within each sequence: of 4, 2 and 1 steps. */
const lengths = () =>
  torch
    .tensor([
      [1, 1, 1],
      [1, 1, 0],
      [1, 0, 0],
      [1, 0, 0],
    ])
    .float()
    .unsqueeze(2);

/** Where the mask holds the new value, else the old one. */
function masked(mask: Tensor | null, now: Tensor, before: Tensor): Tensor {
  return mask ? before.add(mask.mul(now.sub(before))) : now;
}

/** Step by step, as PyTorch documents it. */
function equations(
  input: Tensor,
  start: RecurrentStart,
  weights: RecurrentWeights,
  projection: Tensor,
  { reverse = false, mask = null }: RecurrentOptions = {},
): RecurrentResult {
  const steps = input.size(0);
  const gatesOfInput = F.linear(input, weights.input, weights.inputBias);
  let { hidden } = start;
  let cell = start.cell as Tensor;
  const outputs: Tensor[] = [];
  for (let i = 0; i < steps; i++) {
    const t = reverse ? steps - 1 - i : i;
    const gates = gatesOfInput.select(0, t).add(F.linear(hidden, weights.hidden, weights.hiddenBias));
    const [input, forget, candidate, output] = gates.chunk(4, 1) as [Tensor, Tensor, Tensor, Tensor];
    const seen = mask ? mask.select(0, t) : null;
    const now = forget.sigmoid().mul(cell).add(input.sigmoid().mul(candidate.tanh()));
    hidden = masked(seen, F.linear(output.sigmoid().mul(now.tanh()), projection), hidden);
    cell = masked(seen, now, cell);
    outputs[t] = hidden;
  }
  return { output: torch.stack(outputs), hidden, cell };
}

function run(lstm: typeof equations, reverse: boolean, isMasked: boolean, steps: number): number[][] {
  torch.manualSeed(7);
  const leaf = (...sizes: number[]): Tensor => torch.randn(sizes).requiresGrad_();
  const input = leaf(steps, BATCH, INPUT);
  const start = { hidden: leaf(BATCH, PROJECTED), cell: leaf(BATCH, HIDDEN) };
  const weights = {
    input: leaf(4 * HIDDEN, INPUT),
    hidden: leaf(4 * HIDDEN, PROJECTED),
    inputBias: leaf(4 * HIDDEN),
    hiddenBias: leaf(4 * HIDDEN),
  };
  const projection = leaf(PROJECTED, HIDDEN);
  const mask = isMasked ? lengths() : null;
  const { output, hidden, cell } = lstm(input, start, weights, projection, { reverse, mask });
  // What stands beyond the end of a sequence is nobody's.
  const seen = mask ? output.mul(mask) : output;
  const results = [seen, hidden, cell as Tensor];
  const loss = results.map((each) => each.mul(torch.arange(each.numel()).view(each.shape).add(1)).sum());
  loss.reduce((sum, each) => sum.add(each)).backward();
  const leaves = [input, start.hidden, start.cell, ...Object.values(weights), projection];
  return [...results, ...leaves.map(({ grad }) => grad as Tensor)].map((each) => each.flatten().tolist() as number[]);
}

describe.each(["cpu", "wasm"] as const)(
  "a projected LSTM over whole sequences equals its equations on %s",
  (device) => {
    beforeAll(async () => {
      await chooseBackend(device);
    });

    test.each([
      { reverse: false, isMasked: false, steps: 1 },
      { reverse: false, isMasked: false, steps: 4 },
      { reverse: true, isMasked: false, steps: 4 },
      { reverse: false, isMasked: true, steps: 4 },
      { reverse: true, isMasked: true, steps: 4 },
    ])(
      "$steps steps, backwards: $reverse, sequences of different lengths: $isMasked",
      ({ reverse, isMasked, steps }) => {
        const expected = run(equations, reverse, isMasked, steps);
        const actual = run(projectedLstm, reverse, isMasked, steps);
        actual.forEach((values, i) =>
          values.forEach((value, j) => expect(value).toBeCloseTo(expected[i]?.[j] as number, 3)),
        );
      },
    );
  },
);
