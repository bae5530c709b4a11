/** Plain scripts that train with TensorFlow.js, in the styles in which they are written, run without a change. */
import * as fs from "node:fs";
import * as path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { ActiveRun } from "../../client/src/training/active-run";
import { trainingPoints } from "./helpers/points";
import { buildRunner } from "./helpers/distribution";
import { workspace } from "./helpers/workspace";

let runner = "";
beforeAll(async () => {
  runner = await buildRunner("training-scripts");
});

/** Runs a script to its end. */
async function train(name: string, text: string, others: Record<string, string> = {}, scriptArguments: string[] = []) {
  const folder = workspace({ [name]: text, ...others });
  const run = new ActiveRun({
    file: path.join(folder, name),
    name,
    overrides: {},
    device: "wasm",
    runsFolder: path.join(folder, "runs"),
    runner,
    workingDirectory: folder,
    scriptArguments,
  });
  run.start();
  const record = await run.finished;
  const points = trainingPoints(run.folder);
  return { folder, run, record, points, log: fs.readFileSync(path.join(run.folder, "log.txt"), "utf8") };
}

const layers = `
const model = tf.sequential();
model.add(tf.layers.dense({ units: 4, activation: "relu", inputShape: [2] }));
model.add(tf.layers.dense({ units: 1 }));
model.compile({ optimizer: "adam", loss: "meanSquaredError", metrics: ["mae"] });
const x = tf.randomNormal([40, 2]);
const y = x.sum(1, true);
`;

describe("a script", () => {
  test("in CommonJS that calls fit: steps, epochs and validation", async () => {
    const { record, points } = await train(
      "fit.js",
      `const tf = require("@tensorflow/tfjs");${layers}
       model.fit(x, y, { epochs: 3, batchSize: 8, validationSplit: 0.2, callbacks: { onEpochEnd: (e, l) => console.log("mine", e) } });`,
    );
    expect(record).toMatchObject({ status: "done", experiment: "fit.js", device: { kind: "wasm" } });
    expect(record.progress).toMatchObject({ epoch: 3, epochs: 3, step: 12 });
    expect(points.filter(({ split, values }) => split === "train" && "loss" in values)).toHaveLength(12);
    expect(Object.keys(points[0]!.values).sort()).toEqual(["loss", "mae"]);
    expect(points.filter(({ split }) => split === "validation").map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    expect(Object.keys(record.best)).toContain("loss");
  });

  test("in TypeScript modules that calls fitDataset, with a callback of its own and an argument", async () => {
    const { record, points, log } = await train(
      "dataset.ts",
      `import * as tf from "@tensorflow/tfjs-node";
       import { count } from "./settings";${layers}
       const rows: { xs: tf.Tensor; ys: tf.Tensor }[] = [{ xs: x, ys: y }];
       const data = tf.data.array([...rows, ...rows]);
       class Mine extends tf.Callback { override async onEpochEnd() { console.log("mine"); } }
       await model.fitDataset(data as never, { epochs: count + Number(process.argv[2]), callbacks: [new Mine()] });`,
      { "settings.ts": "export const count: number = 1;" },
      ["1"],
    );
    expect(record).toMatchObject({ status: "done", message: null, progress: { epochs: 2, step: 4 } });
    expect(points.filter(({ split, values }) => split === "train" && "loss" in values)).toHaveLength(4);
    expect(log.match(/mine/g)).toHaveLength(2);
  });

  test("that calls trainOnBatch", async () => {
    const { record, points } = await train(
      "batches.mjs",
      `import * as tf from "@tensorflow/tfjs";${layers}
       for (let i = 0; i < 5; i++) await model.trainOnBatch(x, y);`,
    );
    expect(record.status).toBe("done");
    expect(points.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5]);
    expect(points[0]!.values["loss"]).toBeGreaterThan(0);
  });

  test("that minimizes, and one that applies gradients itself", async () => {
    const variable = `const tf = require("@tensorflow/tfjs");
      const w = tf.variable(tf.scalar(3)); const optimizer = tf.train.sgd(0.1); const loss = () => w.square();`;
    const minimizes = await train("minimize.js", `${variable} for (let i = 0; i < 4; i++) optimizer.minimize(loss);`);
    const applies = await train(
      "apply.js",
      `${variable} for (let i = 0; i < 4; i++) optimizer.applyGradients(tf.variableGrads(loss).grads);`,
    );
    for (const { record, points } of [minimizes, applies]) {
      expect(record.status).toBe("done");
      expect(points.map(({ values }) => Number(values["loss"]!.toFixed(2)))).toEqual([9, 5.76, 3.69, 2.36]);
    }
  });

  test("that saves its model to a file and loads it again", async () => {
    const { folder, record, log } = await train(
      "save.js",
      `const tf = require("@tensorflow/tfjs-node");${layers}
       (async () => {
         if (require.main === module) await model.fit(x, y, { epochs: 1, verbose: 0 });
         await model.save("file://" + __dirname + "/saved");
         const again = await tf.loadLayersModel("file://" + __dirname + "/saved/model.json");
         const [a, b] = [model, again].map((each) => each.predict(x).sum().dataSync()[0]);
         console.log("same", Math.abs(a - b) < 1e-5);
       })();`,
    );
    expect(record).toMatchObject({ status: "done", message: null });
    expect(log).toContain("same true");
    expect(fs.readdirSync(path.join(folder, "saved")).sort()).toEqual(["model.json", "weights.bin"]);
  });

  test("that fails says where", async () => {
    const { record, run } = await train("bad.js", "\nsetTimeout(() => { throw new Error('no data'); }, 1);");
    expect(record).toMatchObject({ status: "failed", message: "no data (bad.js:2)" });
    expect(run.failure).toBe("code");
  });

  test("that trains nothing says so", async () => {
    const { record } = await train("nothing.js", "console.log('hello')");
    expect(record.status).toBe("failed");
    expect(record.message).toMatch(/nothing.js neither exports an experiment .* nor trains with TensorFlow.js/);
  });
});
