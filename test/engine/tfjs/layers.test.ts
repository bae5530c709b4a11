import { describe, it } from "vitest";
import { check } from "../check";

const tf = `import * as tf from "@tensorflow/tfjs";\n`;

describe("sequential models", () => {
  it("trace a convolutional network, whose batch is a symbol", () => {
    check(`${tf}
      const model = tf.sequential();
      model.add(tf.layers.conv2d({ inputShape: [28, 28, 1], filters: 8, kernelSize: 5, activation: "relu" }));
      model.add(tf.layers.maxPooling2d({ poolSize: 2, strides: 2 }));
      model.add(tf.layers.dropout({ rate: 0.25 }));
      model.add(tf.layers.batchNormalization());
      model.add(tf.layers.flatten());
      model.add(tf.layers.dense({ units: 10, activation: "softmax" }));
      const pooled = model.layers[1].output;
      //    ^^^^^^ [N, 12, 12, 8]
      const logits = model.outputs[0];
      //    ^^^^^^ [N, 10] float32
      const y = model.predict(tf.zeros([64, 28, 28, 1]));
      //    ^ [64, 10] float32
    `);
  });

  it("trace a network given as a list", () => {
    check(`${tf}
      const model = tf.sequential({
        layers: [
          tf.layers.embedding({ inputDim: 1000, outputDim: 16, inputLength: 20 }),
          tf.layers.lstm({ units: 32, returnSequences: true }),
          tf.layers.bidirectional({ layer: tf.layers.gru({ units: 8 }) }),
          tf.layers.reshape({ targetShape: [4, -1] }),
        ],
      });
      const y = model.predict(tf.zeros([3, 20], "int32"));
      //    ^ [3, 4, 4] float32
    `);
  });

  it("name the layer that does not go with the one before it", () => {
    check(`${tf}
      const model = tf.sequential({
        layers: [
          tf.layers.dense({ inputShape: [784], units: 64 }),
          tf.layers.conv2d({ filters: 8, kernelSize: 3 }),
        //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error rank-mismatch: [N, 64] has 2 dimensions
        ],
      });
    `);
  });

  it("report a convolution that leaves nothing, which TensorFlow.js does not", () => {
    check(`${tf}
      const model = tf.sequential();
      model.add(tf.layers.maxPooling2d({ inputShape: [3, 3, 1], poolSize: 2 }));
      model.add(tf.layers.conv2d({ filters: 4, kernelSize: 2 }));
      //        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error empty-output: conv2d has no output for [N, 1, 1, 1]
    `);
  });

  it("report a reshape that does not fit, though the batch is open", () => {
    check(`${tf}
      const model = tf.sequential();
      model.add(tf.layers.dense({ inputShape: [4], units: 12 }));
      model.add(tf.layers.reshape({ targetShape: [5, 2] }));
      //        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error reshape-size: 12 elements do not fit 10
    `);
  });

  it("refuse a flatten and a dense layer behind sizes that are left open", () => {
    check(`${tf}
      const words = tf.sequential();
      words.add(tf.layers.embedding({ inputDim: 10, outputDim: 4 }));
      words.add(tf.layers.flatten());
      //        ^^^^^^^^^^^^^^^^^^^ error shape-mismatch: leaves some open
      const parts = tf.sequential();
      parts.add(tf.layers.reshape({ inputShape: [6], targetShape: [2, -1] }));
      parts.add(tf.layers.dense({ units: 3 }));
      //        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error shape-mismatch: number of input features
    `);
  });

  it("say what their first layer lacks", () => {
    check(`${tf}
      const model = tf.sequential();
      model.add(tf.layers.dense({ units: 3 }));
      //        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error shape-mismatch: must have an inputShape
    `);
  });

  it("are followed through branches that nothing decides", () => {
    check(`${tf}
      export function build(deep: boolean) {
        const model = tf.sequential();
        model.add(tf.layers.dense({ inputShape: [4], units: 8 }));
        if (deep) model.add(tf.layers.dense({ units: 8 }));
        model.add(tf.layers.dense({ units: 2 }));
        const y = model.predict(tf.zeros([5, 4]));
        //    ^ [5, 2] float32
        return y;
      }
    `);
  });

  it("are silent about a layer that is not modelled", () => {
    check(`${tf}
      declare const mystery: tf.layers.Layer;
      const model = tf.sequential();
      model.add(tf.layers.dense({ inputShape: [4], units: 8 }));
      model.add(mystery);
      model.add(tf.layers.flatten());
      model.add(tf.layers.dense({ units: 3 }));
      const scores = model.predict(tf.zeros([1, 4])) as tf.Tensor;
      //    ^^^^^^ [batch, 3]
      model.predict(tf.zeros([1, 2, 3]));
      //            ^^^^^^^^^^^^^^^^^^^ error rank-mismatch: [1, 2, 3]
    `);
  });

  it("take what their first layer says even when its shape is not known", () => {
    check(`${tf}
      export function build(shape: number[], classes: number) {
        const model = tf.sequential();
        model.add(tf.layers.conv2d({ inputShape: shape, filters: 8, kernelSize: 3 }));
        model.add(tf.layers.flatten());
        model.add(tf.layers.dense({ units: classes }));
        return model.predict(tf.zeros([2, 28, 28, 1])) as tf.Tensor;
        //     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ [2, classes]
      }
      const row = tf.sequential({ layers: [tf.layers.dense({ inputShape: 47, units: 3 } as never)] });
      const actions = row.predict(tf.zeros([5, 47])) as tf.Tensor;
      //    ^^^^^^^ [5, 3]
    `);
  });
});

describe("models that are loaded", () => {
  it("are models, with parts that are not known, and what is built on them is known from there on", () => {
    check(`${tf}
      export async function transfer(classes: number) {
        const mobilenet = await tf.loadLayersModel("model.json");
        const layer = mobilenet.getLayer("conv_pw_13_relu");
        const truncated = tf.model({ inputs: mobilenet.inputs, outputs: layer.output });
        const head = tf.sequential({
          layers: [
            tf.layers.flatten({ inputShape: (truncated.outputs[0] as tf.SymbolicTensor).shape.slice(1) }),
            tf.layers.dense({ units: 100, activation: "relu" }),
            tf.layers.dense({ units: classes, activation: "softmax" }),
          ],
        });
        const embedding = truncated.predict(tf.zeros([1, 224, 224, 3])) as tf.Tensor;
        const scores = head.predict(embedding) as tf.Tensor;
        //    ^^^^^^ [batch, classes]
        const flat = tf.layers.flatten().apply(mobilenet.outputs[0]!) as tf.SymbolicTensor;
        const whole = tf.model({ inputs: mobilenet.inputs, outputs: tf.layers.dense({ units: 5 }).apply(flat) as never });
        const five = whole.predict(tf.zeros([1, 224, 224, 3])) as tf.Tensor;
        //    ^^^^ [1, 5]
        return [scores, five, mobilenet instanceof tf.LayersModel];
      }
    `);
  });
});

describe("custom layers", () => {
  it("show what their call does with the inputs of the model that they are used in", () => {
    check(`${tf}
      class Gelu extends tf.layers.Layer {
        call(inputs: tf.Tensor[]) {
          const [x] = inputs as [tf.Tensor];
          return x.mul(x.erf());
          //     ^^^^^^^^^^^^^^ [batch, 7, 16]
        }
      }
      const input = tf.input({ shape: [7, 16] });
      tf.model({ inputs: input, outputs: new Gelu().apply(input) as tf.SymbolicTensor });
    `);
  });
});

describe("functional models", () => {
  it("join two inputs", () => {
    check(`${tf}
      const image = tf.input({ shape: [32, 32, 3] });
      const features = tf.layers.flatten().apply(image) as tf.SymbolicTensor;
      //    ^^^^^^^^ [N, 3072] float32
      const extra = tf.input({ shape: [5] });
      const joined = tf.layers.concatenate().apply([features, extra]) as tf.SymbolicTensor;
      //    ^^^^^^ [N, 3077]
      const scores = tf.layers.dense({ units: 7 }).apply(joined) as tf.SymbolicTensor;
      const model = tf.model({ inputs: [image, extra], outputs: [scores, joined] });
      const [a, b] = model.predict([tf.zeros([2, 32, 32, 3]), tf.zeros([2, 5])]) as tf.Tensor[];
      //     ^ [2, 7]
      //        ^ [2, 3077]
    `);
  });

  it("add what broadcasts and nothing else", () => {
    check(`${tf}
      const x = tf.input({ shape: [8, 4] });
      const y = tf.layers.conv1d({ filters: 5, kernelSize: 3, padding: "same" }).apply(x) as tf.SymbolicTensor;
      const z = tf.layers.add().apply([x, y]);
      //        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error broadcast-mismatch: add cannot combine [N, 8, 4]
    `);
  });

  it("hand a recurrent layer's states on", () => {
    check(`${tf}
      const source = tf.input({ shape: [null, 4] });
      const [_, h, c] = tf.layers.lstm({ units: 16, returnState: true }).apply(source) as tf.SymbolicTensor[];
      //        ^ [N, 16]
      const target = tf.input({ shape: [7, 4] });
      const decoder = tf.layers.lstm({ units: 8, returnSequences: true });
      const decoded = decoder.apply(target, { initialState: [h, c] });
      //              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error shape-mismatch: 8 units in its initial state
      //    ^^^^^^^ [N, 7, 8]
    `);
  });

  it("keep a shared layer's weights", () => {
    check(`${tf}
      const shared = tf.layers.dense({ units: 3 });
      shared.apply(tf.input({ shape: [5] }));
      shared.apply(tf.input({ shape: [6] }));
    //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error shape-mismatch: expects 5 input features
    `);
  });

  it("apply layers to tensors at once", () => {
    check(`${tf}
      const y = tf.layers.conv2d({ filters: 4, kernelSize: 3, strides: 2 }).apply(tf.zeros([1, 9, 9, 3]));
      //    ^ [1, 4, 4, 4] float32
    `);
  });
});
