import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { nn, optim, torch } from "shapewright/torch";
import type { Tensor } from "shapewright/torch";
import { chooseBackend } from "../../client/src/runtime/backends/index";
import { evaluate, largestError } from "./run-expression";

interface Recording {
  optimizers: { make: string; end: number[] }[];
  metrics: number[];
  schedulers: { make: string; rates: number[]; momentum: number }[];
}

const fixture = new URL("../fixtures/torch/optimizers.json", import.meta.url);
const { optimizers, metrics, schedulers } = JSON.parse(readFileSync(fixture, "utf8")) as Recording;

beforeAll(async () => {
  await chooseBackend("cpu");
});

/** x² + 2y² + z²/2 */
function valley(x: Tensor): Tensor {
  return x
    .mul(x)
    .mul(torch.tensor([1, 2, 0.5]))
    .sum();
}

function start(): nn.Parameter {
  return new nn.Parameter(torch.tensor([1, -2, 3], { dtype: torch.float32 }));
}

function walk(x: nn.Parameter, optimizer: optim.Optimizer, steps: number): void {
  for (let i = 0; i < steps; i++) {
    optimizer.zeroGrad();
    valley(x).backward();
    optimizer.step();
  }
}

describe("six steps end where PyTorch's do", () => {
  test.each(optimizers)("$make", ({ make, end }) => {
    const x = start();
    walk(x, evaluate(make, { optim, p: [x] }) as optim.Optimizer, 6);
    expect(largestError(x._values(), end)).toBeLessThan(3e-6);
  });

  test.each(optimizers)("also with a pause: $make", ({ make, end }) => {
    const x = start();
    const first = evaluate(make, { optim, p: [x] }) as optim.Optimizer;
    walk(x, first, 3);
    const second = evaluate(make, { optim, p: [x] }) as optim.Optimizer;
    second.loadStateDict(first.stateDict());
    walk(x, second, 3);
    expect(largestError(x._values(), end)).toBeLessThan(3e-6);
  });
});

describe("learning rates are PyTorch's", () => {
  interface Scheduler {
    step(metric?: number): void;
    getLastLr(): number[];
  }

  test.each(schedulers)("$make", ({ make, rates, momentum }) => {
    const optimizer = new optim.SGD([start()], { lr: 0.1, momentum: 0.9 });
    const scheduler = evaluate(make, { lr: optim.lrScheduler, o: optimizer }) as Scheduler;
    const seen = [optimizer.paramGroups[0]?.lr as number];
    for (const metric of metrics) {
      optimizer.step();
      scheduler.step(metric);
      seen.push(optimizer.paramGroups[0]?.lr as number);
    }
    expect(largestError(seen, rates)).toBeLessThan(1e-8);
    expect(scheduler.getLastLr()).toEqual([seen.at(-1)]);
    expect(optimizer.paramGroups[0]?.momentum).toBeCloseTo(momentum, 8);
  });
});

test("a scheduler takes up where another stopped", () => {
  const make = () => {
    const optimizer = new optim.Adam([start()], { lr: 0.1 });
    return { optimizer, scheduler: new optim.lrScheduler.CosineAnnealingLR(optimizer, 10) };
  };
  const [a, b] = [make(), make()];
  for (let i = 0; i < 4; i++) a.scheduler.step();
  b.optimizer.loadStateDict(a.optimizer.stateDict());
  b.scheduler.loadStateDict(a.scheduler.stateDict());
  a.scheduler.step();
  b.scheduler.step();
  expect(b.scheduler.getLastLr()).toEqual(a.scheduler.getLastLr());
});

test("parameters are added with settings of their own, each once", () => {
  const [x, y] = [start(), start()];
  const optimizer = new optim.SGD([x], { lr: 0.1 });
  optimizer.addParamGroup({ params: [y], lr: 0.2 });
  walk(y, optimizer, 1);
  expect(y.at(0).item()).toBeCloseTo(0.6);
  expect(() => optimizer.addParamGroup({ params: [x] })).toThrow(
    "some parameters appear in more than one parameter group",
  );
});

test("a step takes a closure", () => {
  const x = start();
  const optimizer = new optim.SGD([x], { lr: 0.1 });
  const loss = optimizer.step(() => {
    optimizer.zeroGrad();
    const value = valley(x);
    value.backward();
    return value;
  });
  expect(loss.item()).toBeCloseTo(13.5);
  expect(x.at(0).item()).toBeCloseTo(0.8);
});
