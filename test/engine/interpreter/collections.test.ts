import { describe } from "vitest";
import { testRows } from "./rows";

describe("iterators and generators are followed", () => {
  testRows([
    [
      "generators: loops, spreading, destructuring, yield*",
      `function* count(n) { for (let i = 1; i <= n; i++) yield i; } function* twice(n) { yield* count(n); yield* [7, 8]; return 9; }
       let sum = 0; for (const k of twice(3)) sum += k; const [a, b] = twice(2); const x = tf.zeros([sum, a, b, [...twice(1)].length, Math.max(...count(4))]);`,
      { x: "[21, 1, 2, 3, 4]" },
    ],
    [
      "generators without an end",
      `function* ids() { let n = 0; while (true) yield ++n; }
       let last = 0; for (const id of ids()) { if (id > 3) break; last = id; } const [a, b, c] = ids(); const x = tf.zeros([last, a, b, c]);`,
      { x: "[3, 1, 2, 3]" },
    ],
    [
      "a generator runs when it is asked, in turn with the loop",
      `let n = 1; function* read() { yield n; n += 10; yield n; } const g = read(); n = 2;
       const seen = []; for (const k of g) { seen.push(k); n *= 2; } const x = tf.zeros([seen[0], seen[1], n]);
       const y = tf.zeros([[...g].length + 1]);`,
      { x: "[2, 14, 28]", y: "[1]" },
    ],
    [
      "leaving a loop over a generator, from inside and out",
      `function* g() { yield 1; yield 2; yield 3; }
       const f = () => { for (const k of g()) if (k === 2) return k + 10; return 0; };
       let n = 0; outer: for (const a of g()) for (const b of g()) { if (b === 2) continue outer; if (a === 3) break outer; n += a + b; }
       const x = tf.zeros([f(), n]);`,
      { x: "[12, 5]" },
    ],
    [
      "classes and objects with Symbol.iterator",
      `class Range { constructor(n) { this.n = n; } *[Symbol.iterator]() { for (let i = 0; i < this.n; i++) yield i; } }
       class Down { constructor(n) { this.n = n; } [Symbol.iterator]() { let k = this.n; return { next: () => k > 0 ? { value: k--, done: false } : { value: undefined, done: true } }; } }
       const object = { [Symbol.iterator]: () => [4, 5][Symbol.iterator]() };
       let sum = 1; for (const k of new Range(4)) sum += k; for (const k of new Down(3)) sum *= k;
       const x = tf.zeros([sum, [...new Range(3)].length, [...new Down(2)][0], ...object]); const [p, q] = new Down(9); const y = tf.zeros([p, q]);`,
      { x: "[42, 3, 2, 4, 5]", y: "[9, 8]" },
    ],
    [
      "async generators and for await",
      `async function* batches(n) { for (let i = 1; i <= n; i++) yield await i * 2; }
       let sum = 0; for await (const k of batches(3)) sum += k; for await (const k of [1, Promise.resolve(2)]) sum += k; const x = tf.zeros([sum]);`,
      { x: "[15]" },
    ],
    [
      "generators of tensors",
      `function* data() { for (const n of [2, 3]) yield { xs: tf.ones([n, 4]), ys: tf.ones([n]) }; }
       const shapes = []; for (const { xs, ys } of data()) shapes.push(xs.shape[0] + ys.shape[0]); const x = tf.zeros(shapes);`,
      { xs: "[2, 4] | [3, 4]", ys: "[2] | [3]", x: "[4, 6]" },
    ],
  ]);
});

describe("what skipped iteration could change is forgotten", () => {
  testRows([
    [
      "a yield that may not come",
      `function* g() { yield 1; if (coin()) yield 2; yield 3; } const list = [...g()]; const x = tf.zeros([list.length, 2]);`,
      { x: "[?, 2]" },
    ],
    [
      "next() by hand",
      `let n = 1; function* g() { n = 2; yield 5; n = 3; yield 6; } const it = g(); const first = it.next(); const x = tf.zeros([n, 2]); it.next(); const y = tf.zeros([n, first.value]);`,
      { x: "[?, 2]", y: "[?, ?]" },
    ],
    [
      "a generator that is handed away",
      `let n = 1; function* g() { n = 2; yield 1; } mystery(undefined, ...[g()].map((it) => () => [...it])); const x = tf.zeros([n, 2]);`,
      { x: "[?, 2]" },
    ],
    [
      "a loop over a generator that is left perhaps",
      `let n = 0; function* g() { n = 1; yield 1; n = 2; yield 2; n = 3; } for (const k of g()) if (coin()) break; const x = tf.zeros([n, 2]);`,
      { x: "[?, 2]" },
    ],
    [
      "an iterator whose end is not known",
      `let n = 0; const list = { [Symbol.iterator]: () => ({ next: () => ({ value: ++n, done: n > 2 || coin() }) }) }; for (const k of list) n += 0; const x = tf.zeros([n, 2]);`,
      { x: "[?, 2]" },
    ],
  ]);
});

describe("maps, sets and objects are followed", () => {
  testRows([
    [
      "Map and Set",
      `const m = new Map([["a", 1], ["b", 2]]); m.set("a", 5).set(3, 7); m.delete("b"); const s = new Set([1, 1, 2]); s.add(2).add(4); s.delete(1);
       let sum = 0; for (const [, v] of m) sum += v; m.forEach((v, k) => { sum += k === 3 ? v : 0; }); for (const v of s) sum += v;
       const x = tf.zeros([m.get("a"), m.get(3), m.size, s.size, sum, m.has("b") ? 2 : 3, s.has(4) ? 2 : 3, [...m.keys()].length, [...m.values()][1], Math.max(...s)]);`,
      { x: "[5, 7, 2, 2, 25, 3, 2, 2, 7, 4]" },
    ],
    [
      "maps by object, WeakMap, copies and conversions",
      `const k = {}; const w = new WeakMap([[k, 3]]); w.set(k, w.get(k) + 1); const m = new Map(Object.entries({ a: 2, b: 3 })); const o = Object.fromEntries(m); const copy = new Map(m); copy.clear();
       const x = tf.zeros([w.get(k), o.b, m.size, copy.size + 1, new Map([...m].map(([n, v]) => [n, v * 2])).get("a")]);`,
      { x: "[4, 3, 2, 1, 4]" },
    ],
    [
      "Object.keys, values, entries, assign, fromEntries, freeze, hasOwn",
      `const o = Object.freeze({ a: 1, b: 2 }); const t = Object.assign({}, o, { b: 5 }, null);
       const x = tf.zeros([Object.keys(o).length, Object.values(t)[1], Object.entries(o)[1][1], Object.fromEntries(Object.entries(o).map(([k, v]) => [k + "x", v * 3])).bx, Object.hasOwn(o, "a") ? 2 : 3]);
       class A { n = 4; m = 5; } const y = tf.zeros([Object.keys(new A()).length, Object.values(new A())[0], { ...new A() }.m]);`,
      { x: "[2, 5, 2, 6, 2]", y: "[2, 4, 5]" },
    ],
    [
      "what every object has: hasOwnProperty, descriptors, properties that are hidden",
      `const o = { a: 1, get b() { return 5; } }; const d = Object.getOwnPropertyDescriptor(o, "a"), g = Object.getOwnPropertyDescriptor(o, "b"); Object.defineProperty(o, "c", { value: 4 });
       const copy = Object.defineProperty({}, "k", { ...g, enumerable: true }); const bare = Object.create(null); bare.n = 3;
       const x = tf.zeros([o.hasOwnProperty("a") ? 2 : 3, Object.prototype.hasOwnProperty.call(o, "z") ? 4 : 6, d.value, g.get ? 7 : 8, o.c, copy.k, bare.n, Object.keys(bare).length, String(o).length]);
       const y = tf.zeros([Object.keys(o).length, Object.getOwnPropertyDescriptor(copy, "q") === undefined ? 2 : 3]);`,
      { x: "[2, ?, 1, 7, 4, 5, 3, 1, ?]", y: "[?, 2]" },
    ],
    [
      "getters and setters of objects, computed keys, shorthand and methods",
      `const k = "size"; const o = { n: 2, get double() { return this.n * 2; }, set double(v) { this.n = v / 2; }, [k + "s"]: [1, 2], go(v) { return this.n + v; } };
       o.double = 10; const x = tf.zeros([o.n, o.double, o.sizes.length, o["go"](1), o[k + "s"][1]]);
       const p = Object.defineProperty({}, "k", { get: () => 6 }); const y = tf.zeros([p.k]);`,
      { x: "[5, 10, 2, 6, 2]", y: "[6]" },
    ],
    [
      "delete, in, optional chaining, nullish assignment, comma, void",
      `const o = { a: 1, b: 2 }; delete o.a; const n = null; let c; c ??= 4; c ||= 9; c &&= c + 1; let i = 0; const list = { i: 0, get at() { return ++this.i; } };
       const x = tf.zeros(["a" in o ? 2 : 3, "b" in o ? 2 : 3, o.a ?? 7, n?.f.g ?? 5, o.go?.(i++) ?? 6, c, (i++, i), void 0 ?? 8, Object.keys(o).length]);`,
      { x: "[3, 2, 7, 5, 6, 5, 1, 8, 1]" },
    ],
    [
      "for in, destructuring with renaming, nested updates",
      `const o = { a: 2, b: { c: [3, 4] } }; let keys = ""; for (const k in o) keys += k; const { a: first, b: { c: [, second] } } = o; o.b.c[0] += 5; o["b"].d ??= o.b.c.length;
       const x = tf.zeros([keys.length, first, second, o.b.c[0], o.b.d]);`,
      { x: "[2, 2, 4, 8, 2]" },
    ],
  ]);
});

describe("what skipped code could change in objects is forgotten", () => {
  testRows([
    [
      "a key that is not known",
      `const o = { n: 1, m: 2 }; o[some("n", "m")] = 7; const x = tf.zeros([o.n, o.m]); const p = { n: 1, [some("n", "k")]: 5 }; const y = tf.zeros([p.n, 2]);`,
      { x: "[?, ?]", y: "[?, 2]" },
    ],
    [
      "a property that may be deleted",
      `const o = { n: 1 }; if (coin()) delete o.n; const x = tf.zeros([o.n ?? 5, 2]); delete o[some("n", "m")]; const y = tf.zeros([o.n ?? 6, 2]);`,
      { x: "[?, 2]", y: "[?, 2]" },
    ],
    [
      "a map's key that is not known",
      `const m = new Map([["a", 1], ["b", 2]]); m.set(some("a", "b"), 9); const x = tf.zeros([m.get("a") ?? 1, m.size]);
       const s = new Set([1, 2]); s.delete(some(1, 3)); const y = tf.zeros([s.size + 1, 2]);`,
      { x: "[?, ?]", y: "[?, 2]" },
    ],
    [
      "an object that is found again by a way that is lost",
      `const list = [1]; const m = new Map([["a", [7]]]); m.set(some("a", "b"), list); for (const [, v] of m) v.push(2); const x = tf.zeros([list.length, 2]);
       const o = { n: 1 }; const held = [o, {}, { k: 1 }, [], 5, ""][some(0, 0)]; held.n = 8; const y = tf.zeros([o.n, 2]);`,
      { x: "[?, 2]", y: "[?, 2]" },
    ],
    [
      "an object that was handed away before",
      `const o = { n: 1 }; const kept = []; const keep = (v) => { kept.push(v); }; mystery(o); o.n = 2; mystery(); const x = tf.zeros([o.n, 2]);`,
      { x: "[?, 2]" },
    ],
    [
      "a setter of an object behind a branch",
      `let n = 1; const o = { set k(v) { n = v; } }; if (coin()) o.k = 4; const x = tf.zeros([n, 2]);`,
      { x: "[?, 2]" },
    ],
    [
      "Object.assign from what is not known",
      `const o = { n: 1, m: 2 }; Object.assign(o, some({ n: 5 }, {})); const x = tf.zeros([o.n, 2]);`,
      { x: "[?, 2]" },
    ],
  ]);
});
