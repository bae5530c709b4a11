import { describe, expect, it } from "vitest";
import { applyFix, check, diagnosticsOf } from "../check";

const tf = `import * as tf from "@tensorflow/tfjs";\n`;

describe("core operations", () => {
  it("infer literals as TensorFlow.js does", () => {
    check(`${tf}
      const a = tf.tensor([[1, 2, 3], [4, 5, 6]]);
      //    ^ [2, 3] float32
      const b = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2], "int32");
      //    ^ [3, 2] int32
      const c = tf.tensor1d(new Int32Array(7));
      //    ^ [7] int32
      const d = tf.scalar(true);
      //    ^ [] bool
    `);
  });

  it("refuse rows of different lengths, which TensorFlow.js does not", () => {
    check(`${tf}
      const a = tf.tensor([[1, 2], [3]]);
      //        ^^^^^^^^^^^^^^^^^^^^^^^^ error shape-mismatch: the rows have different lengths, [2] and [1]
    `);
  });

  it("give the dtypes of TensorFlow.js", () => {
    check(`${tf}
      const i = tf.ones([2], "int32");
      const a = i.div(i);
      //    ^ [2] int32
      const b = i.add(1);
      //    ^ [2] float32
      const c = i.greater(0).sum();
      //    ^ [] int32
      const d = i.sqrt();
      //        ^^^^^^^^ error dtype-mismatch: sqrt expects a float32 tensor
    `);
  });

  it("are functions and methods alike", () => {
    check(`${tf}
      const x = tf.zeros([4, 5, 6]);
      const y = x.transpose([0, 2, 1]).reshape([4, -1]).expandDims(1);
      //    ^ [4, 1, 30]
      const z = tf.concat([y, tf.ones([4, 2, 30])], 1).mean([0, -1]);
      //    ^ [3]
      const [first, second] = tf.split(x, [2, 4], 2);
      //            ^^^^^^ [4, 5, 4]
      declare const anything: tf.Tensor;
      const [query, key] = tf.split(anything, 2, -1);
      const product = tf.matMul(query!.reshape([8, 16]), key!.reshape([16, 3]));
      //    ^^^^^^^ [8, 3]
      const picked = x.gather([0, 2], 1).where(x.gather([0, 2], 1).greater(0), 0);
      //    ^^^^^^ [4, 2, 6]
    `);
  });

  it("read sizes back from shapes", () => {
    check(`${tf}
      export function flattenExamples(x: tf.Tensor4D) {
        const [n, h, w, c] = x.shape;
        const flat = x.reshape([n, h * w * c]);
        return flat.reshape([n, h, w * c]).reshape([n, h, w, c + 1]);
        //     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error reshape-size: elements do not fit
      }
    `);
  });

  it("trace a training step by hand, callbacks included", () => {
    check(`${tf}
      const w = tf.variable(tf.randomNormal([784, 10]));
      const b = tf.variable(tf.zeros([10]));
      const optimizer = tf.train.sgd(0.1);
      function loss(xs: tf.Tensor2D, ys: tf.Tensor2D) {
        const logits = xs.matMul(w).add(b);
        //    ^^^^^^ [32, 10]
        return tf.losses.softmaxCrossEntropy(ys, logits) as tf.Scalar;
      }
      const cost = optimizer.minimize(() => loss(tf.zeros([32, 784]), tf.zeros([32, 10])), true);
      //    ^^^^ [] float32
      const y = tf.tidy(() => tf.zeros([2, 784]).matMul(w).softmax());
      //    ^ [2, 10] float32
    `);
  });

  it("find the sides of a product that do not meet, and the transpose that makes them", () => {
    const program = `${tf}const y = tf.matMul(tf.zeros([2, 3]), tf.zeros([4, 3]));\n`;
    expect(diagnosticsOf(program)[0]).toContain("matMul cannot multiply [2, 3] by [4, 3]");
    const repaired = applyFix(program);
    expect(repaired).toContain("tf.zeros([4, 3]).transpose()");
    expect(diagnosticsOf(repaired)).toEqual([]);
  });

  it("correct a reshape where its size is written", () => {
    const program = `${tf}const y = tf.zeros([64, 7, 7, 32]).reshape([64, 784]);\n`;
    expect(applyFix(program)).toContain(".reshape([64, 1568])");
  });

  it("convert indices that are floats", () => {
    const program = `${tf}const labels = tf.zeros([8]);\nconst rows = tf.oneHot(labels, 10);\n`;
    expect(applyFix(program)).toContain("tf.oneHot(labels.toInt(), 10)");
  });

  it("line up a loss's labels with its predictions", () => {
    check(`${tf}
      const loss = tf.losses.meanSquaredError(tf.zeros([8]), tf.zeros([8, 1]));
      //           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error shape-mismatch: must have the same shape
    `);
  });

  it("make labels fit predictions that have one column", () => {
    const program = `${tf}const y = tf.zeros([8]);\nconst loss = tf.losses.meanSquaredError(y, tf.zeros([8, 1]));\n`;
    const repaired = applyFix(program);
    expect(repaired).toContain("meanSquaredError(y.expandDims(-1), ");
    expect(diagnosticsOf(repaired)).toEqual([]);
  });

  it("count axes that exist", () => {
    check(`${tf}
      const x = tf.zeros([3, 4]);
      const y = x.sum(2);
      //        ^^^^^^^^ error dim-out-of-range: dimension 2 does not exist in [3, 4]
      const z = x.transpose([0, 0]);
      //        ^^^^^^^^^^^^^^^^^^^ error dim-out-of-range: one dimension is named twice
      const s = x.softmax(0);
      //        ^^^^^^^^^^^^ error dim-out-of-range: along the last dimension only
    `);
  });

  it("know the library by any of its packages, and tf where a page loads it", () => {
    check(`
      const x = tf.zeros([2, 3]);
      //    ^ [2, 3] float32
    `);
    check(`
      import { zeros, layers, sequential } from "@tensorflow/tfjs-node";
      const model = sequential({ layers: [layers.dense({ units: 4, inputShape: [3] })] });
      const y = model.predict(zeros([2, 3]));
      //    ^ [2, 4] float32
    `);
  });
});

describe("a layer of the program's own", () => {
  it("is followed through its own methods", () => {
    check(`${tf}
      class Doubled extends tf.layers.Layer {
        constructor() {
          super({});
        }
        computeOutputShape([batch, features]: number[]) {
          return [batch, 2 * features];
        }
        call(inputs: tf.Tensor | tf.Tensor[]) {
          const x = Array.isArray(inputs) ? inputs[0] : inputs;
          return tf.concat([x, x.neg()], 1);
        }
      }
      const real = new Doubled().apply(tf.zeros([5, 3]));
      //    ^^^^ [5, 6] float32
      const symbolic = new Doubled().apply(tf.input({ shape: [3] }));
      //    ^^^^^^^^ [N, 6] float32
      const model = tf.sequential({ layers: [tf.layers.dense({ inputShape: [4], units: 3 }), new Doubled()] });
      model.add(tf.layers.dense({ units: 2 }));
      const y = model.predict(tf.zeros([7, 4]));
      //    ^ [7, 2] float32
    `);
  });
});
