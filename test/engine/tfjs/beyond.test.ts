import { describe, expect, it } from "vitest";
import { applyFix, check, diagnosticsOf, fixTitles } from "../check";

/** What TensorFlow.js does not say, or says when it is too late. */
const tf = `import * as tf from "@tensorflow/tfjs";\n`;

/** Applies the fix of that title to the first finding, and expects that nothing is left to find. */
function expectRepair(program: string, title: string, text: string): void {
  const index = fixTitles(program).indexOf(title);
  expect(fixTitles(program)).toContain(title);
  const repaired = applyFix(program, index);
  expect(repaired).toContain(text);
  expect(diagnosticsOf(repaired)).toEqual([]);
}

describe("a dense layer on images", () => {
  it("has mostly a flatten missing before it", () => {
    const program = `${tf}const model = tf.sequential();
model.add(tf.layers.conv2d({ inputShape: [8, 8, 1], filters: 4, kernelSize: 3 }));
model.add(tf.layers.dense({ units: 10 }));
`;
    expect(diagnosticsOf(program)).toEqual([
      expect.stringContaining("4:11-41 warning rank-mismatch: dense is given [N, 6, 6, 4]"),
    ]);
    expectRepair(program, "Flatten what goes into the layer", "model.add(tf.layers.flatten());");
  });

  it("is meant where the images are flattened behind it", () => {
    check(`${tf}
      const model = tf.sequential({ layers: [
        tf.layers.conv2d({ inputShape: [8, 8, 1], filters: 4, kernelSize: 3 }),
        tf.layers.dense({ units: 10 }),
        tf.layers.globalAveragePooling2d({}),
      ] });
    `);
  });
});

describe("losses and activations", () => {
  const classifier = (options: string, loss: string) =>
    `${tf}const model = tf.sequential({ layers: [tf.layers.dense({ inputShape: [4], ${options} })] });\nmodel.compile({ optimizer: "adam", loss: ${loss} });\n`;

  it("want probabilities for cross-entropies by name", () => {
    const program = classifier("units: 3", '"categoricalCrossentropy"');
    expect(diagnosticsOf(program)[0]).toContain(
      "warning loss-activation: categoricalCrossentropy wants probabilities as the model's output; [N, 3] holds logits from dense",
    );
    expectRepair(program, 'Use activation: "softmax"', 'units: 3, activation: "softmax"');
  });

  it("want logits for tf.losses.softmaxCrossEntropy", () => {
    const program = classifier('units: 3, activation: "softmax"', "tf.losses.softmaxCrossEntropy");
    expect(diagnosticsOf(program)[0]).toContain("softmaxCrossEntropy wants logits as the model's output");
    expectRepair(program, 'Use activation: "linear"', 'activation: "linear"');
  });

  it("have no use for a softmax over one number", () => {
    const program = classifier('units: 1, activation: "softmax"', '"binaryCrossentropy"');
    expect(diagnosticsOf(program)[0]).toContain("a softmax over one number is always 1");
    expectRepair(program, 'Use activation: "sigmoid"', 'activation: "sigmoid"');
  });

  it.each([
    ["units: 3, activation: 'softmax'", '"categoricalCrossentropy"'],
    ["units: 1, activation: 'sigmoid'", '"binaryCrossentropy"'],
    ["units: 1", '"meanSquaredError"'],
    ["units: 3", "tf.losses.softmaxCrossEntropy"],
    ["units: 3, activation: chosen", '"categoricalCrossentropy"'],
  ])("fit each other: %s with %s", (options, loss) => {
    expect(diagnosticsOf(`let chosen = process.env.ACTIVATION;\n${classifier(options, loss)}`)).toEqual([]);
  });
});

describe("batches", () => {
  const stateful = (batch: string, fit: string) => `${tf}const model = tf.sequential();
model.add(tf.layers.lstm({ units: 3, stateful: true, ${batch} }));
model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
${fit}`;

  it("must be known to a stateful layer", () => {
    expect(diagnosticsOf(stateful("inputShape: [5, 2]", ""))[0]).toContain(
      "lstm is stateful and must know the batch size",
    );
  });

  it("must divide a stateful model's examples", () => {
    const program = stateful(
      "batchInputShape: [4, 5, 2]",
      "await model.fit(tf.zeros([10, 5, 2]), tf.zeros([10, 3]), { batchSize: 4, epochs: 1 });",
    );
    expect(diagnosticsOf(program)[0]).toContain(
      "error not-divisible: fit: the number of examples (10) is not divisible by batchSize (4)",
    );
  });
});

describe("products", () => {
  it("offer the flags that make the sides meet", () => {
    const program = `${tf}const y = tf.matMul(tf.zeros([7, 2, 5]), tf.zeros([7, 3, 5]));\n`;
    expectRepair(program, "Transpose the right side: transposeB", "tf.zeros([7, 3, 5]), false, true)");
    const other = `${tf}const a = tf.zeros([5, 2]);\nconst y = a.matMul(tf.zeros([5, 3]));\n`;
    expectRepair(other, "Transpose the left side: transposeA", "a.matMul(tf.zeros([5, 3]), true)");
  });
});

describe("numbers", () => {
  it("are not taken from a Float64Array", () => {
    const program = `${tf}const x = tf.tensor1d(new Float64Array(4));\n`;
    expect(diagnosticsOf(program)[0]).toContain("error dtype-mismatch: tensor1d does not take a Float64Array");
    expectRepair(program, "Convert it: Float32Array.from(…)", "Float32Array.from(new Float64Array(4))");
  });

  it("compared by column and row are compared each with each", () => {
    const program = `${tf}const error = tf.zeros([8, 1]).sub(tf.ones([8]));\n`;
    expect(diagnosticsOf(program)[0]).toContain("warning suspicious-broadcast: sub combines [8, 1] with [8] to [8, 8]");
    expectRepair(program, "Drop the last dimension of [8, 1]: .squeeze([-1])", ".squeeze([-1]).sub(");
  });
});

describe("labels", () => {
  it("that are class indices become one-hot rows, or meet the loss for them", () => {
    const program = `${tf}const model = tf.sequential({ layers: [tf.layers.dense({ inputShape: [4], units: 3, activation: "softmax" })] });
model.compile({ optimizer: "adam", loss: "categoricalCrossentropy" });
const labels = tf.tensor1d([0, 1, 2], "int32");
await model.fit(tf.zeros([3, 4]), labels);
`;
    expect(diagnosticsOf(program)[0]).toContain("fit expects the target of dense to have the shape [N, 3], got [3]");
    expectRepair(program, "Make the labels one-hot: tf.oneHot(…, 3)", "tf.oneHot(labels, 3)");
    expectRepair(program, "Use sparseCategoricalCrossentropy", "labels.toFloat()");
  });
});
