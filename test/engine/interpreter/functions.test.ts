import { describe } from "vitest";
import { testRows } from "./rows";

describe("functions are followed", () => {
  testRows([
    [
      "variables of a call that is over live on in functions, and in the fields of classes",
      `const make = (n) => { const m = n * 2; class Box { size = m; } return Box; }; const count = (n) => { let left = n; return { next: () => --left }; };
       const A = make(3), B = make(4), c = count(7); c.next(); const x = tf.zeros([new A().size, new B().size, c.next()]);`,
      { x: "[6, 8, 5]" },
    ],
    [
      "closures capture variables, not values",
      `let n = 1; const read = () => n; n = 4; const x = tf.zeros([read()]);
       const counter = () => { let k = 0; return { up: () => ++k, get now() { return k; } }; };
       const a = counter(), b = counter(); a.up(); a.up(); b.up(); const y = tf.zeros([a.now, b.now]);`,
      { x: "[4]", y: "[2, 1]" },
    ],
    [
      "each round of a loop has its own variable",
      `const each = []; for (let i = 1; i < 4; i++) each.push(() => i);
       const shared = []; for (var j = 1; j < 4; j++) shared.push(() => j);
       const x = tf.zeros([each[0](), each[2](), shared[0]()]);
       const changed = []; for (let i = 1; i < 6; i++) { changed.push(() => i); i++; }
       const y = tf.zeros([changed[0](), changed[1](), changed.length]);`,
      { x: "[1, 3, 4]", y: "[2, 4, 3]" },
    ],
    [
      "recursion that numbers count down",
      `const fib = (n) => n < 2 ? 1 : fib(n - 1) + fib(n - 2);
       function depth(tree) { return tree.inner ? 1 + depth(tree.inner) : 1; }
       const even = (n) => n === 0 ? true : odd(n - 1), odd = (n) => n === 0 ? false : even(n - 1);
       const x = tf.zeros([fib(6), depth({ inner: { inner: {} } }), even(10) ? 2 : 3]);`,
      { x: "[13, 3, 2]" },
    ],
    [
      "default, optional, rest and destructured parameters",
      `function f({ a = 1, b: { c = a + 1 } = {}, ...rest } = {}, [d, , e = 3] = [7, 8], ...more) { return [a, c, d, e, more.length, Object.keys(rest).length]; }
       const x = tf.zeros(f()); const y = tf.zeros(f({ a: 2, b: { c: 9 }, z: 1, w: 2 }, [1, 2, 4], 5, 6));
       const late = (n, m = n * 2, k = m + 1) => k; const z = tf.zeros([late(2), late(2, 5), late(2, undefined, 8)]);`,
      { x: "[1, 2, 7, 3, 0, 0]", y: "[2, 9, 1, 4, 2, 2]", z: "[5, 6, 8]" },
    ],
    [
      "spread in calls, arrays and objects",
      `const sum = (...n) => n.reduce((a, b) => a + b, 0); const list = [1, 2]; const base = { a: 1, b: 2 };
       const x = tf.zeros([sum(...list, ...[3, 4]), ...list, [...list, ...new Set([5])].length, { ...base, b: 7 }.b, { b: 7, ...base }.b]);`,
      { x: "[10, 1, 2, 3, 7, 2]" },
    ],
    [
      "call, apply and bind",
      `function f(a, b) { return this.n + a * b; } const o = { n: 1 };
       const bound = f.bind(o, 2); const x = tf.zeros([f.call(o, 2, 3), f.apply(o, [2, 4]), bound(5), bound.call({ n: 100 }, 1)]);`,
      { x: "[7, 9, 11, 3]" },
    ],
    [
      "functions that make functions, and pipelines of them",
      `const compose = (...fs) => (v) => fs.reduceRight((acc, f) => f(acc), v); const times = (k) => (v) => v * k;
       const curry = (f) => (a) => (b) => f(a, b);
       const x = tf.zeros([compose(times(2), (v) => v + 1)(3), curry((a, b) => a - b)(9)(4)]);`,
      { x: "[8, 5]" },
    ],
    [
      "immediately called functions and their own names",
      `const x = tf.zeros([(() => 3)(), (function () { return 4; })(), (function go(n) { return n > 4 ? n : go(n + 1); })(1)]);`,
      { x: "[3, 4, 5]" },
    ],
    [
      "hoisting",
      `const x = tf.zeros([later(), typeof early === "undefined" ? 2 : 3]); function later() { return 6; } var early = 1;
       function f() { if (true) { var inner = 5; } return inner; } const y = tf.zeros([f()]);`,
      { x: "[6, 2]", y: "[5]" },
    ],
    [
      "default parameters call functions of the moment",
      `let k = 1; const next = (n = k++) => n; next(); const x = tf.zeros([next(), k]);`,
      { x: "[2, 3]" },
    ],
    [
      "async functions and awaits in order",
      `const load = async (n) => n * 2; const twice = async () => (await load(2)) + (await load(3));
       const x = tf.zeros([await twice()]); const y = tf.zeros([await load(4).then((n) => n + 1).finally(() => 0)]);
       const [a, b] = await Promise.all([load(1), 5]); const z = tf.zeros([a, b]);
       const settled = await Promise.allSettled([load(3)]); const w = tf.zeros([settled.length, settled[0].value]);
       const all = await Promise.all([1, 2, 3].map(async (n) => load(n))); const v = tf.zeros(all);`,
      { x: "[10]", y: "[9]", z: "[2, 5]", w: "[1, 6]", v: "[2, 4, 6]" },
    ],
    [
      "new Promise with the value that it is resolved with",
      `const later = (n) => new Promise((resolve) => resolve(n + 1)); const x = tf.zeros([await later(3)]);`,
      { x: "[4]" },
    ],
  ]);
});

describe("what a skipped function could change is forgotten", () => {
  testRows([
    [
      "a recursion without a known end",
      `let n = 0; function walk(k) { n++; if (k > 0 && coin() && n < 9) walk(k); } walk(3); const x = tf.zeros([n, 2]);`,
      { x: "[?, 2]" },
    ],
    [
      "a recursion through another function",
      `let n = 0; const list = [1]; function a(k) { if (coin() && n < 9) b(k); } function b(k) { n++; list.push(1); a(k); } a(1); const x = tf.zeros([n + 1, list.length, 2]);`,
      { x: "[?, ?, 2]" },
    ],
    [
      "a recursion that changes what it is given and this",
      `class Tree { n = 1; grow(list) { this.n++; list.push(1); if (coin() && this.n < 9) this.grow(list); } }
       const tree = new Tree(), list = []; tree.grow(list); const x = tf.zeros([tree.n, list.length]);`,
      { x: "[?, ?]" },
    ],
    [
      "a bound function that is handed away",
      `let n = 1; function set(k) { n = k; } mystery(undefined, set.bind(null, 6)); const x = tf.zeros([n, 2]);`,
      { x: "[?, 2]" },
    ],
    [
      "a function that was handed away and writes what it reads later",
      `let n = 3, m = 2; mystery(undefined, () => { n = m + 1; }); n = 3; m = 9; mystery(undefined, () => {}); const x = tf.zeros([n, 2]);
       let k = 2; mystery(undefined, () => { k += 1; }); k = 0; const big = some(true, true) && k > 1 ? 5 : 6; const y = tf.zeros([big]);`,
      { x: "[?, 2]", y: "[?]" },
    ],
    [
      "functions in what is handed away",
      `let n = 1; const o = { go: () => { n = 5; } }; const m = new Map([["go", () => { n = 6; }]]); mystery(o); mystery([() => { n = 7; }]); const x = tf.zeros([n, 2]);
       const hidden = { m: new Map([["k", [1, 2]]]) }; mystery(hidden.m); const y = tf.zeros([3]);`,
      { x: "[?, 2]", y: "[3]" },
    ],
    [
      "an array inside a map that is handed away",
      `const list = [1, 2]; const m = new Map([["k", list]]); const take = (v) => some(v, v).get("k")?.push(3); take(m); const x = tf.zeros([list.length, 2]);`,
      { x: "[?, 2]" },
    ],
    [
      "one of two functions",
      `let n = 0; const up = () => { n += 1; }, far = () => { n += 5; }; (coin() ? up : far)(); const x = tf.zeros([n, 3]);`,
      { x: "[?, 3]" },
    ],
    [
      "a call with arguments of unknown number",
      `let n = 1; const set = (a, b = 2) => { n = b; }; set(...some([1], [1, 5])); const x = tf.zeros([n, 3]);`,
      { x: "[?, 3]" },
    ],
    [
      "an async function that nobody has waited for",
      `let n = 1; const later = async () => { await null; n = 5; }; later(); const x = tf.zeros([n]);`,
      { x: "[?]" },
    ],
    [
      "a callback of a promise that nobody has waited for",
      `let n = 1; Promise.resolve(3).then((k) => { n = k; }); const x = tf.zeros([n]);`,
      { x: "[?]" },
    ],
    [
      "a function that throws half-way",
      `let n = 1; const f = () => { n = 5; throw new Error("no"); }; try { if (coin()) f(); } catch {} const x = tf.zeros([n, 2]);
       let m = 1; const g = () => { m = 4; if (coin()) throw new Error("no"); m = 6; }; try { g(); } catch {} const y = tf.zeros([m, 2]);`,
      { x: "[?, 2]", y: "[?, 2]" },
    ],
  ]);
});
