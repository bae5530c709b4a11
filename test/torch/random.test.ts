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

  test("makes dropout repeatable", () => {
    const drop = () => {
      torch.manualSeed(3);
      return new nn.Dropout(0.5)(torch.ones(50)).tolist();
    };
    expect(drop()).toEqual(drop());
    expect(new Set(drop() as number[])).toEqual(new Set([0, 2]));
  });
});
