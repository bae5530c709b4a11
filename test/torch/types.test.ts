import { beforeAll, describe, expectTypeOf, test } from "vitest";
import { defineExperiment } from "shapewright";
import { data, F, nn, optim, torch } from "shapewright/torch";
import type { Tensor } from "shapewright/torch";
import { chooseBackend } from "../../client/src/runtime/backends/index";

beforeAll(async () => {
  await chooseBackend("cpu");
});

/** What TypeScript says about programs; nothing here has to run. */
describe("types", () => {
  test("sizes come one by one or as a list", () => {
    expectTypeOf<Tensor["view"]>().toBeCallableWith(2, -1);
    expectTypeOf<Tensor["view"]>().toBeCallableWith([2, -1]);
    expectTypeOf(torch.zeros).toBeCallableWith(2, 3);
    expectTypeOf(torch.zeros).toBeCallableWith([2, 3], { dtype: torch.int64 });
  });

  test("modules are called with the types of their forward", () => {
    expectTypeOf<ReturnType<nn.Linear>>().toEqualTypeOf<Tensor>();
    expectTypeOf<Parameters<nn.Bilinear>>().toEqualTypeOf<[x1: Tensor, x2: Tensor]>();
    class Pair extends nn.Module {
      forward(x: Tensor, scale: number): [Tensor, number] {
        return [x, scale];
      }
    }
    expectTypeOf<Parameters<Pair>>().toEqualTypeOf<[x: Tensor, scale: number]>();
    expectTypeOf<ReturnType<Pair>>().toEqualTypeOf<[Tensor, number]>();
  });

  test("options come one by one or by name", () => {
    expectTypeOf(nn.Conv2d).toBeConstructibleWith(3, 8, 3, 2, 1);
    expectTypeOf(nn.Conv2d).toBeConstructibleWith(3, 8, [3, 5], { stride: 2, paddingMode: "reflect" });
    expectTypeOf(nn.Conv2d).toBeConstructibleWith(3, 8, 3, 2, { bias: false });
    expectTypeOf<Tensor["sum"]>().toBeCallableWith(1, true);
    expectTypeOf<Tensor["sum"]>().toBeCallableWith({ dim: 1, keepdim: true });
    // @ts-expect-error: there is no such option
    const misspelled = () => new nn.Conv2d(3, 8, 3, { strides: 2 });
    // @ts-expect-error: a name where a number belongs
    const misplaced = () => new nn.Conv2d(3, 8, 3, "same");
    expectTypeOf([misspelled, misplaced]).toBeArray();
  });

  test("with indices, a pooling is a pair", () => {
    expectTypeOf(F.maxPool2d(torch.ones(1, 1, 2, 2), 2)).toEqualTypeOf<Tensor>();
    expectTypeOf(F.maxPool2d(torch.ones(1, 1, 2, 2), 2, { returnIndices: true })).toEqualTypeOf<[Tensor, Tensor]>();
  });

  test("an experiment takes losses and metrics that have types of their own", () => {
    class Net extends nn.Module {
      fc: nn.Linear;
      constructor(width: number) {
        super();
        this.fc = new nn.Linear(4, width);
      }
      forward(x: Tensor): Tensor {
        return this.fc(x);
      }
    }
    const overlap = (output: Tensor, target: Tensor) => output.mul(target).mean();
    const experiment = defineExperiment({
      name: "Net",
      hyperparameters: { epochs: 1, batchSize: 2, width: 2, learningRate: 0.1 },
      loss: F.mseLoss,
      data: ({ batchSize }) => ({
        train: new data.DataLoader(new data.TensorDataset(torch.zeros(4, 4), torch.zeros(4, 2)), { batchSize }),
      }),
      model: ({ width }) => new Net(width),
      optimizer: (parameters, { learningRate }) => new optim.SGD(parameters, { lr: learningRate }),
      metrics: { overlap },
    });
    expectTypeOf(experiment.model).returns.toEqualTypeOf<Net>();
    // @ts-expect-error: the model gives one tensor, not two
    const wrong = () => defineExperiment({ ...experiment, loss: (output: [Tensor, Tensor]) => output[0].mean() });
    expectTypeOf(wrong).toBeFunction();
  });

  test("a shape is documentation: a tensor goes where a tensor of a shape is asked for", () => {
    expectTypeOf<Tensor>().toExtend<Tensor<["N", 3, 32, 32]>>();
    expectTypeOf<Tensor<["N", 3]>>().toExtend<Tensor>();
  });
});
