import { beforeAll, describe, expect, test } from "vitest";
import { data, torch } from "shapewright/torch";
import type { Tensor } from "shapewright/torch";
import { chooseBackend } from "../../client/src/runtime/backends/index";

beforeAll(async () => {
  await chooseBackend("cpu");
});

/** Ten samples whose number is their label. */
function samples(): data.TensorDataset<[Tensor, Tensor]> {
  return new data.TensorDataset(torch.arange(20).float().view(10, 2), torch.arange(10));
}

describe("a data loader", () => {
  test("makes batches, the last one smaller", () => {
    const loader = new data.DataLoader(samples(), { batchSize: 4 });
    const labels = [...loader].map(([, y]) => y.tolist());
    expect(loader).toHaveLength(3);
    expect(labels).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9],
    ]);
    expect([...new data.DataLoader(samples(), { batchSize: 4, dropLast: true })]).toHaveLength(2);
  });

  test("shuffles anew in each pass, repeatably", async () => {
    const pass = async (loader: data.DataLoader<[Tensor, Tensor]>) => {
      const labels: unknown[] = [];
      for await (const [, y] of loader) labels.push(...(y.tolist() as number[]));
      return labels;
    };
    torch.manualSeed(1);
    const loader = new data.DataLoader(samples(), { batchSize: 3, shuffle: true });
    const [first, second] = [await pass(loader), await pass(loader)];
    expect(first).not.toEqual(second);
    expect([...first].sort()).toEqual([...second].sort());
    torch.manualSeed(1);
    expect(await pass(loader)).toEqual(first);
  });

  test("puts samples of one's own together, field by field", async () => {
    class Squares extends data.Dataset<{ x: Tensor; label: number }> {
      readonly length = 3;
      async get(index: number) {
        return { x: torch.tensor([index * index]), label: index };
      }
    }
    const loader = new data.DataLoader(new Squares(), { batchSize: 3 });
    for await (const { x, label } of loader) {
      expect(x.tolist()).toEqual([[0], [1], [4]]);
      expect(label.tolist()).toEqual([0, 1, 2]);
    }
    expect(() => [...loader]).toThrow("use `for await (… of loader)`");
  });
});

test("a random split takes every sample once", () => {
  torch.manualSeed(0);
  const parts = data.randomSplit(samples(), [0.7, 0.3]);
  expect(parts.map((part) => part.length)).toEqual([7, 3]);
  const all = parts.flatMap((part) => [...new data.DataLoader(part, { batchSize: 5 })].flatMap(([, y]) => y.tolist()));
  expect(all.map(Number).sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(() => data.randomSplit(samples(), [3, 3])).toThrow("Sum of input lengths does not equal");
});

test("tensors of different lengths are no dataset", () => {
  expect(() => new data.TensorDataset(torch.zeros(2), torch.zeros(3))).toThrow("the first sizes are [2, 3]");
});
