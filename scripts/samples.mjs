// `npm run samples`: trains every sample to the end, as a user does, and writes what came out into docs/samples.md.
// `npm run samples -- resnet gpt` trains only those named and leaves the other rows as they are.
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fail, root, run } from "./project.mjs";

/**
 * @typedef {object} Sample
 * @property {string} file below samples/
 * @property {string} shows
 * @property {string} data what it trains on
 * @property {string} until what has to come out
 * @property {(run: RunRecord) => [boolean, string]} result whether it did, and the numbers
 */

/** @typedef {Record<string, number>} Values */
/** @typedef {{ status: string, message: string | null, device: { kind: string, name: string }, last: { train: Values, validation?: Values }, first: Values, seconds: number }} RunRecord */

/** The last validation's value of a metric, at least or at most a bound. */
const atLeast =
  (/** @type {string} */ name, /** @type {number} */ bound) =>
  (/** @type {RunRecord} */ { last }) => {
    const value = last.validation?.[name] ?? last.train[name];
    return /** @type {[boolean, string]} */ ([value >= bound, `${name} ${percent(value)}`]);
  };
const atMost =
  (/** @type {string} */ name, /** @type {number} */ bound) =>
  (/** @type {RunRecord} */ { last }) => {
    const value = last.validation?.[name] ?? last.train[name];
    return /** @type {[boolean, string]} */ ([value <= bound, `${name} ${value.toPrecision(3)}`]);
  };
const all =
  (/** @type {Sample["result"][]} */ ...results) =>
  (/** @type {RunRecord} */ record) => {
    const each = results.map((result) => result(record));
    return /** @type {[boolean, string]} */ ([each.every(([holds]) => holds), each.map(([, text]) => text).join(", ")]);
  };
const falls = (/** @type {RunRecord} */ { first, last }) =>
  /** @type {[boolean, string]} */ ([
    last.train.loss < first.loss,
    `loss ${first.loss.toPrecision(3)} → ${last.train.loss.toPrecision(3)}`,
  ]);
/** Each value within 2% of the right one. */
const near =
  (/** @type {Values} */ right) =>
  (/** @type {RunRecord} */ { last }) =>
    /** @type {[boolean, string]} */ ([
      Object.entries(right).every(([name, value]) => Math.abs(last.train[name] / value - 1) < 0.02),
      Object.keys(right)
        .map((name) => `${name} ${last.train[name].toFixed(3)}`)
        .join(", "),
    ]);
const percent = (/** @type {number} */ value) => `${(100 * value).toFixed(1)}%`;

const digits = "10,000 handwritten digits";
const shapes = "drawn shapes, 32×32";

/** @type {Sample[]} */
const samples = [
  {
    file: "layer-arithmetic.ts",
    shows: "what Linear, Conv1d, Conv2d and Flatten compute",
    data: "outputs of layers set by hand",
    until: "the exercise is exact to 0.001",
    result: atMost("largestError", 1e-3),
  },
  {
    file: "loss-arithmetic.ts",
    shows: "eight losses and their reductions",
    data: "numbers from paper",
    until: "MSE, cross-entropy and BCE under 0.02",
    result: all(atMost("mse", 0.02), atMost("crossEntropy", 0.02), atMost("bceWithLogits", 0.02)),
  },
  {
    file: "activations.ts",
    shows: "sixteen activation functions",
    data: "points from -5 to 5",
    until: "each is plotted with its slope",
    result: ({ last }) => [Object.keys(last.train).length === 32, `${Object.keys(last.train).length} curves`],
  },
  {
    file: "normalisations.ts",
    shows: "six normalisations beside none",
    data: "a circle far from the origin",
    until: "a loss under 0.2 with each",
    result: all(...["batch", "layer", "rms", "group", "instance", "dyt"].map((name) => atMost(name, 0.2))),
  },
  {
    file: "optimizers.ts",
    shows: "seven optimizers, warm-up, decay, clipping",
    data: "a narrow valley",
    until: "each lower than 0.01",
    result: all(
      ...["sgd", "momentum", "adagrad", "rmsProp", "adam", "adamW", "warmUp", "decay", "clipped"].map((name) =>
        atMost(name, 0.01),
      ),
    ),
  },
  {
    file: "linear-regression.ts",
    shows: "one Linear, mini-batches",
    data: "a line, w = 3, b = -2, with noise",
    until: "w and b within 2%",
    result: near({ w: 3, b: -2 }),
  },
  {
    file: "sums-of-bends.ts",
    shows: "sums of sigmoids and of ReLUs",
    data: "a curve of four straight pieces",
    until: "an MSE under 0.001 for either",
    result: all(atMost("sigmoids", 1e-3), atMost("relus", 1e-3)),
  },
  {
    file: "mlp.ts",
    shows: "a multi-layer perceptron",
    data: digits,
    until: "95% test accuracy",
    result: atLeast("accuracy", 0.95),
  },
  {
    file: "mnist-cnn.ts",
    shows: "convolution, batch normalisation, pooling",
    data: digits,
    until: "98% test accuracy",
    result: atLeast("accuracy", 0.98),
  },
  {
    file: "resnet.ts",
    shows: "ResNet-18 and ResNet-50, built in a loop",
    data: shapes,
    until: "90% accuracy",
    result: atLeast("accuracy", 0.9),
  },
  {
    file: "mobilenet.ts",
    shows: "depthwise convolutions, inverted residuals",
    data: shapes,
    until: "90% accuracy",
    result: atLeast("accuracy", 0.9),
  },
  {
    file: "densenet.ts",
    shows: "dense blocks, squeeze-and-excitation",
    data: shapes,
    until: "90% accuracy",
    result: atLeast("accuracy", 0.9),
  },
  {
    file: "unet.ts",
    shows: "encoder, decoder and skipped connections",
    data: "blobs in noise",
    until: "a mean IoU of 0.9",
    result: atLeast("iou", 0.9),
  },
  {
    file: "rnn-gru-lstm.ts",
    shows: "recurrent cells by hand and as layers",
    data: "a delayed echo",
    until: "99% right",
    result: all(atLeast("rnn", 0.99), atLeast("gru", 0.99), atLeast("lstm", 0.99)),
  },
  {
    file: "bidirectional-lstm.ts",
    shows: "two layers, both directions",
    data: "reviews of good, bad and not",
    until: "95% accuracy",
    result: atLeast("accuracy", 0.95),
  },
  {
    file: "self-attention.ts",
    shows: "multi-head self-attention, written out",
    data: "sorting eight numbers",
    until: "95% of the numbers right",
    result: atLeast("accuracy", 0.95),
  },
  {
    file: "transformer.ts",
    shows: "encoder-decoder, in order and in parallel",
    data: "copying and reversing digits",
    until: "95% of the sequences exact",
    result: all(atLeast("exact", 0.95), atLeast("exactInParallel", 0.95)),
  },
  {
    file: "gpt.ts",
    shows: "a decoder that writes, tied embeddings",
    data: "nursery rhymes, by character",
    until: "a loss under 1.8",
    result: atMost("loss", 1.8),
  },
  {
    file: "vae.ts",
    shows: "autoencoder and variational autoencoder",
    data: digits,
    until: "the loss falls",
    result: falls,
  },
  {
    file: "gan.ts",
    shows: "a conditional GAN, alternating steps",
    data: "a ring of eight Gaussians",
    until: "all modes covered",
    result: all(atLeast("covered", 1), atLeast("hits", 0.8)),
  },
  {
    file: "graph-network.ts",
    shows: "graph convolutions, node classification",
    data: "a graph of four blocks",
    until: "95% of the other nodes",
    result: atLeast("accuracy", 0.95),
  },
  {
    file: "normalising-flow.ts",
    shows: "coupling layers, log-determinants, the way back",
    data: "two moons",
    until: "the negative log-likelihood falls",
    result: falls,
  },
  {
    file: "rbf-network.ts",
    shows: "radial basis functions",
    data: "a landscape",
    until: "an MSE under 0.001",
    result: atMost("loss", 1e-3),
  },
  {
    file: "kan.ts",
    shows: "a Kolmogorov-Arnold network of B-splines",
    data: "exp(sin πx + y²)",
    until: "an MSE under 0.001",
    result: atMost("loss", 1e-3),
  },
];

const page = join(root, "docs/samples.md");
const header = "| sample | shows | trains on | until | measured | seconds | device |";

const names = process.argv.slice(2).map((name) => name.replace(/(\.ts)?$/, ".ts"));
const unknown = names.filter((name) => !samples.some(({ file }) => file === name));
if (unknown.length > 0) fail(`There is no sample ${unknown.join(", ")}.`);

let failed = 0;
for (const sample of samples) {
  if (names.length > 0 && !names.includes(sample.file)) continue;
  const record = await train(sample.file);
  const [reached, measured] = record.status === "done" ? sample.result(record) : [false, String(record.message)];
  if (!reached) failed++;
  console.log(`${reached ? "✓" : "✗"} ${sample.file}: ${measured} (${record.seconds} s)`);
  const link = `[${sample.file}](../samples/${sample.file})`;
  const cells = [link, sample.shows, sample.data, sample.until, measured, record.seconds, record.device.name];
  await writeRow(sample.file, `| ${cells.join(" | ")} |`);
}
process.exit(failed > 0 ? 1 : 0);

/** Trains a sample with its own hyperparameters. */
async function train(/** @type {string} */ file) {
  const runs = await mkdtemp(join(tmpdir(), "shapewright-samples-"));
  try {
    const { output } = await run(process.execPath, ["dist/cli.js", "train", `samples/${file}`, "--runs", runs]);
    const [id] = await readdir(runs);
    if (!id) fail(`${file} did not start:\n${output}`);
    const record = JSON.parse(await readFile(join(runs, id, "run.json"), "utf8"));
    const lines = (await readFile(join(runs, id, "metrics.jsonl"), "utf8")).trim().split("\n");
    const seconds = Math.round((Date.parse(record.ended) - Date.parse(record.started)) / 1000);
    return /** @type {RunRecord} */ ({ ...record, first: JSON.parse(lines[0] ?? "{}").values ?? {}, seconds });
  } finally {
    await rm(runs, { recursive: true, force: true });
  }
}

/** The table's rows as they stand in the page, by sample. */
async function writtenRows() {
  const lines = (await readFile(page, "utf8")).split("\n");
  const found = lines.flatMap((line) => {
    const file = /^\| \[([^\]]+)\]/.exec(line)?.[1];
    return file ? [/** @type {[string, string]} */ ([file, line])] : [];
  });
  return new Map(found);
}

async function writeRow(/** @type {string} */ file, /** @type {string} */ row) {
  const rows = (await writtenRows()).set(file, row);
  const text = await readFile(page, "utf8");
  const before = text.slice(0, text.search(/^\| sample/m));
  const after = text.slice(text.search(/^<!-- end -->/m));
  const table = [
    header,
    header.replaceAll(/[^|]+/g, " --- "),
    ...samples.flatMap((sample) => rows.get(sample.file) ?? []),
  ];
  await writeFile(page, `${before}${table.join("\n")}\n\n${after}`);
  const prettier = join(root, "node_modules/prettier/bin/prettier.cjs");
  await run(process.execPath, [prettier, "--write", page]);
}
