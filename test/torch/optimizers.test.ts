import { beforeAll, describe, expect, test } from "vitest";
import { nn, optim, torch } from "shapewright/torch";
import { chooseBackend } from "../../client/src/runtime/backends/index";
import { largestError } from "./run-expression";

type Make = (parameters: nn.Parameter[]) => { step(): void; zeroGrad(): void };

/** Five steps down the valley x² + 2y² + z²/2 from [1, −2, 3]. */
function fiveSteps(make: Make): ArrayLike<number> {
  const parameter = new nn.Parameter(torch.tensor([1, -2, 3], { dtype: torch.float32 }));
  const optimizer = make([parameter]);
  const steepness = torch.tensor([1, 2, 0.5]);
  for (let i = 0; i < 5; i++) {
    optimizer.zeroGrad();
    parameter.mul(parameter).mul(steepness).sum().backward();
    optimizer.step();
  }
  return parameter._values();
}

describe("five steps end where PyTorch's do", () => {
  beforeAll(async () => {
    await chooseBackend("cpu");
  });

  const cases: [string, Make, number[]][] = [
    ["SGD", (p) => new optim.SGD(p, { lr: 0.1 }), [0.32768, -0.15552, 1.77147]],
    [
      "SGD with momentum and weight decay",
      (p) => new optim.SGD(p, { lr: 0.1, momentum: 0.9, weightDecay: 0.01 }),
      [-0.5839561, 1.455149, -0.1104449],
    ],
    [
      "SGD with Nesterov's momentum",
      (p) => new optim.SGD(p, { lr: 0.1, momentum: 0.9, nesterov: true }),
      [-0.4157175, 0.3302715, -0.3137451],
    ],
    [
      "SGD with dampening",
      (p) => new optim.SGD(p, { lr: 0.1, momentum: 0.9, dampening: 0.5 }),
      [-0.28512, 1.70448, 0.7590545],
    ],
    [
      "Adam with weight decay",
      (p) => new optim.Adam(p, { lr: 0.1, weightDecay: 0.1 }),
      [0.5079637, -1.502956, 2.50178],
    ],
    ["AdamW", (p) => new optim.AdamW(p, { lr: 0.1 }), [0.5040802, -1.494046, 2.487869]],
  ];
  test.each(cases)("%s", (_name, make, expected) => {
    expect(largestError(fiveSteps(make), expected)).toBeLessThan(2e-6);
  });
});

test("groups of parameters keep settings of their own", () => {
  const [slow, fast] = [new nn.Parameter(torch.ones(1)), new nn.Parameter(torch.ones(1))];
  const optimizer = new optim.SGD([{ params: [slow] }, { params: [fast], lr: 0.5 }], { lr: 0.1 });
  slow.add(fast).sum().backward();
  optimizer.step();
  expect(slow.item()).toBeCloseTo(0.9);
  expect(fast.item()).toBeCloseTo(0.5);
});

test("an optimizer without parameters is refused", () => {
  expect(() => new optim.Adam([])).toThrow("optimizer got an empty parameter list");
});
