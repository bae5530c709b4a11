import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { data, F, nn, optim, torch } from "shapewright/torch";
import type { Tensor } from "shapewright/torch";
import cnn from "../../samples/mnist-cnn";
import mlp from "../../samples/mlp";
import attention from "../../samples/self-attention";
import { chooseBackend } from "../../client/src/runtime/backends/index";

beforeAll(async () => {
  await chooseBackend("wasm");
});

/** The numbers of backend tensors seen after each step, without the first few, in which optimizer state is made. */
function levels(steps: number, step: () => void): number[] {
  const seen = new Set<number>();
  for (let i = 0; i < steps; i++) {
    step();
    if (i >= 2) seen.add(tf.memory().numTensors);
  }
  return [...seen];
}

/** A hand-written loop over one batch, without a loader that would mark the end of a step. */
function handWritten(model: nn.Module, loss: (model: nn.Module) => Tensor): () => void {
  const optimizer = new optim.Adam(model.parameters());
  return () => {
    optimizer.zeroGrad();
    const value = loss(model);
    value.backward();
    optimizer.step();
    expect(Number.isFinite(value.item())).toBe(true);
  };
}

describe("the number of backend tensors is level", () => {
  test("over 200 steps of the MLP", () => {
    const model = mlp.model(mlp.hyperparameters);
    const [x, y] = [torch.rand(8, 1, 28, 28), torch.randint(0, 10, [8])];
    expect(
      levels(
        200,
        handWritten(model, () => F.crossEntropy(model(x), y)),
      ),
    ).toHaveLength(1);
  });

  test("over 200 steps of the CNN", () => {
    const model = cnn.model(cnn.hyperparameters);
    const [x, y] = [torch.rand(2, 1, 28, 28), torch.randint(0, 10, [2])];
    expect(
      levels(
        200,
        handWritten(model, () => F.crossEntropy(model(x), y)),
      ),
    ).toHaveLength(1);
  });

  test("over 200 steps of self-attention", () => {
    const model = attention.model(attention.hyperparameters);
    const x = torch.randint(0, 10, [2, 8]);
    const loss = () => F.crossEntropy(model(x).flatten(0, 1), x.flatten());
    expect(levels(200, handWritten(model, loss))).toHaveLength(1);
  });

  test("over 100 steps of recurrent layers and a Transformer", () => {
    class Net extends nn.Module {
      lstm = new nn.LSTM(4, 6, { batchFirst: true, bidirectional: true });
      gru = new nn.GRU(12, 4, { batchFirst: true });
      encoder = new nn.TransformerEncoder(new nn.TransformerEncoderLayer(4, 2, 8, { batchFirst: true }), 2);
      norm = new nn.GroupNorm(2, 4);
      forward(x: Tensor): Tensor {
        const [hidden] = this.gru(this.lstm(x)[0]);
        return this.norm(this.encoder(hidden).transpose(1, 2)).mean();
      }
    }
    const net = new Net();
    const x = torch.randn(2, 5, 4);
    expect(
      levels(
        100,
        handWritten(net, () => net(x)),
      ),
    ).toHaveLength(1);
  });

  test("in evaluation without gradients, and where nobody said so", () => {
    const model = cnn.model(cnn.hyperparameters);
    const images = new data.TensorDataset(torch.rand(40, 1, 28, 28), torch.randint(0, 10, [40]));
    const evaluate = () => {
      for (const [x, y] of new data.DataLoader(images, { batchSize: 4 })) model(x).argmax(1).eq(y).sum().item();
    };
    expect(levels(10, () => torch.noGrad(evaluate))).toHaveLength(1);
    expect(levels(10, evaluate)).toHaveLength(1);
  });

  test("within one long noGrad", () => {
    const model = mlp.model(mlp.hyperparameters);
    const x = torch.rand(4, 1, 28, 28);
    const counts: number[] = [];
    torch.noGrad(() => {
      for (let i = 0; i < 20; i++) {
        model(x);
        counts.push(tf.memory().numTensors);
      }
    });
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(20);
    expect(tf.memory().numTensors).toBeLessThan(Math.max(...counts));
  });
});

describe("no tensor becomes invalid", () => {
  test("by the end of a step", () => {
    const weight = new nn.Parameter(torch.ones(2));
    const optimizer = new optim.SGD([weight], { lr: 0.1 });
    const hidden = weight.mul(torch.tensor([2, 3]));
    hidden.sum().backward();
    optimizer.step();
    expect(hidden.tolist()).toEqual([2, 3]);
    expect(hidden.add(1).tolist()).toEqual([3, 4]);
  });

  test("by a step of another optimizer: a graph outlives it", () => {
    const [a, b] = [new nn.Parameter(torch.ones(1)), new nn.Parameter(torch.ones(1))];
    const shared = a.mul(5).exp().log();
    b.mul(2).sum().backward();
    new optim.SGD([b], { lr: 0.1 }).step();
    shared.sum().backward();
    expect(a.grad?.item()).toBeCloseTo(5, 4);
  });

  test("in channels-last order", () => {
    const image = torch
      .arange(2 * 3 * 4 * 4)
      .float()
      .view(2, 3, 4, 4);
    const pooled = F.maxPool2d(image, 2);
    const doubled = pooled.mul(2);
    torch.ones(1).requiresGrad_().backward();
    expect(doubled.view(2, -1).at(0).tolist()).toEqual([10, 14, 26, 30, 42, 46, 58, 62, 74, 78, 90, 94]);
  });
});

test("a module that is dropped frees nothing that a copy of its state needs", () => {
  const state = new nn.Linear(2, 2).stateDict();
  const copy = new nn.Linear(2, 2);
  copy.loadStateDict(state);
  expect(copy.weight.tolist()).toEqual(state["weight"]?.tolist());
});
