import { describe, expect, it } from "vitest";
import { applyFix, check, diagnosticsOf, fixTitles } from "../check";

const tf = `import * as tf from "@tensorflow/tfjs";\n`;
const model = `const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [4] })] });
model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
`;

describe("data pipelines", () => {
  it("batch arrays, objects and tensors", () => {
    check(`${tf}
      const xs = tf.data.array([[1, 2, 3], [4, 5, 6], [7, 8, 9], [1, 1, 1]]);
      const ys = tf.data.generator(function* () { while (true) yield tf.zeros([2], "int32"); });
      const batches = tf.data.zip({ xs, ys }).shuffle(4).batch(2, false).prefetch(1);
      const iterator = await batches.iterator();
      const { value } = await iterator.next();
      const features = value.xs;
      //    ^^^^^^^^ [2, 3] float32
      const labels = value.ys;
      //    ^^^^^^ [2, 2] int32
    `);
  });

  it("leave the size of a batch open when the last one is smaller", () => {
    check(`${tf}
      await tf.data.array([1, 2, 3]).batch(2).forEachAsync((batch) => {
        const doubled = batch.mul(2);
        //    ^^^^^^^ [batch] float32
      });
      await tf.data.array([1, 2, 3, 4]).batch(2).forEachAsync((batch) => {
        const doubled = batch.mul(2);
        //    ^^^^^^^ [2] float32
      });
    `);
  });

  it("follow what map makes of an element", () => {
    check(`${tf}
      const rows = tf.data.csv("data.csv", { columnConfigs: { a: {}, b: {}, label: { isLabel: true } }, configuredColumnsOnly: true });
      const pairs = rows.map(({ xs, ys }) => ({ xs: Object.values(xs), ys: Object.values(ys) })).batch(10, false);
      await pairs.forEachAsync(({ xs, ys }) => {
        const features = xs.add(0);
        //    ^^^^^^^^ [10, 2] float32
        const labels = ys.add(0);
        //    ^^^^^^ [10, 1] float32
      });
    `);
  });
});

describe("fitDataset", () => {
  const zipped = (xs: string, then: string) =>
    `${tf}${model}const data = tf.data.zip({ xs: ${xs}, ys: tf.data.array([[1], [2]]) });\nawait model.fitDataset(data${then}, { epochs: 1 });\n`;

  it("takes batches that fit the model", () => {
    expect(diagnosticsOf(zipped("tf.data.array([[1, 2, 3, 4], [1, 2, 3, 4]])", ".batch(2)"))).toEqual([]);
  });

  it("wants batches, not examples", () => {
    const program = zipped("tf.data.array([[1, 2, 3, 4], [1, 2, 3, 4]])", "");
    expect(diagnosticsOf(program)[0]).toContain(
      "fitDataset takes tensors, and xs of the dataset's elements holds plain numbers",
    );
    expect(fixTitles(program)).toEqual(["Batch the dataset: .batch(32)"]);
    expect(diagnosticsOf(applyFix(program))).toEqual([]);
  });

  it("wants them of the model's size", () => {
    expect(diagnosticsOf(zipped("tf.data.array([[1, 2, 3], [1, 2, 3]])", ".batch(2)"))[0]).toContain(
      "error shape-mismatch: fitDataset feeds [2, 3] to an input of shape [N, 4]",
    );
  });

  it("wants { xs, ys }", () => {
    expect(
      diagnosticsOf(
        `${tf}${model}await model.fitDataset(tf.data.array([{ x: [1, 2, 3, 4], y: [1] }]).batch(1), { epochs: 1 });\n`,
      )[0],
    ).toContain("the dataset must yield { xs, ys }, and yields { x, y }");
  });
});
