import { describe, expect, test } from "vitest";
import { check, diagnosticsOf, shapesOf } from "../check";

describe("annotations give shapes", () => {
  test("a tag names the sizes of a parameter, and expressions use the names", () => {
    const shapes = shapesOf(`
      import { type Tensor } from "shapewright/torch";
      /** @shape x [N, 2*C, H/2, ?] */
      export function half(x: Tensor) { const flat = x.flatten(0, 1); return flat; }`);
    expect(shapes).toEqual({ x: "[N, 2*C, H//2, ?]", flat: "[2*N*C, H//2, ?]" });
  });

  test("a type argument says the same", () => {
    const shapes = shapesOf(`
      import { type Tensor } from "shapewright/torch";
      export function f(x: Tensor<["N", 3, 32, 32]>) { const y = x.view(x.size(0), -1); return y; }`);
    expect(shapes).toEqual({ x: "[N, 3, 32, 32]", y: "[N, 3072]" });
  });

  test("a variable's type says nothing of what an operation gives: the library's types let it be any", () => {
    check(`
      import * as tf from "@tensorflow/tfjs";
      function heat(x: tf.Tensor, size: [number, number]) {
        let map: tf.Tensor4D = x.mean(-1);
        map = map.expandDims(-1);
        return tf.image.resizeBilinear(map, size);
      }
    `);
  });

  test("a type that an operation refuses is taken to be wrong, not the code", () => {
    check(`
      import * as tf from "@tensorflow/tfjs";
      const model = tf.sequential({ layers: [tf.layers.conv2d({ inputShape: [null, 229, 1] as never, filters: 4, kernelSize: 3 })] });
      export function predict(inputs: tf.Tensor3D) { return model.predict(inputs); }
      model.predict(tf.zeros([5, 229, 1]));
      //            ^^^^^^^^^^^^^^^^^^^^^ error rank-mismatch: 3 dimensions
    `);
  });

  test("TensorFlow.js's types give the rank", () => {
    const shapes = shapesOf(`
      import * as tf from "@tensorflow/tfjs";
      export function f(x: tf.Tensor3D) { const y = x.expandDims(0); return y; }`);
    expect(shapes).toEqual({ x: "[x.shape[0], x.shape[1], x.shape[2]]", y: "[1, x.shape[0], x.shape[1], x.shape[2]]" });
  });

  test("plain JavaScript is annotated in its comments", () => {
    const shapes = shapesOf({
      "/main.js": `
        import { torch } from "shapewright/torch";
        /** @shape x [N, 784] */
        export const f = (x) => { const y = x.matmul(torch.zeros(784, 10)); return y; };`,
    });
    expect(shapes).toEqual({ x: "[N, 784]", y: "[N, 10]" });
  });

  test("a variable whose value is not known is what its tag says", () => {
    const shapes = shapesOf(`
      import { torch } from "shapewright/torch";
      /** @shape [100, 784] */
      const images = await loadImages();
      const y = images.matmul(torch.zeros(784, 10));`);
    expect(shapes).toEqual({ images: "[100, 784]", y: "[100, 10]" });
  });
});

describe("annotations are contracts", () => {
  test("on the caller's side", () =>
    check(`
import { torch, type Tensor } from "shapewright/torch";
/** @shape x [N, 1, 28, 28] */
function f(x: Tensor) { return x; }
f(torch.zeros(64, 28, 28));
//^^^^^^^^^^^^^^^^^^^^^^^ error shape-annotation: 3 dimensions, not 4
f(torch.zeros(64, 3, 28, 28));
//^^^^^^^^^^^^^^^^^^^^^^^^^^ error shape-annotation: dimension 1 is 3, not 1
f(torch.zeros(64, 1, 28, 28));
`));

  test("one name is one size", () =>
    check(`
import { torch, type Tensor } from "shapewright/torch";
/**
 * @shape a [N, K]
 * @shape b [K, M]
 */
function first(a: Tensor, b: Tensor) { return a; }
first(torch.zeros(2, 3), torch.zeros(4, 5));
//                       ^^^^^^^^^^^^^^^^^ error shape-annotation: K is 3
`));

  test("a rank that TypeScript's type names is a hint, since casts make it say anything", () => {
    const code = `
      import * as tf from "@tensorflow/tfjs";
      const x = tf.zeros([2, 3]) as tf.Tensor as tf.Tensor3D;
      function f(y: tf.Tensor3D) { const z = y; return z; }
      f(x as tf.Tensor3D);`;
    expect(diagnosticsOf(code)).toEqual([]);
    expect(shapesOf(code)).toMatchObject({ x: "[2, 3]", z: "[2, 3]" });
  });

  test("on the function's side", () =>
    check(`
import { torch, type Tensor } from "shapewright/torch";
/** @shape returns [10, 3] */
function make(): Tensor { return torch.zeros(10, 4); }
//       ^^^^ error shape-annotation: dimension 1 is 4, not 3
`));

  test("any number of leading sizes", () =>
    check(`
import { torch, type Tensor } from "shapewright/torch";
/** @shape x [..., 8] */
function f(x: Tensor) { return x; }
f(torch.zeros(2, 3, 8));
f(torch.zeros(8));
f(torch.zeros(2, 9));
//^^^^^^^^^^^^^^^^^ error shape-annotation: dimension 1 is 9, not 8
`));

  test.each([
    ["[N, 3", "in brackets"],
    ["[N,, 3]", "missing between two commas"],
    ["[N, 3 +]", "is no size"],
    ["[..., 3, ...]", "only once"],
  ])("an unreadable one is said to be so: %s", (text, reason) => {
    const found = diagnosticsOf(`
      import { type Tensor } from "shapewright/torch";
      /** @shape x ${text} */
      export function f(x: Tensor) { return x; }`);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(reason);
  });
});
