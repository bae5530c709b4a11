import { describe } from "vitest";
import { testRows } from "./rows";

describe("numbers and texts are followed", () => {
  testRows([
    [
      "Math",
      `const x = tf.zeros([Math.round(2.5), Math.round(-2.5) + 5, Math.trunc(-1.5) + 4, Math.sign(-3) + 2, Math.hypot(3, 4), Math.cbrt(27), Math.log2(8), Math.max(...[1, 6]), Math.min(7, 3), Math.clz32(1), Math.imul(3, 4), Math.abs(-2)]);`,
      { x: "[3, 3, 3, 1, 5, 3, 3, 6, 3, 31, 12, 2]" },
    ],
    [
      "bits and integers",
      `const x = tf.zeros([6 & 3, 6 | 1, 6 ^ 3, ~-5, 1 << 5]); const y = tf.zeros([37 >> 2, -1 >>> 28, 2 ** 5, 17 % 5, 7.9 | 0, ~~7.9, -7 % 3 + 4]);`,
      { x: "[2, 7, 5, 4, 32]", y: "[9, 15, 32, 2, 7, 7, 3]" },
    ],
    [
      "Number, parseInt, parseFloat, Boolean",
      `const is = (b) => b ? 1 : 2;
       const x = tf.zeros([parseInt("ff", 16), parseInt("12px"), parseInt("0x10"), Number("0x1f")]); const y = tf.zeros([Number.parseFloat("3.0"), +"4", Number(true) + 1, is(Number.isInteger(3.5)), is(isNaN("x")), is(Number.isNaN("x")), is(Boolean("")), is(Number.isFinite(3))]);`,
      { x: "[255, 12, 16, 31]", y: "[3, 4, 2, 2, 1, 2, 2, 1]" },
    ],
    [
      "texts for names",
      'const n = 3; const name = `layer_${n}`; const widths = { layer_3: 5, "conv-2": 6, LAYER: 7 };\n' +
        'const x = tf.zeros([widths[name], widths["conv" + "-" + (n - 1)], widths["layer".toUpperCase()], "a,b,c".split(",").length, "abc".padStart(5, "-").length, "x".repeat(3000).length]); const y = tf.zeros(["conv1".slice(-1) * 2, "a-b".replaceAll("-", "").length, "ab".at(-1) === "b" ? 2 : 3, "abc"[1] === "b" ? 2 : 3, (255).toString(16).length, (2.345).toFixed(1).length, [..."héy"].length, String(12).length]);',
      { x: "[5, 6, 7, 3, 5, 3000]", y: "[2, 2, 2, 2, 2, 3, 3, 2]" },
    ],
    [
      "tagged templates",
      "const tag = (texts, ...values) => texts.length * 10 + values[0] + values.length; const x = tf.zeros([tag`a${3}b${4}c`]);",
      { x: "[35]" },
    ],
    [
      "typeof",
      `const kind = (v) => typeof v; const x = tf.zeros([kind({}).length, kind([]).length, kind(1).length, kind(() => 1).length, kind(undefined).length, kind(Symbol("s")).length, typeof nowhere === "undefined" ? 2 : 3]);`,
      { x: "[6, 6, 6, 8, 9, 6, ?]" },
    ],
    [
      "equality of kinds",
      `const is = (b) => b ? 1 : 2; const o = {}; const x = tf.zeros([is("1" === 1), is(null == undefined), is(null === undefined), is(o === o), is(NaN === NaN), is([] === null), is("a" < "b"), is(2 > 1)]);`,
      { x: "[2, 1, 2, 1, 2, 2, 1, 1]" },
    ],
  ]);
});

describe("numbers that are not known stay so", () => {
  testRows([
    [
      "arithmetic on them",
      `const n = some(3, 4); const x = tf.zeros([n, n & 7, n >> 1, Math.floor(n / 2) + 1, parseInt("1" + n), n ** 2, -(-n)]);`,
      { x: "[?, ?, ?, ?, ?, ?, ?]" },
    ],
    [
      "updates of them, once each",
      `let i = 0; const list = [1, 1]; list[i++] += some(1, 2); const x = tf.zeros([list[0], list[1], i]);`,
      { x: "[?, 1, 1]" },
    ],
    [
      "a tag's values",
      "let n = 1; const tag = (texts, f) => { if (coin()) f(); return 2; }; const x = tf.zeros([tag`a${() => { n = 5; }}`]); const y = tf.zeros([n]);",
      { x: "[2]", y: "[?]" },
    ],
    [
      "a callback of a text's method",
      `let n = 1; "abc".replace(/b/, () => { n = 4; return ""; }); const x = tf.zeros([n, 2]);`,
      { x: "[?, 2]" },
    ],
  ]);
});
