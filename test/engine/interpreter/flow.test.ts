import { describe } from "vitest";
import { testRows } from "./rows";

describe("control flow is followed", () => {
  testRows([
    [
      "switch: cases, fall-through, default anywhere, strings and blocks",
      `const pick = (k) => { let n = 0; switch (k) { default: n += 1; case "a": n += 2; break; case "b": { let n2 = 7; n += n2; } case "c": n += 10; } return n; };
       const x = tf.zeros([pick("a"), pick("b"), pick("c"), pick("z")]);`,
      { x: "[2, 17, 10, 3]" },
    ],
    [
      "try, catch, finally in the order that they run",
      `let log = 1; const f = () => { try { log *= 2; return log; } finally { log += 100; } }; const r = f();
       const g = () => { for (const k of [1, 2, 3]) { try { if (k === 2) continue; if (k === 3) break; log += k; } finally { log += 10; } } }; g();
       const x = tf.zeros([r, log]);`,
      { x: "[2, 133]" },
    ],
    [
      "labels, do-while, comma in for, empty loops",
      `let n = 0; do { n++; } while (n < 3); for (let i = 0, j = 10; i < j; i += 3, j -= 2) n += j - i; block: { if (n > 5) break block; n = 0; } for (;;) { n++; if (n % 7 === 0) break; }
       rows: for (let i = 0; i < 3; i++) { for (let j = 0; ; j++) { if (j > i) continue rows; if (i + j === 3) break rows; n += 1; } } const x = tf.zeros([n]);`,
      { x: "[25]" },
    ],
    [
      "conditions that decide: lengths, kinds, names, ranks",
      `const build = (o) => { if (!o.layers?.length) return 2; if (typeof o.layers[0] === "number" && o.layers.length > 1) return o.layers[0]; return Array.isArray(o.layers) ? 4 : 5; };
       const x = tf.zeros([build({}), build({ layers: [3, 1] }), build({ layers: ["a"] })]); const y = x.rank === 3 ? tf.zeros([6]) : tf.zeros([7]);`,
      { x: "[2, 3, 4]", y: "[6]" },
    ],
    [
      "enums, const enums and namespaces",
      `enum Size { Small = 2, Large = Small * 4, Next } const enum Kind { A = 1, B } namespace Net { export const depth = 3; export namespace Inner { export const width = depth * 2; } export function size() { return depth + 1; } }
       const x = tf.zeros([Size.Large, Size.Next, Kind.B, Net.depth, Net.Inner.width, Net.size(), Size[2] === "Small" ? 2 : 3]);`,
      { x: "[8, 9, 2, 3, 6, 4, 2]" },
    ],
    [
      "configuration as constant objects",
      `const BASE = { width: 4, blocks: [{ repeat: 2, out: 8 }, { repeat: 1, out: 16 }] } as const; const config = { ...BASE, width: BASE.width * 2 } satisfies object;
       let total = 0; for (const { repeat, out } of config.blocks) for (let i = 0; i < repeat; i++) total += out; const x = tf.zeros([config.width, total, config.blocks.at(-1)!.out]);`,
      { x: "[8, 32, 16]" },
    ],
  ]);
});

describe("what skipped control flow could change is forgotten", () => {
  testRows([
    [
      "a switch on what is not known",
      `let n = 1; switch (some("a", "b")) { case "a": n = 2; break; case "b": n = 3; } const x = tf.zeros([n, 2]);`,
      { x: "[?, 2]" },
    ],
    [
      "what may have run before an exception, in catch and finally",
      `let n = 1, m = 1; try { n = 2; if (coin()) throw 1; n = 3; } catch { m = n; } finally { m += 0; } const x = tf.zeros([n, m]);`,
      { x: "[?, ?]" },
    ],
    [
      "breaks and continues that may happen",
      `let n = 0; for (const k of [1, 2, 3]) { if (coin()) continue; n += k; } const x = tf.zeros([n + 1, 2]); let m = 0; rows: for (const a of [1, 2]) for (const b of [1, 2]) { if (coin()) break rows; m = a * b; } const y = tf.zeros([m + 1, 2]);`,
      { x: "[?, 2]", y: "[?, 2]" },
    ],
    [
      "process.env, arguments and import.meta are anything",
      `function f() { return arguments.length; } const n = Number(globalThis.process?.env.N ?? 3); const x = tf.zeros([f(1, 2), n]);`,
      { x: "[?, ?]" },
    ],
    [
      "a loop that is too long to unroll",
      `let n = 0; const list = []; for (let i = 0; i < 1000; i++) { n += i % 3; list.push(i); } const x = tf.zeros([n, list.length, 2]);`,
      { x: "[?, ?, 2]" },
    ],
  ]);
});
