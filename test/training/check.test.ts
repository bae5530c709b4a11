// "Check one batch": what is traced, compared with what one batch of the real thing has.
import * as fs from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { checkBatch } from "../../server/src/cli/check-batch";
import type { TrainCommandLine } from "../../client/src/training/command-line";
import { buildRunner } from "./helpers/distribution";
import { workspace } from "./helpers/workspace";

let runner: string;
beforeAll(async () => {
  runner = await buildRunner("training-check");
});

/** Checks the first of the files, as `shapewright train FILE --check` does. */
async function check(files: Readonly<Record<string, string>>, options: Omit<TrainCommandLine, "file"> = {}) {
  const folder = workspace(files);
  let [output, messages] = ["", ""];
  const code = await checkBatch(
    {
      workingDirectory: folder,
      variables: {},
      output: { write: (text) => void (output += text), isTTY: false },
      messages: { write: (text) => void (messages += text), isTTY: false },
    },
    { file: Object.keys(files)[0] as string, device: "cpu", ...options },
    runner,
  );
  return { code, output, messages, folder };
}

const experiment = ({ width = 4, forward = "return this.fc(x);", samples = "" } = {}) => `
import { defineExperiment } from "shapewright";
import { F, nn, optim, torch } from "shapewright/torch";
import type { Tensor } from "shapewright/torch";
import { batches } from "./batches";

class Net extends nn.Module {
  fc = new nn.Linear(4, 2);
  /** @shape x [N, 4] */
  forward(x: Tensor): Tensor {
    ${forward}
  }
}

export default defineExperiment({
  name: "Net",
  hyperparameters: { epochs: 3 },
  data: () => ({ train: batches(10, ${width}), validation: batches(3, ${width}) }),
  model: () => new Net(),
  loss: (output, target) => F.mseLoss(output, target),
  optimizer: (parameters) => new optim.SGD(parameters, { lr: 0.1 }),
  metrics: { mean: (output: Tensor) => output.mean() },
  ${samples}
});
`;

const batches = `
import { torch } from "shapewright/torch";
import type { Tensor } from "shapewright/torch";

export function batches(count: number, width: number): Tensor[][] {
  return Array.from({ length: count }, (_, index) => {
    console.log("batch", index);
    // How wide the rows are is not to be seen in the code.
    return [torch.tensor(JSON.parse(rows(width))), torch.zeros([8, 2])];
  });
}

const rows = (width: number) => JSON.stringify(Array.from({ length: 8 }, () => Array.from({ length: width }, () => 0.5)));
`;

test("a batch that is as predicted is told in a sentence, and nothing is written", async () => {
  const { code, output, messages, folder } = await check({ "net.ts": experiment(), "batches.ts": batches });
  expect(messages).toContain("One batch on JavaScript without acceleration");
  expect(output).toMatch(/^\d+ tensors as predicted\.\n$/);
  expect(Number(/^\d+/.exec(output)?.[0])).toBeGreaterThan(6);
  expect(code).toBe(0);
  expect(fs.readdirSync(folder).sort()).toEqual(["batches.ts", "net.ts"]);
});

test("an annotation that the data does not keep to is shown with both shapes", async () => {
  const { code, output } = await check({
    "net.ts": experiment({ width: 6, forward: "return this.fc(x.narrow(1, 0, 4));" }),
    "batches.ts": batches,
  });
  expect(output).toContain("net.ts:11:20: This is [8, 6] when it runs. Predicted was [N, 4].\n");
  expect(output).toMatch(/1 of \d+ tensors differ from what was predicted\./);
  expect(code).toBe(1);
});

test("an error tells its line, and what ran before it is compared", async () => {
  const { code, output, messages } = await check({
    "net.ts": experiment({ width: 6 }),
    "batches.ts": batches,
  });
  expect(messages).toMatch(/4.*\(net\.ts:11\)/);
  expect(output).toContain("net.ts:11:20: This is [8, 6] when it runs. Predicted was [N, 4].");
  expect(code).toBe(1);
});

test("what comes after the epoch is tried, too: samples that fail do so now", async () => {
  const samples = 'samples: () => { throw new Error("no font"); },';
  const { code, messages } = await check({ "net.ts": experiment({ samples }), "batches.ts": batches });
  expect(messages).toContain("no font (net.ts:23)");
  expect(code).toBe(1);
});

const script = `
const model = tf.sequential();
model.add(tf.layers.dense({ units: 4, activation: "relu", inputShape: [2] }));
model.add(tf.layers.dense({ units: 1 }));
model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
const x = read();
const y = x.sum(1, true);
model.fit(x, y, { epochs: 50, batchSize: 8 }).then(() => fs.writeFileSync("saved", ""));
`;

test.each([
  [
    "script.cjs",
    'const tf = require("@tensorflow/tfjs"); const fs = require("fs"); const { read } = require("./read.cjs");',
  ],
  ["script.mjs", 'import * as tf from "@tensorflow/tfjs"; import fs from "fs"; import { read } from "./read.mjs";'],
  ["script.js", 'import * as tf from "@tensorflow/tfjs"; import fs from "fs"; import { read } from "./read";'],
  ["script.ts", 'import * as tf from "@tensorflow/tfjs"; import fs from "fs"; import { read } from "./read";'],
])("%s is run until its first step, and no further", async (name, imports) => {
  const extension = name.slice(name.indexOf("."));
  const common = extension === ".cjs";
  const read = common
    ? 'const tf = require("@tensorflow/tfjs"); exports.read = () => tf.randomNormal([40, 2]);'
    : 'import * as tf from "@tensorflow/tfjs"; export const read = () => tf.randomNormal([40, 2]);';
  const { code, output, folder, messages } = await check({ [name]: imports + script, [`read${extension}`]: read });
  expect(messages).toContain("One batch on JavaScript");
  expect(output).toMatch(/^\d+ tensors as predicted\./);
  expect(Number(/^\d+/.exec(output)?.[0])).toBeGreaterThan(4);
  expect(code).toBe(0);
  expect(fs.existsSync(`${folder}/saved`)).toBe(false);
});

test("a file or a hyperparameter that is not there is a mistake of the command", async () => {
  const { code, messages } = await check({ "net.ts": experiment(), "batches.ts": batches }, { set: ["depth=3"] });
  expect(messages).toContain('has no hyperparameter "depth"');
  expect(code).toBe(2);
});
