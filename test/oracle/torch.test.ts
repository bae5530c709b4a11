import { describe, expect, test } from "vitest";
import { differences, readCases, TORCH } from "./cases";

/** Recorded from PyTorch 2.13: random programs of each family with the shape, strides and element type of every variable, or the error. */
const cases = readCases(new URL("torch-cases.jsonl", import.meta.url));
const families = [...new Set(cases.map((one) => one.family))];

describe("the torch dialect agrees with PyTorch", () => {
  test.each(families)("%s", (family) => {
    const programs = cases.filter((one) => one.family === family);
    const problems = programs.flatMap((one) => differences(one, TORCH));
    expect(problems.join("\n\n")).toBe("");
  });
});
