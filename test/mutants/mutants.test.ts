import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { mutated, mutationsOf } from "./mutations";
import { ownPrograms } from "./programs";
import { Runner } from "./runner";
import { formatScore, scoreMutants } from "./score";

const runner = new Runner(join(import.meta.dirname, "child.mjs"));
afterAll(() => runner.stop());

describe("mutations", () => {
  test.each([
    [
      "tf.layers.dense({ units: 3 })",
      ["tf.layers.dense({ units: 4 })", "tf.layers.dense({ units: 2 })", "tf.layers.dense({ units: 6 })"],
    ],
    ["x.transpose([0, 1])", ["x.transpose([1, 1])", "x.transpose([0, 2])", "x.transpose([1, 0])"]],
    ["tf.matMul(a, b);", ["tf.matMul(b, a);"]],
    ["model.add(tf.layers.flatten());", [""]],
    ['f({ padding: "same", activation: "relu" })', ['f({ padding: "valid", activation: "relu" })']],
    ["Math.max(2, 3)", []],
  ])("of %s", (text, mutants) => {
    const found = mutationsOf(text).map((mutation) => mutated(text, mutation));
    expect(found.sort()).toEqual([...mutants].sort());
  });
});

/** One mutant in this many; `npm run mutants` takes them all. */
const EVERY = 12;

test("mutants that throw are flagged, and mutants that run are not", async () => {
  const score = await scoreMutants(ownPrograms(join(import.meta.dirname, "programs")), runner, (i) => i % EVERY === 0);
  expect(score.unfit).toEqual([]);
  expect(score.throwing).toBeGreaterThan(20);
  expect(score.missed.length / score.throwing, formatScore(score)).toBeLessThanOrEqual(0.05);
  expect(score.falseAlarms, formatScore(score)).toEqual([]);
});
