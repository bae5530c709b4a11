import { describe } from "vitest";
import { testRows } from "./rows";

describe("what code that is not known has got hold of may change at any time", () => {
  testRows([
    [
      "a number that is not known either, and is put back",
      `const difference = (a, b) => tf.zeros([10 + a.shape[0] - b.shape[0]]); const k = some(3, 4), o = { n: k }; mystery(o); o.n = k;
       const x = difference(tf.zeros([o.n]), tf.zeros([k])); mystery(); const y = difference(tf.zeros([o.n]), tf.zeros([k]));`,
      { a: "[?] | [?]", b: "[?]", x: "[10]", y: "[?]" },
    ],
    [
      "the length of an array, asked before and after",
      `const difference = (a, b) => tf.zeros([10 + a.shape[0] - b.shape[0]]); const rows = [1]; mystery(rows); const a = tf.zeros([rows.length]), b = tf.zeros([rows.length]);
       const x = difference(a, b); mystery(); const c = tf.zeros([rows.length]); const y = difference(c, b);`,
      { a: "[?]", b: "[?]", c: "[?]", x: "[10]", y: "[?]" },
    ],
    [
      "what hangs on an object that a value which is not known may be",
      `const inner = { n: 3 }, outer = { inner }; let u = outer; if (coin()) u = some({ inner: {} }); const x = tf.zeros([inner.n]); u.inner.n = 5; const y = tf.zeros([inner.n]);`,
      { x: "[3]", y: "[?]" },
    ],
    [
      "a property that is written, and what is written to it again",
      `const o = { n: 3, m: 3 }; let u = o; if (coin()) u = some({}); u.n = 4; const x = tf.zeros([o.n, o.m]); o.n = 5; const y = tf.zeros([o.n]); u.n = 6; const z = tf.zeros([o.n]);`,
      { x: "[?, 3]", y: "[5]", z: "[?]" },
    ],
    [
      "what was forgotten on one of two ways, and on both",
      `const o = { n: 3 }; let u = o; if (coin()) u = some({}); u.n = 4; o.n = 5; if (coin()) u.n = 6; const x = tf.zeros([o.n]); o.n = 5; if (coin()) u.n = 6; else { u.n = 7; o.n = 8; } const y = tf.zeros([o.n]); u.n = 9; const z = tf.zeros([o.n]);`,
      { x: "[?]", y: "[?]", z: "[?]" },
    ],
    [
      "elements, in every round of a loop",
      `const list = [3, 4]; let u = list; if (coin()) u = some([]); for (const k of [1, 2]) { u[0] = k; list[0] = 5; } const x = tf.zeros([list[0]]); u[1] = 2; const y = tf.zeros([list[0]]);`,
      { x: "[?]", y: "[?]" },
    ],
  ]);
});
