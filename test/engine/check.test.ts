import { describe, expect, it } from "vitest";
import { check, diagnosticsOf } from "./check";

const tf = `import * as tf from "@tensorflow/tfjs";\n`;

describe("the fixture helper", () => {
  it("accepts a program whose markers say what is found", () => {
    check(`${tf}
      const model = tf.sequential();
      model.add(tf.layers.dense({ units: 10, inputShape: [784] }));
      model.add(tf.layers.reshape({ targetShape: [3, 4] }));
      //        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error reshape-size: [10]
    `);
  });

  it("tells what was expected and not found, and what was found and not expected", () => {
    const program = `${tf}
      const model = tf.sequential();
      model.add(tf.layers.dense({ units: 10, inputShape: [784] }));
      //<^^^ error shape-mismatch: nothing of the kind
      model.add(tf.layers.reshape({ targetShape: [3, 4] }));
    `;
    expect(() => check(program)).toThrow(
      /expected, not found: {2}4:1 error shape-mismatch[^]*found, not expected: {2}6:17/,
    );
  });

  it("hears // @shape-ignore", () => {
    expect(
      diagnosticsOf(`${tf}
        const model = tf.sequential({ layers: [tf.layers.dense({ units: 10, inputShape: [784] })] });
        // @shape-ignore
        model.add(tf.layers.reshape({ targetShape: [3, 4] }));`),
    ).toEqual([]);
  });
});
