import { describe, expect, test } from "vitest";
import { analyzeFixture, diagnosticsOf, shapesOf } from "../check";

const IMPORT = `import * as tf from "@tensorflow/tfjs";\n`;
const many = (count: number, text: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => text(i)).join("");

/** Code that would never come to an end, or not today, if it were followed wherever it leads. */
const ADVERSARIAL: Readonly<Record<string, string>> = {
  "calls that multiply": `const f = (n) => n === 0 ? 1 : f(n - 1) + f(n - 1) + f(n - 1); const x = tf.zeros([f(40)]);`,
  "functions that call each other":
    many(40, (i) => `function f${i}(n) { return f${(i + 1) % 40}(n + 1) + f${(i + 7) % 40}(n); }`) + "f0(1);",
  "branches in a row": `let n = 0; ${many(300, (i) => `if (Math.random() > 0.5) n += ${i}; else n -= ${i};`)} const x = tf.zeros([n]);`,
  "branches in each other": `const f = (n) => ${many(200, () => "Math.random() > 0.5 ? n + 1 : (")}n${")".repeat(200)}; const x = tf.zeros([f(1)]);`,
  "loops in loops": `let n = 0; ${many(8, (i) => `for (let i${i} = 0; i${i} < 100; i${i}++) `)} n++; const x = tf.zeros([n]);`,
  "loops of unknown length in loops": `let n = 0; ${many(8, (i) => `while (Math.random() > 0.${i}) { `)} n++; ${"}".repeat(8)} const x = tf.zeros([n]);`,
  "a loop without an end": `let n = 0; for (;;) { n = n * 2 + 1; if (n < 0) break; } const x = tf.zeros([n]);`,
  "a generator without an end": `function* g() { let n = 0; while (true) yield n++; } const x = tf.zeros([[...g()].length]);`,
  "an iterator without an end": `const o = { [Symbol.iterator]: () => ({ next: () => ({ done: false, value: 1 }) }) }; const list = [...o];`,
  "a literal of many elements": `const list = [${many(60_000, (i) => `${i},`)}]; const x = tf.zeros([list.length, list.map((v) => v + 1).filter((v) => v % 2).length]);`,
  "an array that doubles": `let list = [1]; for (let i = 0; i < 60; i++) list = [...list, ...list]; const x = tf.zeros([list.length]);`,
  "a text that doubles": `let text = "a"; for (let i = 0; i < 60; i++) text += text; const x = tf.zeros([text.length]);`,
  "polynomials that grow": `export function f(a, b, c) { let n = a.shape[0]; for (let i = 0; i < 60; i++) n = n * n + b.shape[0] * n + c.shape[0]; return tf.zeros([n]); }`,
  "objects that hold each other": `let o = {}; for (let i = 0; i < 200; i++) o = { o, p: o, list: [o, o] }; if (Math.random() > 0.5) o = { o }; mystery(o);`,
  "callbacks in callbacks": `const f = (g) => g(f); const t = (k) => (h) => h((v) => k((w) => v(w))); f((g) => g(f)); t(t(t((x) => x)))(t((x) => x));`,
  "a deep expression": `const x = tf.zeros([${"(1 + ".repeat(3000)}1${")".repeat(3000)}]);`,
  "deep calls": `const f = (n, k) => k === 0 ? n : f(f(n, k - 1), k - 1); const x = tf.zeros([f(1, 30)]);`,
  "classes in each other":
    many(
      60,
      (i) =>
        `class A${i} extends ${i ? `A${i - 1}` : "Object"} { get v() { return ${i ? "super.v + super.v" : "1"}; } } `,
    ) + `const x = tf.zeros([new A59().v]);`,
};

describe("no input takes more than its budget", () => {
  test.each(Object.entries(ADVERSARIAL))("%s", (_about, code) => {
    const { diagnostics } = analyzeFixture(IMPORT + code);
    expect(diagnostics.filter(({ code }) => code !== "analysis-budget")).toEqual([]);
    expect(diagnostics.length).toBeLessThanOrEqual(1);
  });
});

test("code that has nothing to do with tensors, by itself or through others, is not followed", () => {
  const slow = `const f = (n) => n === 0 ? 1 : f(n - 1) + f(n - 1) + f(n - 1); export const n = f(40);`;
  expect(diagnosticsOf(slow)).toEqual([]);
  const files = { "/main.ts": `import { n } from "./slow"; console.log(n);`, "/slow.ts": slow };
  expect(diagnosticsOf(files)).toEqual([]);
});

describe("a file that exhausts its budget", () => {
  const expensive = `const f = (n) => n === 0 ? 1 : f(n - 1) + f(n - 1) + f(n - 1); width = f(40); depth = 9;`;

  test("says so once, keeps what was known, and forgets what the rest may have changed", () => {
    const code = `${IMPORT}
      let width = 2, depth = 3; const kept = 4;
      const before = tf.zeros([width]);
      ${expensive}
      function later() { const after = tf.zeros([kept, width, depth]); return after; }
      export function other(n) { return f(30 + n) + f(35); }`;
    expect(diagnosticsOf(code)).toEqual([
      "5:70-84 information analysis-budget: Following this takes more work than a file may. Shapes that depend on it are not known; an annotation (@shape) gives them back.",
    ]);
    expect(shapesOf(code)).toEqual({ before: "[2]", after: "[4, ?, ?]" });
  });

  test("does not take the files that import it along", () => {
    const files = {
      "/slow.ts": `export let width = 2, depth = 3; ${expensive}`,
      "/main.ts": `${IMPORT} import { width } from "./slow"; const x = tf.zeros([3]); const y = tf.zeros([width]);`,
    };
    expect(shapesOf(files)).toEqual({ x: "[3]", y: "[?]" });
    expect(diagnosticsOf(files)).toEqual([expect.stringContaining("/slow.ts")]);
  });
});
