import { beforeAll, describe, expect, test } from "vitest";
import { torch } from "shapewright/torch";
import type { Tensor } from "shapewright/torch";
import { chooseBackend } from "../../client/src/runtime/backends/index";

beforeAll(async () => {
  await chooseBackend("cpu");
});

function leaf(...values: number[]): Tensor {
  return torch.tensor(values, { dtype: torch.float32 }).requiresGrad_();
}

describe("backward", () => {
  test("adds to the gradients that are there", () => {
    const x = leaf(1, 2);
    x.mul(3).sum().backward();
    x.mul(x).sum().backward();
    expect(x.grad?.tolist()).toEqual([5, 7]);
    x.grad = null;
    expect(x.grad).toBeNull();
  });

  test("keeps the gradient object while adding to it", () => {
    const x = leaf(1);
    x.mul(2).backward();
    const { grad } = x;
    x.mul(3).backward();
    expect(grad?.item()).toBe(5);
  });

  test("wants a gradient for anything but a scalar", () => {
    const x = leaf(1, 2);
    expect(() => x.mul(2).backward()).toThrow("grad can be implicitly created only for scalar outputs");
    x.mul(2).backward(torch.tensor([1, 10], { dtype: torch.float32 }));
    expect(x.grad?.tolist()).toEqual([2, 20]);
  });

  test("runs through a graph once unless it is retained", () => {
    const x = leaf(3);
    const y = x.mul(x);
    y.backward(undefined, { retainGraph: true });
    y.backward();
    expect(x.grad?.item()).toBe(12);
    expect(() => y.backward()).toThrow("Trying to backward through the graph a second time");
  });

  test("needs something to differentiate", () => {
    expect(() => torch.ones(1).backward()).toThrow("element 0 of tensors does not require grad");
  });

  test("gives two leaves that share a gradient memory of their own", () => {
    const [a, b] = [leaf(1), leaf(2)];
    a.add(b).sum().backward();
    a.grad?.mul_(10);
    expect(b.grad?.item()).toBe(1);
  });
});

describe("what requires a gradient", () => {
  test("nothing, inside noGrad", () => {
    const x = leaf(1);
    expect(torch.noGrad(() => x.mul(2)).requiresGrad).toBe(false);
    expect(torch.noGrad(() => torch.enableGrad(() => x.mul(2))).requiresGrad).toBe(true);
    expect(torch.isGradEnabled()).toBe(true);
  });

  test("nothing, until an asynchronous noGrad is over", async () => {
    const x = leaf(1);
    const y = await torch.noGrad(async () => {
      await Promise.resolve();
      return x.mul(2);
    });
    expect(y.requiresGrad).toBe(false);
    expect(torch.isGradEnabled()).toBe(true);
  });

  test("noGrad ends with an error as well", () => {
    expect(() =>
      torch.noGrad(() => {
        throw new Error("inside");
      }),
    ).toThrow("inside");
    expect(torch.isGradEnabled()).toBe(true);
  });

  test("not what is detached, and only floats", () => {
    expect(leaf(1).mul(2).detach().requiresGrad).toBe(false);
    expect(() => torch.arange(3).requiresGrad_()).toThrow("only Tensors of floating point dtype can require gradients");
  });

  test("tensors in between keep theirs on request", () => {
    const x = leaf(2);
    const y = x.mul(3);
    y.retainGrad();
    y.mul(y).backward();
    expect(y.grad?.item()).toBe(12);
    expect(x.grad?.item()).toBe(36);
  });
});

describe("changes in place", () => {
  test("of a leaf that requires a gradient are refused", () => {
    expect(() => leaf(1).add_(1)).toThrow("a leaf Variable that requires grad is being used in an in-place operation.");
  });

  test("become part of the history", () => {
    const x = leaf(2);
    const y = x.mul(3);
    y.add_(1).mul_(2);
    y.sum().backward();
    expect(x.grad?.item()).toBe(6);
  });

  test("of a view are part of its base's history, and of every other view's", () => {
    const x = leaf(1, 2, 3, 4);
    const y = x.mul(1).view(2, 2);
    const column = y.t().at(0);
    y.at(0).mul_(10);
    column.sum().backward();
    expect(x.grad?.tolist()).toEqual([10, 0, 1, 0]);
  });

  test("of a part that is written over end the gradient of what was there", () => {
    const [x, w] = [leaf(1, 2, 3), leaf(5)];
    const y = x.mul(2);
    y.narrow(0, 1, 2).copy_(w);
    y.sum().backward();
    expect(x.grad?.tolist()).toEqual([2, 0, 0]);
    expect(w.grad?.tolist()).toEqual([2]);
  });

  test("reach a tensor that required no gradient before", () => {
    const x = leaf(2);
    const table = torch.zeros(2, 2);
    table.at(1).add_(x);
    expect(table.requiresGrad).toBe(true);
    table.sum().backward();
    expect(x.grad?.item()).toBe(2);
  });

  test("of views whose history would be unclear are refused", () => {
    const x = leaf(1, 2, 3, 4);
    expect(() => x.at([0, 2]).mul_(2)).toThrow("a view of a leaf Variable that requires grad");
    expect(() => x.exp().chunk(2)[0]?.mul_(2)).toThrow("Output 0 of SplitBackward0 is a view and is being modified");
    const y = x.exp();
    expect(() => torch.noGrad(() => y.at(0)).mul_(2)).toThrow(
      "A view was created in no_grad mode and is being modified",
    );
  });

  test("inside noGrad leave the history as it is", () => {
    const x = leaf(2);
    const y = x.mul(3);
    torch.noGrad(() => y.add_(1));
    y.mul(5).sum().backward();
    expect(x.grad?.item()).toBe(15);
  });

  test("move what retainGrad keeps", () => {
    const y = leaf(2).mul(3);
    y.retainGrad();
    y.mul_(4);
    y.sum().backward();
    expect(y.grad?.item()).toBe(1);
  });

  test("of saved values are noticed", () => {
    const x = leaf(2);
    const y = x.exp();
    const z = y.mul(1);
    torch.noGrad(() => y.add_(1));
    expect(() => z.sum().backward()).toThrow("modified by an inplace operation");
  });
});
