import { describe, expect, test } from "vitest";
import { differences, readCases, type Library } from "./cases";

/**
 * Recorded from TensorFlow.js 4.22 on its CPU backend: random programs of each family with the shape and type of every variable, or
 * the error. `npm run oracle:tfjs` makes more of them.
 */
const cases = ["tfjs-cases.jsonl", "tfjs-programs.jsonl"].flatMap((name) => readCases(new URL(name, import.meta.url)));
const library: Library = { imports: 'import * as tf from "@tensorflow/tfjs";', mistakesShow: "there or before" };
const families = [...new Set(cases.map((one) => one.family))];

describe("the analysis agrees with TensorFlow.js", () => {
  test.each(families)("%s", (family) => {
    const programs = cases.filter((one) => one.family === family);
    expect(programs.flatMap((one) => differences(one, library)).join("\n\n")).toBe("");
  });
});
