// What an optimizer and the generator remember can be taken out and put back, so that training goes on where it was.
import { beforeEach, expect, test } from "vitest";
import { nn, optim, torch } from "shapewright/torch";
import { chooseBackend } from "../../client/src/runtime/backends/index";

beforeEach(async () => {
  await chooseBackend("cpu");
});

function parameter(values: number[] = [1, -2, 3]): nn.Parameter {
  return new nn.Parameter(torch.tensor(values, { dtype: torch.float32 }));
}

function steps(count: number, of: nn.Parameter, optimizer: optim.Optimizer): void {
  for (let i = 0; i < count; i++) {
    optimizer.zeroGrad();
    of.mul(of).sum().backward();
    optimizer.step();
  }
}

const makers: [string, (parameters: nn.Parameter[]) => optim.Optimizer][] = [
  ["SGD", (p) => new optim.SGD(p, { lr: 0.1 })],
  ["SGD with momentum", (p) => new optim.SGD(p, { lr: 0.1, momentum: 0.9 })],
  ["Adam", (p) => new optim.Adam(p, { lr: 0.1 })],
  ["AdamW", (p) => new optim.AdamW(p, { lr: 0.1 })],
];

test.each(makers)("%s goes on from its state as if nothing had happened", (_, make) => {
  const whole = parameter();
  steps(5, whole, make([whole]));

  const before = parameter();
  const first = make([before]);
  steps(2, before, first);
  const after = parameter(before.tolist() as number[]);
  const second = make([after]);
  second.loadStateDict(first.stateDict());
  // The state is a copy: what happens to the first optimizer no longer matters to the second.
  steps(1, before, first);
  steps(3, after, second);
  expect(after.tolist()).toEqual(whole.tolist());
});

test("the state has PyTorch's structure and names", () => {
  const [used, unused] = [parameter(), parameter([1])];
  const adam = new optim.Adam([used, unused], { lr: 0.1, weightDecay: 0.2 });
  steps(2, used, adam);
  const { state, param_groups } = adam.stateDict();
  expect(param_groups).toEqual([
    { lr: 0.1, betas: [0.9, 0.999], eps: 1e-8, weight_decay: 0.2, amsgrad: false, params: [0, 1] },
  ]);
  expect(Object.keys(state)).toEqual(["0"]);
  expect(Object.keys(state["0"]!)).toEqual(["step", "exp_avg", "exp_avg_sq"]);
  expect(state["0"]!["step"]).toBe(2);

  const sgd = new optim.SGD([used], { lr: 0.1, momentum: 0.9 });
  expect(sgd.stateDict().state).toEqual({});
  steps(1, used, sgd);
  expect(Object.keys(sgd.stateDict().state["0"]!)).toEqual(["momentum_buffer"]);
});

test("settings are taken over with the state", () => {
  const fast = new optim.SGD([parameter()], { lr: 0.5, momentum: 0.9 });
  const slow = new optim.SGD([parameter()], { lr: 0.1 });
  slow.loadStateDict(fast.stateDict());
  expect(slow.paramGroups[0]).toMatchObject({ lr: 0.5, momentum: 0.9 });
});

test("a state of other parameters is refused and changes nothing", () => {
  const [three, two] = [parameter(), parameter([1, 2])];
  const saved = new optim.Adam([three], { lr: 0.5 });
  steps(1, three, saved);
  const adam = new optim.Adam([two], { lr: 0.1 });
  expect(() => adam.loadStateDict(saved.stateDict())).toThrow("size mismatch for exp_avg");
  expect(() => new optim.Adam([two, three]).loadStateDict(saved.stateDict())).toThrow("match the size of optimizer's");
  expect(adam.paramGroups[0]!.lr).toBe(0.1);
});

test("the generator draws the same numbers from a state again", () => {
  torch.manualSeed(3);
  torch.randn(3);
  const state = JSON.parse(JSON.stringify(torch.getRngState())) as torch.GeneratorState;
  const draw = () => [torch.randn(5).tolist(), torch.randperm(7).tolist(), torch.rand(700).tolist()];
  const drawn = draw();
  torch.manualSeed(4);
  torch.setRngState(state);
  expect(draw()).toEqual(drawn);
});
