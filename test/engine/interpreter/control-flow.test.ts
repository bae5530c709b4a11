import { describe, expect, test } from "vitest";
import { shapesOf } from "../check";

/** Code after an import of TensorFlow.js, and the shape of every variable that is a tensor. */
function shapes(code: string): Record<string, string> {
  return shapesOf(`import * as tf from "@tensorflow/tfjs";\n${code}`);
}

describe("branches", () => {
  test("a decided condition runs one arm", () => {
    expect(shapes(`let n = 2; if ([1, 2].length === 2) n = 3; else n = 4; const x = tf.zeros([n]);`)).toEqual({
      x: "[3]",
    });
  });

  test("an undecided condition keeps what both arms agree on", () => {
    const code = `let n = 2, k = 5; if (Math.random() > 0.5) { n = 3; k = 5; } const x = tf.zeros([n, k]);`;
    expect(shapes(code)).toEqual({ x: "[n, 5]" });
  });

  test("an arm that throws leaves its condition behind as a fact", () => {
    const code = `
      function same(a: tf.Tensor2D, b: tf.Tensor2D) {
        if (a.shape[0] !== 7) throw new Error("seven rows, please");
        const first = tf.zeros([a.shape[0], 2]);
        return first;
      }`;
    expect(shapes(code)).toMatchObject({ first: "[7, 2]" });
  });

  test("an arm that returns early does not touch what follows", () => {
    const code = `
      let n = 1;
      function bump(flag: boolean) { if (flag) { n = 9; return; } n = 2; }
      bump(false);
      const x = tf.zeros([n]);`;
    expect(shapes(code)).toEqual({ x: "[2]" });
  });

  test("a parameter that may be missing is narrowed", () => {
    const code = `
      function f(mask?: tf.Tensor) { const m = mask === undefined ? tf.zeros([3]) : tf.zeros([3]); return m; }
      const x = f();`;
    expect(shapes(code)).toMatchObject({ x: "[3]", m: "[3]" });
  });

  test("switch enters at the case that matches and falls through", () => {
    const code = `
      const kind = "b"; let n = 0;
      switch (kind) { case "a": n += 1; case "b": n += 2; case "c": n += 4; break; default: n += 8; }
      const x = tf.zeros([n]);`;
    expect(shapes(code)).toEqual({ x: "[6]" });
  });
});

describe("loops", () => {
  test("a certain number of rounds is unrolled", () => {
    const code = `let n = 1; for (const k of [2, 3, 4]) { if (k === 3) continue; n *= k; } const x = tf.zeros([n]);`;
    expect(shapes(code)).toEqual({ x: "[8]" });
  });

  test("labels lead out of the loop they name", () => {
    const code = `
      let n = 0;
      outer: for (const i of [1, 2, 3]) { for (const j of [1, 2, 3]) { if (j === 2) continue outer; if (i === 3) break outer; n += 10; } }
      const x = tf.zeros([n]);`;
    expect(shapes(code)).toEqual({ x: "[20]" });
  });

  test("an uncertain number of rounds forgets what changes, and keeps what does not", () => {
    const code = `let n = 1, k = 5; while (Math.random() > 0.1) n = n * 2; const x = tf.zeros([n, k]);`;
    expect(shapes(code)).toEqual({ x: "[n, 5]" });
  });

  test("the value of the round before is not the value of this one", () => {
    const code = `
      let previous = 1, current = 1;
      while (Math.random() > 0.1) { previous = current; current = current + 1; }
      const x = tf.zeros([current - previous + 4]);`;
    expect(shapes(code)).toEqual({ x: "[current - previous + 4]" });
  });

  test("a recurrence keeps the shape of its state", () => {
    const code = `
      let h = tf.zeros([4, 8]);
      for (const step of await fetchSteps()) h = tf.tanh(h.add(tf.zeros([4, 8])));
      const x = h;`;
    expect(shapes(code)).toMatchObject({ x: "[4, 8]" });
  });

  test("an uncertain break joins the states it may leave with", () => {
    const code = `let n = 1; for (const k of [1, 2, 3]) { n = k + 1; if (Math.random() > 0.5) break; } const x = tf.zeros([n, 2]);`;
    expect(shapes(code)).toEqual({ x: "[n, 2]" });
  });
});

describe("what is not followed is forgotten", () => {
  test("variables that a callback of an unknown function assigns", () => {
    const code = `let n = 1; const bump = () => { n = n + 1; }; schedule(bump); const x = tf.zeros([n, 3]);`;
    expect(shapes(code)).toEqual({ x: "[n, 3]" });
  });

  test("each time it is handed away", () => {
    const code = `
      function twice() { let n = 1; schedule(() => { n++; }); return tf.zeros([n]); }
      const x = twice(); const y = twice();`;
    expect(shapes(code)).toMatchObject({ x: "[n]", y: "[n]" });
  });

  test("arrays and objects that an unknown function is given", () => {
    const code = `const sizes = [2, 3]; const c = { n: 4 }; shuffle(sizes, c); const x = tf.zeros([sizes[0], c.n]);`;
    expect(shapes(code)).toEqual({ x: "[sizes[0], n]" });
  });

  test("what a try block assigns, in its handler and after it", () => {
    const code = `let n = 1; try { n = 2; risky(); n = 3; } catch { n = n; } const x = tf.zeros([n, 6]);`;
    expect(shapes(code)).toEqual({ x: "[?, 6]" });
  });
});

describe("functions and classes", () => {
  test("closures keep their variables", () => {
    const code = `
      const counter = (start: number) => { let n = start; return () => ++n; };
      const next = counter(3); next();
      const x = tf.zeros([next()]);`;
    expect(shapes(code)).toEqual({ x: "[5]" });
  });

  test("defaults, rest, spread and destructuring", () => {
    const code = `
      function make({ width = 4, ...others }: { width?: number; depth: number }, ...tail: number[]) {
        return tf.zeros([width, others.depth, ...tail]);
      }
      const x = make({ depth: 2 }, 7, 8);
      const [first, , third = 9] = [1, 2];
      const y = tf.zeros([first, third]);`;
    expect(shapes(code)).toEqual({ x: "[4, 2, 7, 8]", y: "[1, 9]" });
  });

  test("inheritance, fields, getters, private and static members", () => {
    const code = `
      class Base { static unit = 2; #half = 3; size = 5; get full() { return this.#half * 2; } make() { return tf.zeros([this.full, this.size]); } }
      class Wide extends Base { constructor(public factor: number) { super(); this.size *= this.factor; } make() { return super.make().expandDims(0); } }
      const x = new Wide(Base.unit).make();`;
    expect(shapes(code)).toEqual({ x: "[1, 6, 10]" });
  });

  test("recursion ends where it is certain to, and in silence otherwise", () => {
    const code = `
      function widen(n: number, depth: number): number { return depth === 0 ? n : widen(n * 2, depth - 1); }
      function forever(n: number): number { return forever(n + 1); }
      const x = tf.zeros([widen(3, 2)]); const y = tf.zeros([forever(0), 2]);`;
    expect(shapes(code)).toEqual({ x: "[12]", y: "[?, 2]" });
  });

  test("async functions, promises and generators", () => {
    const code = `
      async function load() { return { n: 3 }; }
      function* sizes() { yield 1; yield 2; }
      const { n } = await load();
      const x = tf.zeros([n, ...sizes()]);
      load().then((loaded) => { const y = tf.zeros([loaded.n]); });
      const [a, b] = await Promise.all([load(), load()]);
      const z = tf.zeros([a.n + b.n]);`;
    expect(shapes(code)).toEqual({ x: "[3, 1, 2]", y: "[3]", z: "[6]" });
  });

  test("arrays, maps and their methods", () => {
    const code = `
      const widths = [8, 16, 32].map((w, i) => w * (i + 1)).filter((w) => w > 8);
      const total = widths.reduce((a, b) => a + b, 0);
      const named = new Map(Object.entries({ a: 5, b: 6 }));
      const stack: number[] = []; for (const w of widths) stack.push(w); stack.reverse();
      const x = tf.zeros([total, named.get("b")!, stack[0]!, stack.at(-1)!]);`;
    expect(shapes(code)).toEqual({ x: "[128, 6, 96, 32]" });
  });

  test("numbers: integer arithmetic, Math and strings", () => {
    const code = `const x = tf.zeros([Math.floor(7 / 2), Math.ceil(7 / 2), 2 ** 3, 17 % 5, 1 << 4, Number("12"), "abc".length, ~~9.7]);`;
    expect(shapes(code)).toEqual({ x: "[3, 4, 8, 2, 16, 12, 3, 9]" });
  });
});

describe("modules", () => {
  test("imports, re-exports, default exports, namespaces and cycles", () => {
    const shapes = shapesOf({
      "/config.ts": `export const width = 4; export default { depth: 2 };`,
      "/index.ts": `export * from "./config"; export { default as settings } from "./config";`,
      "/a.ts": `import { half } from "./b"; export const whole = 10; export function use() { return half(); }`,
      "/b.ts": `import { whole } from "./a"; export function half() { return whole / 2; }`,
      "/main.ts": `
        import * as tf from "@tensorflow/tfjs";
        import { width, settings } from "./index";
        import * as config from "./config";
        import { use } from "./a";
        const x = tf.zeros([width, settings.depth, config.width, use()]);`,
    });
    expect(shapes).toEqual({ x: "[4, 2, 4, 5]" });
  });

  test("what is exported on stays the exporter's own variable", () => {
    const shapes = shapesOf({
      "/state.ts": `export let width = 4; export function widen() { width = 9; }`,
      "/barrel.ts": `export * from "./state";`,
      "/index.ts": `export { width as size, widen } from "./barrel";`,
      "/main.ts": `
        import * as tf from "@tensorflow/tfjs";
        import { size, widen } from "./index";
        const before = tf.zeros([size]); widen(); const after = tf.zeros([size]);`,
    });
    expect(shapes).toEqual({ before: "[4]", after: "[9]" });
  });

  test("CommonJS", () => {
    const shapes = shapesOf({
      "/config.js": `exports.width = 4; exports.deep = { depth: 2 };`,
      "/maker.js": `module.exports = class Maker { make(n) { return n + 1; } };`,
      "/main.js": `
        const tf = require("@tensorflow/tfjs-node");
        const { width, deep } = require("./config");
        const Maker = require("./maker");
        const x = tf.zeros([width, deep.depth, new Maker().make(6)]);`,
    });
    expect(shapes).toEqual({ x: "[4, 2, 7]" });
  });
});
