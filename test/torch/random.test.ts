import { beforeEach, describe, expect, test } from "vitest";
import { nn, torch } from "shapewright/torch";
import type { Tensor } from "shapewright/torch";
import { chooseBackend } from "../../client/src/runtime/backends/index";
import { largestError } from "./run-expression";

/** What PyTorch 2.13 draws after `torch.manual_seed(42)`, in this order. */
const drawn = {
  rand: [0.8822693, 0.915004, 0.3828638, 0.9593056],
  randn: [0.2344624, 0.230333, -1.122856, -0.1863283, 2.208201],
  randn20: [
    1.642317, -0.1595975, -0.4973975, 0.4395893, 0.3188803, -0.424519, 0.3057209, -0.7745925, 0.03491234, 0.321103,
    1.5736, -0.8454674, -1.274151, 2.122785, -1.234653, -0.4879139, -1.41806, 0.8962683, 0.04990539, 2.266718,
  ],
  randperm: [4, 5, 0, 2, 1, 3],
  randint: [8, 6, 3, 8, 3, 5],
  normal: [
    0.108296, 3.890268, 0.3225153, -1.681359, -0.1707411, 2.072376, 2.049245, 3.282403, 1.103287, 2.456219, 0.0368312,
    -1.098932, 2.207798, -2.44459, -0.6555377, 3.669406, 1.967079, 0.6048766,
  ],
};

function expectValues(tensor: Tensor, expected: readonly number[]): void {
  expect(tensor.numel()).toBe(expected.length);
  expect(largestError(tensor._values(), expected)).toBeLessThan(1e-6);
}

describe("a seed", () => {
  beforeEach(async () => {
    await chooseBackend("cpu");
  });

  test("gives PyTorch's random numbers", () => {
    torch.manualSeed(42);
    expectValues(torch.rand(4), drawn.rand);
    expectValues(torch.randn(5), drawn.randn);
    expectValues(torch.randn(20), drawn.randn20);
    expectValues(torch.randperm(6), drawn.randperm);
    expectValues(torch.randint(3, 10, [6]), drawn.randint);
    expectValues(torch.empty(18).normal_(1, 2), drawn.normal);
  });

  test("gives PyTorch's initial weights", () => {
    torch.manualSeed(0);
    const linear = new nn.Linear(3, 2);
    const conv = new nn.Conv2d(1, 2, 2);
    const embedding = new nn.Embedding(3, 2);
    expectValues(linear.weight, [-0.004322518, 0.3097158, -0.4751853, -0.4248946, -0.222369, 0.1548207]);
    expectValues(linear.bias as Tensor, [-0.01143914, 0.4577749]);
    expectValues(
      conv.weight,
      [-0.04437202, 0.1323063, -0.1511065, -0.09828269, -0.4776742, -0.3311411, -0.2061116, 0.01852179],
    );
    expectValues(conv.bias as Tensor, [0.1976676, 0.3000114]);
    expectValues(embedding.weight, [-0.2613142, 1.0667, 0.4158912, 0.8395664, -0.8264687, -0.7949367]);
  });

  const initial: [string, () => Tensor, number[]][] = [
    ["LSTM", () => new nn.LSTM(2, 2)["weightIhL0"] as Tensor, [0.4670467, -0.528759, 0.5762491, 0.4524451]],
    [
      "MultiheadAttention",
      () => new nn.MultiheadAttention(2, 1).inProjWeight as Tensor,
      [-0.581291, 0.4120885, -0.8084093, 0.855953],
    ],
    [
      "TransformerEncoderLayer",
      () => new nn.TransformerEncoderLayer(2, 1, 2).linear2.weight,
      [0.6719795, -0.5793407, 0.03864386, 0.2536904],
    ],
    ["Bilinear", () => new nn.Bilinear(2, 2, 1).weight, [0.4670467, -0.528759, 0.5762491, 0.4524451]],
    [
      "orthogonal_",
      () => nn.init.orthogonal_(torch.empty(2, 3)),
      [-0.5094382, -0.6319267, -0.5840731, -0.01296483, -0.6730407, 0.7394918],
    ],
    [
      "orthogonal_ of a tall matrix",
      () => nn.init.orthogonal_(torch.empty(3, 2), 2),
      [-1.270272, -0.960627, -1.456372, 0.2223703, -0.5151617, 1.740043],
    ],
    [
      "truncNormal_",
      () => nn.init.truncNormal_(torch.empty(20), { a: -1, b: 1 }),
      [-0.4973025, 0.5188872, 0.9367965, 0.2541263, -0.1296627, -0.6017656, 0.1449986, -0.1498272],
    ],
    ["sparse_", () => nn.init.sparse_(torch.empty(3, 2), 0.4), [-0.004867807, 0, 0, 0, 0, 0.01942784]],
  ];
  test.each(initial)("gives PyTorch's initial weights: %s", (_name, make, expected) => {
    torch.manualSeed(5);
    expect(largestError(make()._values(), expected)).toBeLessThan(2e-6);
  });

  test("gives convolutions that hand their input through", () => {
    const weight = nn.init.dirac_(torch.empty(2, 2, 3, 3));
    expect(weight.sum().item()).toBe(2);
    expect(weight.at(1, 1, 1, 1).item()).toBe(1);
  });

  test("makes dropout repeatable", () => {
    const drop = () => {
      torch.manualSeed(3);
      return new nn.Dropout(0.5)(torch.ones(50)).tolist();
    };
    expect(drop()).toEqual(drop());
    expect(new Set(drop() as number[])).toEqual(new Set([0, 2]));
  });
});
