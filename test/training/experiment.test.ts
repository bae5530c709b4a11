import { describe, expect, test } from "vitest";
import { defineExperiment, isExperiment, overrideHyperparameters } from "../../client/src/runtime/experiment";

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
});
