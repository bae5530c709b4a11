import { beforeAll, describe, expect, test } from "vitest";
import { torch } from "shapewright/torch";
import { chooseBackend } from "../../client/src/runtime/backends/index";

beforeAll(async () => {
  await chooseBackend("cpu");
});

describe("views share memory", () => {
  test("a change in place is seen through every view", () => {
    const x = torch.zeros(2, 3);
    const transposed = x.t();
    const row = x.select(0, 1);
    row.fill_(7);
    expect(transposed.tolist()).toEqual([
      [0, 7],
      [0, 7],
      [0, 7],
    ]);
    x.add_(1);
    expect(row.tolist()).toEqual([8, 8, 8]);
  });

  test("dataPtr tells views from copies", () => {
    const x = torch.arange(12).view(3, 4);
    expect(x.t().dataPtr()).toBe(x.dataPtr());
    expect(x.view(4, 3).dataPtr()).toBe(x.dataPtr());
    expect(x.at(0).dataPtr()).toBe(x.dataPtr());
    expect(x.at(1).dataPtr()).not.toBe(x.dataPtr());
    expect(x.at(1).storageOffset()).toBe(4);
    expect(x.t().contiguous().dataPtr()).not.toBe(x.dataPtr());
    expect(x.contiguous()).toBe(x);
  });

  test("reshape copies only when it must", () => {
    const x = torch.arange(6).view(2, 3);
    expect(x.reshape(3, 2).dataPtr()).toBe(x.dataPtr());
    const copied = x.t().reshape(6);
    expect(copied.dataPtr()).not.toBe(x.dataPtr());
    expect(copied.tolist()).toEqual([0, 3, 1, 4, 2, 5]);
  });
});

/** Non-contiguous is not yet illegal: only the walk over strides decides. */
describe("view", () => {
  const x = () => torch.arange(24).float();

  test.each([
    ["leading dimensions permuted", () => torch.randn(2, 3, 4, 5).permute(1, 0, 2, 3).view(3, 2, 20)],
    ["a transposed matrix split", () => x().view(6, 4).t().view(4, 2, 3)],
    ["an expanded row", () => torch.arange(4).view(1, 4).expand(3, 4).view(3, 2, 2)],
    ["a chunk of q, k and v", () => torch.randn(3, 2, 12).chunk(3, -1)[1]?.view(6, 4)],
  ])("of %s is legal", (_name, make) => {
    expect(make).not.toThrow();
  });

  test.each([
    ["attention heads put back together", () => torch.randn(2, 4, 3, 5).transpose(1, 2).view(2, 3, 20)],
    ["an expanded column", () => torch.randn(4, 1).expand(4, 3).view(12)],
    ["a transposed matrix flattened", () => x().view(6, 4).t().view(-1)],
  ])("of %s throws as PyTorch does", (_name, make) => {
    expect(make).toThrow(
      "view size is not compatible with input tensor's size and stride (at least one dimension spans across two contiguous subspaces). Use .reshape(...) instead.",
    );
  });
});

test.each([
  [
    "windows that overlap",
    () => torch.arange(5).unfold(0, 3, 1),
    [
      [0, 1, 2],
      [1, 2, 3],
      [2, 3, 4],
    ],
  ],
  ["every second element", () => torch.arange(7).at([1, null, 2]), [1, 3, 5]],
  ["a diagonal", () => torch.arange(9).view(3, 3).diagonal(), [0, 4, 8]],
  [
    "a box of a permutation",
    () => torch.arange(24).view(2, 3, 4).permute(2, 0, 1).at([1, 3], 1, [1, null]),
    [
      [17, 21],
      [18, 22],
    ],
  ],
  [
    "an expansion of a slice",
    () => torch.arange(6).view(2, 3).at(":", [1, 2]).expand(2, 2),
    [
      [1, 1],
      [4, 4],
    ],
  ],
])("values of %s", (_name, make, expected) => {
  const view = make();
  expect(view.tolist()).toEqual(expected);
  // The backend has to find the same elements as the host.
  expect(view.add(0).tolist()).toEqual(expected);
});

test("ragged arrays are refused", () => {
  expect(() => torch.tensor([[1, 2], [3]])).toThrow("expected sequence of length 2 at dim 1 (got 1)");
});
