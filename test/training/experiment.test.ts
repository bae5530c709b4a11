import { describe, expect, test } from "vitest";
import { defineExperiment, isExperiment } from "../../client/src/runtime/experiment";
import { overrideHyperparameters } from "../../client/src/runtime/hyperparameters";

const parts = {
  name: "Net",
  hyperparameters: { epochs: 2, learningRate: 0.1, activation: "relu", shuffle: true },
  data: () => ({ train: [[1, 2]] as [number, number][] }),
  model: () => ({ forward: (x: number) => x, parameters: () => [] }),
  loss: () => ({ item: () => 0, backward: () => {} }),
  optimizer: () => ({ step: () => {}, zeroGrad: () => {} }),
};

describe("defineExperiment", () => {
  test("returns the definition, marked and unchangeable", () => {
    const experiment = defineExperiment(parts);
    expect(experiment).toMatchObject(parts);
    expect(isExperiment(experiment)).toBe(true);
    expect(isExperiment(parts)).toBe(false);
    expect(Object.isFrozen(experiment)).toBe(true);
  });

  test.each<[string, object, string]>([
    ["a name", { name: " " }, "`name` must be a string"],
    ["hyperparameters", { hyperparameters: undefined }, "`hyperparameters` must be an object"],
    ["epochs", { hyperparameters: {} }, '"epochs" must be a whole number of at least 1'],
    ["whole epochs", { hyperparameters: { epochs: 1.5 } }, '"epochs" must be a whole number of at least 1'],
    ["plain hyperparameters", { hyperparameters: { epochs: 1, sizes: [1] } }, '"sizes" must be a number, a string or'],
    ["data", { data: [] }, "`data` must be a function"],
    ["a loss or a step", { loss: undefined }, "give a `loss` function, or a `step`"],
    ["metrics that are functions", { metrics: { accuracy: 1 } }, 'metric "accuracy" must be a function'],
    ["ranges of hyperparameters", { ranges: { rate: { min: 0 } } }, '`ranges` has "rate", which is no hyperparameter'],
    [
      "ranges",
      { ranges: { epochs: { min: "0" } } },
      'range of "epochs" must be { choices: [...] }, or { min, max, step }',
    ],
    [
      "defaults in range",
      { ranges: { learningRate: { max: 0.01 } } },
      '"learningRate" must be at most 0.01; 0.1 is not.',
    ],
    ["a schedule that is made later", { schedule: {} }, "`schedule` must be a function"],
    [
      "a way to compare epochs",
      { monitor: { metric: "accuracy" } },
      '`monitor` must be like { metric: "accuracy", mode',
    ],
    ["samples that are made later", { samples: {} }, "`samples` must be a function"],
    [
      "histograms every so often",
      { histograms: { everyEpochs: 0 } },
      "`histograms.everyEpochs` must be a number above 0",
    ],
    ["patience", { earlyStopping: {} }, "`earlyStopping.patience` must be a whole number of epochs, at least 1"],
    ["bounds above 0", { clipGradients: { maxNorm: 0 } }, "`clipGradients.maxNorm` must be a number above 0"],
    ["a metric that is not the loss", { metrics: { loss: () => 1 } }, 'cannot be called "loss"'],
  ])("asks for %s", (_, changes, message) => {
    expect(() => defineExperiment({ ...parts, ...changes } as never)).toThrow(message);
  });
});

describe("hyperparameters from outside", () => {
  const { hyperparameters } = parts;

  test("replace those of the file, read from text where they are given as such", () => {
    const overrides = { epochs: "3", learningRate: "1e-3", activation: "7", shuffle: "false" };
    expect(overrideHyperparameters(hyperparameters, overrides)).toEqual({
      epochs: 3,
      learningRate: 0.001,
      activation: "7",
      shuffle: false,
    });
  });

  test.each([
    [{ rate: 1 }, 'no hyperparameter "rate". It has: epochs, learningRate, activation, shuffle.'],
    [{ epochs: "three" }, '"epochs" is a number; "three" is not.'],
    [{ epochs: "" }, '"epochs" is a number; "" is not.'],
    [{ shuffle: "yes" }, '"shuffle" is a boolean; "yes" is not.'],
    [{ activation: 3 }, '"activation" is a string; 3 is not.'],
    [{ epochs: 0 }, '"epochs" must be a whole number of at least 1.'],
  ])("are refused where they make no sense: %j", (overrides: Record<string, string | number>, message) => {
    expect(() => overrideHyperparameters(hyperparameters, overrides)).toThrow(message);
  });

  test("are held to their ranges, ends included", () => {
    const ranges = { learningRate: { min: 0, max: 1 }, activation: { choices: ["relu", "tanh"] } };
    const set = (overrides: Record<string, string>) => overrideHyperparameters(hyperparameters, overrides, ranges);
    expect(set({ learningRate: "1", activation: "tanh" })).toMatchObject({ learningRate: 1, activation: "tanh" });
    expect(() => set({ learningRate: "2" })).toThrow('"learningRate" must be between 0 and 1; 2 is not.');
    expect(() => set({ activation: "gelu" })).toThrow('"activation" must be one of relu, tanh; "gelu" is not.');
  });
});
