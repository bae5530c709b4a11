import { describe, expect, it } from "vitest";
import { applyFix, check, diagnosticsOf, fixTitles } from "../check";

const tf = `import * as tf from "@tensorflow/tfjs";\n`;

const classifier = `${tf}
const model = tf.sequential({ layers: [
  tf.layers.dense({ inputShape: [4], units: 8, activation: "relu" }),
  tf.layers.dense({ units: 3, activation: "softmax" }),
] });
`;

function compiled(loss: string): string {
  return `${classifier}model.compile({ optimizer: "adam", loss: "${loss}" });\n`;
}

/** Applies the first fix and expects that nothing is left to find. */
function expectRepaired(program: string, text: string): void {
  const repaired = applyFix(program);
  expect(repaired).toContain(text);
  expect(diagnosticsOf(repaired)).toEqual([]);
}

describe("data against a model", () => {
  it("needs its batch", () => {
    const program = `${tf}
const model = tf.sequential({ layers: [tf.layers.flatten({ inputShape: [28, 28, 1] })] });
model.predict(tf.zeros([28, 28, 1]));
`;
    expect(diagnosticsOf(program)[0]).toContain("4 dimensions, [N, 28, 28, 1]; [28, 28, 1] has 3 dimensions");
    expect(fixTitles(program)[0]).toBe("Add the batch dimension: .expandDims(0)");
    expectRepaired(program, "tf.zeros([28, 28, 1]).expandDims(0)");
  });

  it("has the model's sizes, or the model is given the data's", () => {
    const program = `${classifier}model.predict(tf.zeros([2, 5]));\n`;
    expect(diagnosticsOf(program)[0]).toMatch(
      /error shape-mismatch: predict expects the input of dense to have the shape \[N, 4\], got \[2, 5\]/,
    );
    expectRepaired(program, "inputShape: [5]");
  });

  it("is as many tensors as the model has inputs", () => {
    expect(diagnosticsOf(`${classifier}model.predict([tf.zeros([2, 4]), tf.zeros([2, 4])]);\n`)).toEqual([
      expect.stringContaining("the model has 1 input, and 2 tensors came"),
    ]);
  });
});

describe("targets against a loss", () => {
  it("have one value for each of the last layer's units", () => {
    const program = `${compiled("categoricalCrossentropy")}await model.fit(tf.zeros([9, 4]), tf.zeros([9, 5]));\n`;
    expect(diagnosticsOf(program)[0]).toContain("expects the target of dense to have the shape [N, 3], got [9, 5]");
    expectRepaired(program, "units: 5");
  });

  it("are as many as the inputs", () => {
    const program = `${compiled("meanSquaredError")}await model.fit(tf.zeros([9, 4]), tf.zeros([8, 3]));\n`;
    expect(diagnosticsOf(program)[0]).toContain("same number of examples");
  });

  it("are float32 class indices for sparseCategoricalCrossentropy", () => {
    const program = `${compiled("sparseCategoricalCrossentropy")}await model.fit(tf.zeros([9, 4]), tf.zeros([9], "int32"));\n`;
    expect(diagnosticsOf(program)[0]).toContain("error dtype-mismatch");
    expectRepaired(program, `tf.zeros([9], "int32").toFloat()`);
  });

  it("show a flatten that is missing before a dense layer", () => {
    const added = `${tf}
const model = tf.sequential();
model.add(tf.layers.conv2d({ inputShape: [8, 8, 1], filters: 2, kernelSize: 3 }));
model.add(tf.layers.dense({ units: 16 }));
model.add(tf.layers.dense({ units: 3 }));
model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
await model.fit(tf.zeros([9, 8, 8, 1]), tf.zeros([9, 3]));
`;
    expectRepaired(added, "model.add(tf.layers.flatten());\nmodel.add(tf.layers.dense({ units: 16 }));");
    const listed = `${tf}
const model = tf.sequential({ layers: [
  tf.layers.conv2d({ inputShape: [8, 8, 1], filters: 2, kernelSize: 3 }),
  tf.layers.dense({ units: 3 }),
] });
model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
await model.fit(tf.zeros([9, 8, 8, 1]), tf.zeros([9, 3]));
`;
    expectRepaired(listed, "tf.layers.flatten(), tf.layers.dense({ units: 3 })");
    const applied = `${tf}
const x = tf.input({ shape: [8, 8, 1] });
const y = tf.layers.dense({ units: 3 }).apply(x) as tf.SymbolicTensor;
const model = tf.model({ inputs: x, outputs: y });
model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
await model.fit(tf.zeros([9, 8, 8, 1]), tf.zeros([9, 3]));
`;
    expectRepaired(applied, ".apply(tf.layers.flatten().apply(x))");
  });

  it("of one class each are no one-hot rows", () => {
    const program = `${compiled("categoricalCrossentropy")}await model.fit(tf.zeros([9, 4]), tf.zeros([9], "int32"));\n`;
    expect(diagnosticsOf(program)[0]).toContain("expects the target of dense to have the shape [N, 3], got [9]");
    const repaired = applyFix(program);
    expect(repaired).toContain(`loss: "sparseCategoricalCrossentropy"`);
    expect(repaired).toContain(`tf.zeros([9], "int32").toFloat()`);
    expect(diagnosticsOf(repaired)).toEqual([]);
  });

  it("are found nothing wrong with when they fit", () => {
    check(`${compiled("sparseCategoricalCrossentropy")}
      await model.fit(tf.zeros([9, 4]), tf.zeros([9]), { epochs: 2, validationData: [tf.zeros([3, 4]), tf.zeros([3, 1])] });
      const loss = model.evaluate(tf.zeros([9, 4]), tf.zeros([9, 1]));
      //    ^^^^ [] float32
    `);
  });
});

describe("a reshape layer", () => {
  it("is corrected where its size is written", () => {
    const program = `${tf}
const model = tf.sequential();
model.add(tf.layers.dense({ inputShape: [4], units: 12 }));
model.add(tf.layers.reshape({ targetShape: [4, 4] }));
`;
    expectRepaired(program, "targetShape: [4, 3]");
  });
});
