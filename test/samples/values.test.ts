// The numbers that samples promise in their comments, as one would work them out on paper.
import { expect, test } from "vitest";
import { torch } from "shapewright/torch";
import type { Tensor } from "shapewright/torch";
import { chooseBackend } from "../../client/src/runtime/backends";

// Samples make tensors as they are loaded, so the backend comes first.
await chooseBackend("wasm");
const { Activations } = await import("../../samples/activations");
const { exercise, layersByHand } = await import("../../samples/layer-arithmetic");
const { binaryLosses, classLosses, Guesses, reductions, regressionLosses } =
  await import("../../samples/loss-arithmetic");
const { byBatchAndByLayer } = await import("../../samples/normalisations");
const { height } = await import("../../samples/optimizers");

function rounded(tensor: Tensor): unknown {
  return JSON.parse(JSON.stringify(tensor.tolist()), (_, value: unknown) =>
    typeof value === "number" ? Number(value.toFixed(4)) : value,
  );
}

const items = (losses: Readonly<Record<string, Tensor>>) =>
  Object.fromEntries(Object.entries(losses).map(([name, loss]) => [name, Number(loss.item().toFixed(5))]));

test("layer arithmetic: the layers set by hand give the answers", () => {
  const { rows, line, square, pair, answer } = exercise;
  expect(layersByHand()(rows, line, square, pair).sub(answer).abs().max().item()).toBeLessThan(1e-5);
});

test("loss arithmetic: the first losses", () => {
  const { numbers, scores, questions } = new Guesses();
  const target = torch.tensor([
    [0.6, 0.4],
    [0.3, 0.5],
  ]);
  expect(items(regressionLosses(numbers, target))).toEqual({
    mse: 0.0925,
    l1: 0.275,
    huber: 0.04625,
    huberSmall: 0.03625,
  });
  expect(rounded(reductions(numbers, target).each)).toEqual([
    [0.01, 0.04],
    [0.16, 0.16],
  ]);
  expect(items(classLosses(scores, torch.tensor([0, 1, 3])))).toEqual({ crossEntropy: 0.57695, nll: 0.57695 });
  const answers = torch.tensor(
    [
      [1, 0],
      [0, 1],
      [0, 1],
    ],
    { dtype: torch.float32 },
  );
  expect(items(binaryLosses(questions, answers))).toEqual({ bceWithLogits: 0.61129, bce: 0.61129 });
});

test("normalisations: down the columns and along the rows", () => {
  const x = torch.tensor(
    [
      [1, 2, 3, 4],
      [2, 3, 4, 5],
      [3, 4, 5, 6],
    ],
    { dtype: torch.float32 },
  );
  const { columns, withRunningStatistics, rows } = byBatchAndByLayer(x);
  const inEachColumn = [-1.2247, 0, 1.2247];
  expect(rounded(columns)).toEqual(inEachColumn.map((value) => Array.from({ length: 4 }, () => value)));
  expect(rounded(rows)).toEqual(Array.from({ length: 3 }, () => [-1.3416, -0.4472, 0.4472, 1.3416]));
  // Mean 0.2, variance 0.9 + 0.1 · 1: the running variance takes the unbiased one.
  expect((rounded(withRunningStatistics) as number[][])[0]?.[0]).toBe(0.8);
});

test("activations: the values of PyTorch at -1 and 2", () => {
  const activations = new Activations().eval();
  const names = activations.functions.keys();
  const values = rounded(activations(torch.tensor([-1, 2], { dtype: torch.float32 }))) as number[][];
  expect(Object.fromEntries(names.map((name, i) => [name, values[i]]))).toEqual({
    sigmoid: [0.2689, 0.8808],
    tanh: [-0.7616, 0.964],
    relu: [0, 2],
    relu6: [0, 2],
    leakyRelu: [-0.1, 2],
    prelu: [-0.25, 2],
    rrelu: [-0.2292, 2],
    elu: [-0.6321, 2],
    selu: [-1.1113, 2.1014],
    gelu: [-0.1587, 1.9545],
    geluTanh: [-0.1588, 1.9546],
    silu: [-0.2689, 1.7616],
    swish: [-0.1824, 1.9051],
    hardswish: [-0.3333, 1.6667],
    mish: [-0.3034, 1.944],
    softmax: [0.2689, 0.8808],
  });
});

test("optimizers: where the race begins", () =>
  expect(rounded(height(torch.tensor([[-7, 2]], { dtype: torch.float32 })))).toEqual([6.45]));
