import { describe, expect, test } from "vitest";
import { compareWithRuns } from "../claims";
import { shapesOf } from "../check";

/** Code after an import of TensorFlow.js, and the shape of every variable that is a tensor. */
function shapes(code: string): Record<string, string> {
  return shapesOf(`import * as tf from "@tensorflow/tfjs";\n${code}`);
}

const MODEL = `
  function build() {
    const model = tf.sequential();
    model.add(tf.layers.dense({ units: 10, inputShape: [4] }));
    return model;
  }
  let model;`;

describe("functions that are called later see the variables as they are then", () => {
  test("a listener that is registered before the model is made", () => {
    const code = `${MODEL}
      document.getElementById("predict").addEventListener("click", () => {
        const scores = model.predict(tf.zeros([1, 4]));
      });
      async function start() { await tf.ready(); model = build(); }
      start();`;
    expect(shapes(code)).toMatchObject({ scores: "[1, 10]" });
  });

  test("a handler that is assigned", () => {
    const code = `${MODEL}
      button.onclick = () => { const scores = model.predict(tf.zeros([2, 4])); };
      model = build();`;
    expect(shapes(code)).toMatchObject({ scores: "[2, 10]" });
  });

  test("a listener is not shown the value that a variable has only until the program ends", () => {
    const code = `let x = tf.zeros([2]); button.addEventListener("click", () => { const y = x.add(1); }); x = tf.zeros([3]);`;
    expect(shapes(code)).toMatchObject({ y: "[3]" });
  });
});

describe("functions that unknown code may call at once, later, or both", () => {
  test("every shape that a run has is among those shown", async () => {
    const source = `
      import * as tf from "@tensorflow/tfjs";
      let x = tf.zeros([2]);
      register(() => { tf.add(x, 1); });
      x = tf.zeros([3, 4]);
      register(() => { tf.mul(x, 2); });
      x = tf.zeros([5]);
      finish();`;
    const callbacks: (() => void)[] = [];
    const now = { register: (callback: () => void) => callback(), finish: () => undefined };
    const later = {
      register: (callback: () => void) => callbacks.push(callback),
      finish: () => callbacks.forEach((callback) => callback()),
    };
    const { wrong, shown, known } = await compareWithRuns(source, [now, later]);
    expect(wrong).toEqual([]);
    expect(known).toBe(shown);
  });

  test("what is not known at once is shown as what it is later", () => {
    const code = `${MODEL}
      whenReady(() => { const scores = model.predict(tf.zeros([1, 4])); });
      model = build();`;
    expect(shapes(code)).toMatchObject({ scores: "[1, 10]" });
  });
});
