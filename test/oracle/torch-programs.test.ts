import { beforeAll, describe, expect, test } from "vitest";
import { chooseBackend } from "../../client/src/runtime/backends/index";
import { readCases, staticFindings, TORCH } from "./cases";
import { runDifferences } from "./run-program";

/**
 * Recorded by `test/oracle/generator` from PyTorch 1.13, whose answers are the same as those of PyTorch 2 here: programs of every family
 * with shapes, strides, element types, sums of the values and of the gradients, or the error.
 */
const cases = ["torch-programs.jsonl", "torch-gradients.jsonl", "torch-in-place.jsonl"].flatMap((file) =>
  readCases(new URL(file, import.meta.url)),
);
const families = [...new Set(cases.map((one) => one.family))].sort();

beforeAll(async () => {
  await chooseBackend("cpu");
});

describe.each(families)("%s", (family) => {
  const programs = cases.filter((one) => one.family === family);

  test("what the analysis says is what PyTorch did", () => {
    const problems = programs.flatMap((one) => {
      const { falseAlarms, wrong, detected } = staticFindings(one, TORCH);
      const failure = one.expect.find((each) => "error" in each);
      const missed = failure && "error" in failure && failure.error !== "autograd" && detected.length === 0;
      const all = [...falseAlarms, ...wrong, ...(missed ? [`missed: ${failure.message}`] : [])];
      return all.map((problem) => `${one.id}: ${problem}\n${one.program.join("\n")}`);
    });
    expect(problems.join("\n\n")).toBe("");
  });

  test("the library does what PyTorch did, values and gradients included", () => {
    expect(programs.flatMap(runDifferences).join("\n\n")).toBe("");
  });
});

test("nearly every shape and stride is known", () => {
  const found = cases.map((one) => staticFindings(one, TORCH));
  const sum = (part: (one: (typeof found)[number]) => number) => found.reduce((total, one) => total + part(one), 0);
  expect(sum((one) => one.shapesKnown) / sum((one) => one.results)).toBeGreaterThan(0.995);
  expect(sum((one) => one.stridesKnown) / sum((one) => one.strided)).toBeGreaterThan(0.97);
});
