import { beforeAll, describe, expect, test } from "vitest";
import { F, nn, torch } from "shapewright/torch";
import type { Tensor } from "shapewright/torch";
import { chooseBackend } from "../../client/src/runtime/backends/index";

beforeAll(async () => {
  await chooseBackend("cpu");
});

class Block extends nn.Module {
  override name = "block";
  fc = new nn.Linear(3, 3);
  norm = new nn.BatchNorm1d(3);
  scale = new nn.Parameter(torch.ones(3));
  layers = new nn.ModuleList([new nn.Linear(3, 2), new nn.Linear(2, 1)]);
  hidden: nn.Linear[] = [new nn.Linear(1, 1)];

  forward(x: Tensor, twice: boolean): Tensor {
    let y = this.norm(this.fc(x)).mul(this.scale);
    if (twice) y = y.mul(2);
    for (const layer of this.layers) y = layer(y);
    return y;
  }
}

describe("a module", () => {
  test("is called with forward's arguments", () => {
    const block = new Block().eval();
    expect(block).toBeInstanceOf(nn.Module);
    expect(block(torch.ones(2, 3), false).shape).toEqual([2, 1]);
    expect(block.name).toBe("block");
  });

  test("finds parameters in fields and lists, not in plain arrays", () => {
    expect(new Block().namedParameters().map(([name]) => name)).toEqual([
      "scale",
      "fc.weight",
      "fc.bias",
      "norm.weight",
      "norm.bias",
      "layers.0.weight",
      "layers.0.bias",
      "layers.1.weight",
      "layers.1.bias",
    ]);
  });

  test("shares parameters by sharing the module", () => {
    class Tied extends nn.Module {
      first = new nn.Linear(2, 2);
      second = this.first;
      forward(x: Tensor): Tensor {
        return this.second(this.first(x));
      }
    }
    expect(new Tied().parameters()).toHaveLength(2);
  });

  test("keeps its state and takes another's", () => {
    const [a, b] = [new Block(), new Block()];
    expect(Object.keys(a.stateDict())).toContain("norm.running_mean");
    b.loadStateDict(a.stateDict());
    expect(b.fc.weight.tolist()).toEqual(a.fc.weight.tolist());
    torch.noGrad(() => a.fc.weight.add_(1));
    expect(b.fc.weight.tolist()).not.toEqual(a.fc.weight.tolist());
  });

  test("says which keys and sizes do not fit", () => {
    const state = { ...new nn.Linear(2, 3).stateDict(), extra: torch.zeros(1) };
    expect(() => new nn.Linear(3, 3).loadStateDict(state)).toThrow(
      /Unexpected key\(s\) in state_dict: extra\.[^]*size mismatch for weight: copying a param with shape \[3, 2\]/,
    );
  });

  test("switches everything below it between training and evaluation", () => {
    const block = new Block();
    expect(block.norm.training).toBe(true);
    block.eval();
    expect(block.modules().every((module) => !module.training)).toBe(true);
  });

  test("prints as PyTorch does", () => {
    expect(String(new nn.Sequential(new nn.Linear(2, 3), new nn.ReLU()))).toBe(
      "Sequential(\n  (0): Linear(in_features=2, out_features=3, bias=True)\n  (1): ReLU()\n)".replace("True", "true"),
    );
  });
});

describe("batch normalisation", () => {
  const x = () =>
    torch.tensor(
      [
        [1, 2, 3, 4],
        [2, 3, 4, 5],
        [3, 4, 5, 6],
      ],
      { dtype: torch.float32 },
    );

  test("uses the batch in training and remembers it for evaluation", () => {
    const norm = new nn.BatchNorm1d(4);
    const y = norm(x());
    expect(y.at(2, 3).item()).toBeCloseTo(1.2247, 4);
    const values = (tensor: Tensor | null) =>
      Array.from(tensor?._values() ?? [], (value) => Math.round(value * 1e5) / 1e5);
    expect(values(norm.runningMean)).toEqual([0.2, 0.3, 0.4, 0.5]);
    expect(values(norm.runningVar)).toEqual([1, 1, 1, 1]);
    expect(norm.numBatchesTracked?.item()).toBe(1);
    expect(norm.eval()(x()).at(0, 0).item()).toBeCloseTo(0.8, 4);
  });

  test("wants more than one value for each channel", () => {
    expect(() => new nn.BatchNorm1d(3)(torch.ones(1, 3))).toThrow(
      "Expected more than 1 value per channel when training",
    );
  });
});

test.each([
  ["mseLoss", (x: Tensor, y: Tensor) => F.mseLoss(x, y), 0.0925],
  ["l1Loss", (x: Tensor, y: Tensor) => F.l1Loss(x, y), 0.275],
  ["huberLoss", (x: Tensor, y: Tensor) => F.huberLoss(x, y), 0.04625],
  ["huberLoss with delta 0.2", (x: Tensor, y: Tensor) => F.huberLoss(x, y, { delta: 0.2 }), 0.03625],
])("%s of a worked example", (_name, loss, expected) => {
  const x = torch.tensor([
    [0.5, 0.2],
    [0.7, 0.9],
  ]);
  const y = torch.tensor([
    [0.6, 0.4],
    [0.3, 0.5],
  ]);
  expect(loss(x, y).item()).toBeCloseTo(expected, 5);
});

test("a recurrent layer is called with a batch, or with a packed one", () => {
  const rnn = new nn.RNN(3, 2);
  const [output]: [Tensor, Tensor] = rnn(torch.ones(4, 2, 3));
  expect(output.shape).toEqual([4, 2, 2]);
  const packed = nn.utils.rnn.packPaddedSequence(torch.ones(4, 2, 3), [4, 1]);
  const [values]: [nn.utils.rnn.PackedSequence, Tensor] = rnn(packed);
  expect(values.data.shape).toEqual([5, 2]);
  expect(() => nn.utils.rnn.packPaddedSequence(torch.ones(4, 2, 3), [1, 4])).toThrow("must be sorted");
});

test("a stack of Transformer layers has weights of its own in each", () => {
  const layer = new nn.TransformerEncoderLayer(4, 2, 8);
  const stack = new nn.TransformerEncoder(layer, 2);
  expect(stack.parameters()).toHaveLength(24);
  expect(stack.namedParameters().map(([name]) => name)).toContain("layers.1.self_attn.in_proj_weight");
  expect(stack.parameters().some((parameter) => layer.parameters().includes(parameter))).toBe(false);
});
