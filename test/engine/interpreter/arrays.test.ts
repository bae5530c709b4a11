import { describe } from "vitest";
import { testRows } from "./rows";

describe("arrays are followed", () => {
  testRows([
    [
      "map, filter, reduce, reduceRight, forEach",
      `const list = [1, 2, 3, 4]; let n = 0; list.forEach((v, i, all) => { n += v * i + all.length; });
       const x = tf.zeros([...list.map((v, i) => v + i).filter((v) => v > 1), list.reduce((a, v) => a + v), list.reduceRight((a, v, i) => a - v + i, 20), n]);`,
      { x: "[3, 5, 7, 10, 16, 36]" },
    ],
    [
      "flatMap and flat",
      `const x = tf.zeros([[1, [2, [3]]].flat().length, [1, [2, [3, [4]]]].flat(Infinity).length, ...[1, 2].flatMap((v) => [v, v * 2]), [1, 2].flatMap((v) => v).length]);`,
      { x: "[3, 4, 1, 2, 2, 4, 2]" },
    ],
    [
      "Array.from, Array.of, new Array, fill, keys, values, entries",
      `const x = tf.zeros([...Array.from({ length: 3 }, (_, i) => i + 1), ...Array(2).fill(4), ...new Array(1, 2), Array.from("abc").length, Array.from(new Set([1, 1, 2])).length, Array.of(7)[0]]);
       const y = tf.zeros([[...[5, 6].keys()].length, [...[5, 6].values()][1], [...[5, 6].entries()][1][0] + 1]);
       let n = 0; for (const [i, v] of [3, 4].entries()) n += i * v; const z = tf.zeros([n, Array.from([1, 2].entries(), ([i, v]) => i + v)[1]]);`,
      { x: "[1, 2, 3, 4, 4, 1, 2, 3, 2, 7]", y: "[2, 6, 2]", z: "[4, 3]" },
    ],
    [
      "helpers that zip, range and chunk",
      `const zip = (a, b) => a.map((v, i) => [v, b[i]]); const range = (n) => [...Array(n).keys()];
       const chunk = (list, size) => list.length ? [list.slice(0, size), ...chunk(list.slice(size), size)] : [];
       const pairs = (list) => list.slice(1).map((v, i) => [list[i], v]);
       const x = tf.zeros([zip([1, 2], [3, 4])[1][1], range(4)[3], chunk([1, 2, 3, 4, 5], 2).length, pairs([8, 16, 32])[1][0]]);`,
      { x: "[4, 3, 3, 16]" },
    ],
    [
      "reverse, toReversed, slice, splice, concat, at, with",
      `const list = [1, 2, 3, 4]; const back = list.toReversed(); const cut = list.splice(1, 2, 9, 8, 7);
       const x = tf.zeros([back[0], list.length, list[1], cut.length, cut[0], list.at(-1), list.with(0, 6)[0], list.concat([1], 2).length, list.slice(-2)[0], list.reverse()[0]]);
       const rest = list.splice(-2); const y = tf.zeros([rest.length, list.length, list.toSpliced(0, 1).length]);`,
      { x: "[4, 5, 9, 2, 2, 4, 6, 7, 7, 4]", y: "[2, 3, 2]" },
    ],
    [
      "push, pop, shift, unshift, length, delete of the last",
      `const list = [5]; const p = list.push(6, 7); const u = list.unshift(4); const last = list.pop(); const first = list.shift();
       const x = tf.zeros([p, u, last, first, list.length]); list.length = 1; list[3] = 8; const y = tf.zeros([list.length, list[3]]);`,
      { x: "[3, 4, 7, 4, 2]", y: "[4, 8]" },
    ],
    [
      "find, findIndex, findLast, findLastIndex, indexOf, lastIndexOf, includes, some, every",
      `const list = [3, 5, 7, 5]; const is = (b) => b ? 1 : 2;
       const x = tf.zeros([list.find((v) => v > 3), list.findIndex((v) => v > 5), list.findLast((v) => v < 7), list.findLastIndex((v) => v === 5), list.indexOf(5), list.lastIndexOf(5)]);
       const y = tf.zeros([is(list.includes(7)), is(list.includes(8)), is(list.some((v) => v > 6)), is(list.every((v) => v > 3)), is([].every(() => false)), is([].some(() => true))]);`,
      { x: "[5, 2, 5, 3, 1, 3]", y: "[1, 2, 1, 2, 1, 2]" },
    ],
    [
      "the callbacks of find, some and every stop where JavaScript stops",
      `let n = 0; const count = (v) => { n++; return v > 1; }; [1, 2, 3].some(count); [1, 2, 3].every(count); [1, 2, 3].find(count); [1, 2, 3].findIndex(count); const x = tf.zeros([n]);`,
      { x: "[7]" },
    ],
    [
      "join, sort and toSorted",
      `const list = [10, 9, 1]; const sorted = list.toSorted((a, b) => a - b); const text = [...list].sort();
       const x = tf.zeros([sorted[0], sorted[2], text[1], list.join("-").length, list.sort((a, b) => b - a)[0], ["b", "a"].sort().join("") === "ab" ? 2 : 3]);
       const byWidth = [{ w: 3 }, { w: 1 }].sort((a, b) => a.w - b.w); const y = tf.zeros([byWidth[0].w]);`,
      { x: "[1, 10, 10, 6, 10, 2]", y: "[1]" },
    ],
    [
      "nested arrays, swaps and destructuring",
      `const grid = [[1, 2], [3, 4]]; let [[a], [, b]] = grid; [a, b] = [b, a]; const [head, ...tail] = [1, 2, 3];
       grid[0][1]++; grid[1][0] *= 2; let i = 0; const list = [1, 2, 3]; list[i++] += 10; list[i++]++;
       const x = tf.zeros([a, b, head, tail.length, grid[0][1], grid[1][0], list[0], list[1], i]);`,
      { x: "[4, 1, 1, 2, 3, 6, 11, 3, 2]" },
    ],
    [
      "typed arrays",
      `const a = new Int32Array([3, 4]); const b = new Float32Array(5); a[1] = 6; const x = tf.zeros([a[0], a[1], b.length, a.length, b.subarray(1, 3).length, a.map((v) => v + 1)[0]]);`,
      { x: "[3, 6, 5, 2, 2, 4]" },
    ],
  ]);
});

describe("what skipped code could change in arrays is forgotten", () => {
  testRows([
    [
      "callbacks over elements that are not known",
      `let n = 0; const list = some([1, 2], [1]);
       list.filter(() => { n++; return true; }); const a = tf.zeros([n, 1]); n = 0;
       list.some(() => { n++; return false; }); const b = tf.zeros([n, 1]); n = 0;
       list.flatMap(() => { n++; return []; }); const c = tf.zeros([n, 1]); n = 0;
       list.find(() => { n++; return false; }); const d = tf.zeros([n, 1]); n = 0;
       list.reduceRight(() => { n++; return 1; }, 0); const e = tf.zeros([n, 1]); n = 0;
       Array.from(list, () => { n++; }); const f = tf.zeros([n, 1]);`,
      { a: "[?, 1]", b: "[?, 1]", c: "[?, 1]", d: "[?, 1]", e: "[?, 1]", f: "[?, 1]" },
    ],
    [
      "an index that is not known",
      `const list = [1, 2, 3]; list[some(0, 1)] = 9; const x = tf.zeros([list[0], list[1], list.length]);`,
      { x: "[?, ?, ?]" },
    ],
    [
      "a length that is not known",
      `const list = [1, 2, 3]; list.length = some(1, 2); const x = tf.zeros([list.length, 2]);`,
      { x: "[?, 2]" },
    ],
    [
      "methods that are not modelled",
      `const list = [1, 2, 3]; list.copyWithin(0, 1); const x = tf.zeros([list[0], 2]);`,
      { x: "[?, 2]" },
    ],
    [
      "a mutation that may happen",
      `const list = [1, 2]; if (coin()) list.push(3); const x = tf.zeros([list.length, list[0]]);
       const other = [1, 2]; if (coin()) other.reverse(); const y = tf.zeros([other.length, other[0]]);`,
      { x: "[?, ?]", y: "[2, ?]" },
    ],
    [
      "a splice of unknown extent",
      `const list = [1, 2, 3]; const cut = list.splice(some(0, 1), 1); const x = tf.zeros([list.length, cut.length, 2]);`,
      { x: "[?, ?, 2]" },
    ],
    [
      "a comparison that is not known",
      `let n = 0; const list = [3, 1, 2]; list.sort(() => { n++; return some(-1, 1); }); const x = tf.zeros([list[0], list.length]); const y = tf.zeros([n, 1]);`,
      { x: "[?, 3]", y: "[?, 1]" },
    ],
    [
      "callbacks whose answer is not known",
      `let n = 0; [1, 2, 3].some((v) => { n = v; return coin(); }); const x = tf.zeros([n, 1]);
       const kept = [1, 2, 3].filter(() => coin()); const y = tf.zeros([kept.length + 1, 1]);
       const found = [4, 5].find(() => coin()) ?? 6; const z = tf.zeros([found, 1]);`,
      { x: "[?, 1]", y: "[?, 1]", z: "[?, 1]" },
    ],
    [
      "one array of two",
      `const a = [1], b = [2, 3]; (coin() ? a : b).push(4); const x = tf.zeros([a.length, b.length, 2]);`,
      { x: "[?, ?, 2]" },
    ],
  ]);
});
