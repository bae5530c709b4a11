import { describe, expect, test } from "vitest";
import { lowerModule } from "../../server/src/compiler";
import { checkLowering } from "./check";

describe("imports", () => {
  test("every kind", () => {
    checkLowering(
      `
        import "./effect";
        import nn, { Linear, ReLU as R, type Tensor } from "shapewright/torch";
        import * as tf from "@tensorflow/tfjs";
        import type { Model } from "./model";
        import {} from "./nothing";
        import fs = require("fs");
        import Inner = Outer.Middle.Inner;
      `,
      `
        import "./effect"
        import default as nn from "shapewright/torch"
        import Linear as Linear from "shapewright/torch"
        import ReLU as R from "shapewright/torch"
        import Tensor as Tensor from "shapewright/torch"
        import * as tf from "@tensorflow/tfjs"
        import Model as Model from "./model"
        import "./nothing"
        const fs = require("fs")
        const Inner = Outer.Middle.Inner
      `,
    );
  });
});

describe("exports", () => {
  test("leave the statements and stand apart", () => {
    checkLowering(
      `
        export const a = 1, { b, c: [d] } = o;
        export function f(): void;
        export function f() {}
        export class C {}
        export enum E {}
        export interface I { x: number }
        export { a as b2, f as default };
        export { x as y, default } from "./m";
        export * from "./n";
        export * as ns from "./p";
      `,
      `
        type I = { x: number }
        const a = 1, { b: b, c: [d] } = o
        function f() {}
        class C {}
        const E = {}
        export a as a
        export b as b
        export d as d
        export f as f
        export C as C
        export E as E
        export I as I
        export a as b2
        export f as default
        export x as y from "./m"
        export default as default from "./m"
        export * from "./n"
        export * as ns from "./p"
      `,
    );
  });

  test.each([
    ["export default f(1)", "const *default* = f(1)\nexport *default* as default"],
    ["export default function () {}", "const *default* = function () {}\nexport *default* as default"],
    ["export default class {}", "const *default* = class {}\nexport *default* as default"],
    ["export default function named() {}", "function named() {}\nexport named as default"],
    ["export = f", "module.exports = f"],
  ])("%s", (source, expected) => {
    checkLowering(source, expected);
  });
});

describe("types", () => {
  test.each([
    ["tf.Tensor4D", "tf.Tensor4D"],
    ['Tensor<["N", 3, 32]>', 'Tensor<["N", 3, 32]>'],
    ['import("@tensorflow/tfjs").Tensor2D', "Tensor2D"],
    ["readonly number[]", "number[]"],
    ["[a: number, b: -1]", "[number, -1]"],
    ["[number, ...number[]]", "?"],
    ["'same' | 'valid' | undefined | null", '"same" | "valid" | undefined | null'],
    ["{ x?: Tensor; m(): void; 'k-l': true }", "{ x?: Tensor; m: function; k-l: true }"],
    ["(x: Tensor) => Tensor", "function"],
    ["Promise<void>", "Promise<void>"],
    ["(A)", "A"],
    ["A & { b: number }", "A & { b: number }"],
    ["Array<Tensor>", "Tensor[]"],
    ["Parameters<typeof f>", "Parameters<computed>"],
    ["Batch['x']", "computed"],
    ["keyof A", "?"],
    ["any", "?"],
  ])("%s", (source, expected) => {
    checkLowering(`type T = ${source}`, `type T = ${expected}`);
  });

  test("interfaces merge, and those of functions are known too", () => {
    checkLowering(
      `
        interface Options { a: number }
        interface Options { b?: Inner }
        function f() { interface Inner { c: string } }
      `,
      `
        type Options = { a: number; b?: Inner }
        type Inner = { c: string }
        function f() {}
      `,
    );
  });

  test("an interface is what it extends and what it declares", () => {
    checkLowering(
      `
        interface Batch extends Inputs, data.Targets<number> { n: number }
        interface Batch { weight: Tensor }
      `,
      "type Batch = Inputs & data.Targets<number> & { n: number; weight: Tensor }",
    );
  });
});

describe("types in documentation comments of JavaScript", () => {
  test("belong to parameters", () => {
    checkLowering(
      `
        /**
         * @param {tf.Tensor4D} x Images.
         * @param {import("./options").Options} options
         * @param {number} [scale]
         * @param {?Array<string>=} names
         */
        function f(x, options, scale, names) {}
        const g = (/** @type {tf.Tensor2D} */ x) => x;
        class Net {
          /** @param {tf.Tensor} x */
          call(x) {}
        }
      `,
      `
        function f(x: tf.Tensor4D, options: computed, scale?: number, names?: string[] | null) {}
        const g = (x: tf.Tensor2D) => {
          return x
        }
        class Net {
          call(x: tf.Tensor) {}
        }
      `,
      "/model.js",
    );
  });

  test("name the members of an object", () => {
    checkLowering(
      `
        /**
         * @param {Object} batch
         * @param {tf.Tensor2D} batch.x
         * @param {tf.Tensor1D} [batch.y]
         */
        function f(batch) {}
      `,
      "function f(batch: { x: tf.Tensor2D; y?: tf.Tensor1D }) {}",
      "/model.js",
    );
  });

  test("say nothing in TypeScript", () => {
    checkLowering("/** @param {tf.Tensor4D} x */ function f(x) {}", "function f(x) {}");
  });
});

describe("documentation comments", () => {
  test("@shape belongs to the function or declaration behind it", () => {
    checkLowering(
      `
        /** The model. @shape x [N, 3] @shape [N, 10] */
        export function f(x) {}
        /**
         * Images.
         * @shape [N, 28 * 28]  and more
         */
        const images = load();
        /** @shape x [N] */
        const g = (x) => x;
        /** @shape x [1] */ exports.h = function (x) {};
        class C {
          /** @shape w [a[0], b] */
          weight = 1;
          /** @shape x [2] */
          forward = (x) => x;
          /** @shape returns [3] */
          static m() {}
          /** @shape x [4] */
          constructor(x) {}
        }
        const o = {
          /** @shape x [5] */
          m(x) {},
          /** @shape x [6] */
          p: (x) => x,
        };
        /** @shape [7] */
        export default () => 1;
        /** @shaped x [8] and @shape-ignore */
        function k() {}
      `,
      `
        @shape(x [N, 3]) @shape([N, 10]) function f(x) {}
        @shape([N, 28 * 28]) const images = load()
        const g = @shape(x [N]) (x) => {
          return x
        }
        exports.h = @shape(x [1]) function (x) {}
        class C {
          @shape(w [a[0], b]) weight = 1
          forward = @shape(x [2]) (x) => {
            return x
          }
          @shape(returns [3]) static m() {}
          @shape(x [4]) constructor(x) {}
        }
        const o = { m: @shape(x [5]) function m(x) {}, p: @shape(x [6]) (x) => {
          return x
        } }
        const *default* = @shape([7]) () => {
          return 1
        }
        function k() {}
        export f as f
        export *default* as default
      `,
    );
  });

  test("a tag ends with its line, closed or not", () => {
    checkLowering(
      `
        /**
         * @shape x [N, 3
         * @shape y N, 3
         * @shape
         */
        function f(x, y) {}
      `,
      "@shape(x [N, 3) @shape(y N, 3) @shape() function f(x, y) {}",
    );
  });

  test("@shape-ignore silences its own line behind code, else the next", () => {
    const source = [
      "const a = f(); // @shape-ignore",
      "// @shape-ignore: known",
      "const b = g();",
      'const url = "http://x"; // @shape-ignore',
      'const s = "// @shape-ignore";',
      "const t = `",
      "// @shape-ignore",
      "`;",
      "// @shape-ignored is another word",
    ].join("\r\n");
    expect(lowerModule("/m.ts", source).ignores.map(({ line }) => line)).toEqual([0, 2, 3]);
  });

  test.each([
    ["// @shape-ignore", []],
    ["// @shape-ignore reshape-size", ["reshape-size"]],
    ["// @shape-ignore: reshape-size, rank-mismatch", ["reshape-size", "rank-mismatch"]],
    ["// @shape-ignore rank-mismatch -- the data is padded", ["rank-mismatch"]],
    ["// @shape-ignore since the data is padded", []],
  ])("the rules that %s names", (comment, names) => {
    const [ignore] = lowerModule("/m.ts", `f(); ${comment}`).ignores;
    expect(ignore?.rules.map(({ name }) => name)).toEqual(names);
  });
});

describe("broken text", () => {
  test("is marked, and what could be parsed is there", () => {
    checkLowering(
      `
        const a = 1;
        const b = ;
        const c = f(a,
        function g() { return a }
      `,
      `
        // broken
        const a = 1
        const b = <an expression is missing here>
        const c = f(a, function g() {
          return a
        })
      `,
    );
  });
});

describe("JSON", () => {
  test("is a module with a default export", () => {
    checkLowering(
      '{ "units": 10, "shape": [1, -2, null] }',
      `
        const *default* = { units: 10, shape: [1, (-2), null] }
        export *default* as default
      `,
      "/config.json",
    );
  });
});
