import { describe, expect, it } from "vitest";
import { check, diagnosticsOf, shapesOf } from "../check";

describe("TensorFlow.js is known however it comes into a file", () => {
  it.each([
    ["tfjs", 'import * as tf from "@tensorflow/tfjs";'],
    ["tfjs-node-gpu by require", 'const tf = require("@tensorflow/tfjs-node-gpu");'],
    ["a default import", 'import tf from "@tensorflow/tfjs-node";'],
    ["tfjs-core", 'import * as tf from "@tensorflow/tfjs-core";'],
    ["a script tag", ""],
    ["a property of the page", "const tf = window.tf;"],
    ["import()", 'const tf = await import("@tensorflow/tfjs");'],
    [
      "one of two packages",
      'let tf; if (process.env.GPU) tf = require("@tensorflow/tfjs-node-gpu"); else tf = require("@tensorflow/tfjs-node");',
    ],
  ])("%s", (_, line) => {
    expect(shapesOf(`${line}\nconst x = tf.zeros([2, 3]);\n`)).toEqual({ x: "[2, 3]" });
  });

  it("destructured and renamed", () => {
    check(`
      const { zeros: nothing, layers: { dense } } = require("@tensorflow/tfjs");
      const x = dense({ units: 4 }).apply(nothing([2, 3]));
      //    ^ [2, 4] float32
    `);
  });

  it("exported again by a file of the program", () => {
    check({
      "/backend.js": `export * as tf from "@tensorflow/tfjs-node";\nexport { zeros as nothing } from "@tensorflow/tfjs-core";\n`,
      "/main.js": `import { tf, nothing } from "./backend.js";
        const x = nothing([2, 3]).matMul(tf.ones([3, 4]));
        //    ^ [2, 4] float32
      `,
    });
  });

  it("passed as a parameter, to a function that somebody else calls too", () => {
    check({
      "/main.js": `module.exports = function (tf) {
        return tf.ones([2, 3]).matMul(tf.zeros([4, 5]));
        //     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error shape-mismatch: cannot multiply
      };`,
    });
  });

  it("kept in an object", () => {
    check(`
      class Trainer {
        constructor(tf) { this.tf = tf; }
        data() { return this.tf.zeros([2, 2]); }
      }
      const x = new Trainer(require("@tensorflow/tfjs")).data();
      //    ^ [2, 2] float32
    `);
  });
});

const tf = `import * as tf from "@tensorflow/tfjs";\n`;

describe("models that are loaded", () => {
  it("are unknown, and nothing is said of them", () => {
    expect(
      diagnosticsOf(`${tf}
        async function run() {
          const model = await tf.loadLayersModel("model.json");
          const layer = model.getLayer("conv_pw_13_relu");
          const cut = tf.model({ inputs: model.inputs, outputs: layer.output });
          const head = tf.sequential({ layers: [tf.layers.flatten({ inputShape: cut.outputs[0].shape.slice(1) }), tf.layers.dense({ units: 3 })] });
          const graph = await tf.loadGraphModel("graph.json", { fromTFHub: true });
          return head.predict(cut.predict(graph.execute(tf.zeros([1, 224, 224, 3]))));
        }
        run();
      `),
    ).toEqual([]);
  });
});

describe("what a model tells of itself", () => {
  it("is known where the model is", () => {
    check(`${tf}
      const model = tf.sequential();
      model.add(tf.layers.conv2d({ name: "first", filters: 8, kernelSize: 3, inputShape: [28, 28, 1] }));
      model.add(tf.layers.flatten());
      const batch = tf.zeros([16, ...model.inputs[0].shape.slice(1)]);
      //    ^^^^^ [16, 28, 28, 1] float32
      const features = model.getLayer("first").output;
      //    ^^^^^^^^ [N, 26, 26, 8] float32
      const head = tf.layers.dense({ units: 2, inputShape: [model.outputShape[1]] }).apply(model.outputs[0]);
      //    ^^^^ [N, 2] float32
      model.pop();
      const shorter = model.output;
      //    ^^^^^^^ [N, 26, 26, 8] float32
    `);
  });
});
