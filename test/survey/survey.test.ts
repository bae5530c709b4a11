import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { formatSurvey } from "./format";
import { buildsModels, survey } from "./survey";

let folder: string | undefined;
afterEach(() => folder !== undefined && rmSync(folder, { recursive: true, force: true }));

function surveyed(files: Readonly<Record<string, string>>) {
  folder = mkdtempSync(join(tmpdir(), "survey-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return survey(folder);
}

describe("a survey of a folder", () => {
  test("counts what is known, apart for files that build models", () => {
    const found = surveyed({
      "model.js": `
        import * as tf from "@tensorflow/tfjs";
        const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3] })] });
        export const out = model.predict(tf.zeros([4, 3]));`,
      "lib/rows.js": `
        import * as tf from "@tensorflow/tfjs";
        export const rows = tf.zeros(await readShape());`,
    });
    expect(found.modelFiles).toEqual({ files: 1, expressions: 2, ranked: 2, known: 2 });
    expect(found.all).toEqual({ expressions: 3, ranked: 2, known: 2 });
    expect(found.diagnostics).toEqual([]);
  });

  test("names every diagnostic, and what shapes were lost to, the most frequent first", () => {
    const found = surveyed({
      "main.js": `
        import * as tf from "@tensorflow/tfjs";
        import { helper } from "./missing";
        const a = helper(tf.zeros([2]));
        const b = a.add(1);
        const c = elsewhere(tf.zeros([3]));
        const d = tf.square(c);
        tf.zeros([2]).add(tf.zeros([3]));`,
    });
    expect(found.reasons.map(({ text, ranks }) => `${ranks} ${text}`)).toEqual([
      "1 import helper",
      "1 global elsewhere",
    ]);
    expect(formatSurvey(found, 1)).toMatch(/main.js:8:9 error broadcast-mismatch[^]*1 diagnostics[^]*1 \+ 0 {2}import/);
  });
});

test.each([
  ["tf.sequential()", true],
  ["layers.dense({ units: 1 })", false],
  ["tf.layers.dense({ units: 1 })", true],
  ["class Net extends nn.Module {}", true],
  ["const model = await tf.loadLayersModel(url)", false],
])("%s builds a model: %s", (text, builds) => {
  expect(buildsModels(text)).toBe(builds);
});
