import { describe } from "vitest";
import { testRows } from "./rows";

describe("classes are followed", () => {
  testRows([
    [
      "inheritance and super",
      `class Block { constructor(width) { this.width = width; } out() { return this.width; } }
       class Wide extends Block { constructor(width) { super(width * 2); } out() { return super.out() + 1; } }
       class Wider extends Wide {}
       const x = tf.zeros([new Wide(3).out(), new Wider(5).out()]);`,
      { x: "[7, 11]" },
    ],
    [
      "a base class calls what a derived one overrides",
      `class Base { build() { return this.size() * 2; } size() { return 1; } }
       class Derived extends Base { size() { return 4; } }
       const x = tf.zeros([new Derived().build(), new Base().build()]);`,
      { x: "[8, 2]" },
    ],
    [
      "getters and setters",
      `class Cell { #n = 1; get size() { return this.#n; } set size(n) { this.#n = n * 2; } }
       const cell = new Cell(); cell.size = 4; cell.size += 1; const x = tf.zeros([cell.size]);`,
      { x: "[18]" },
    ],
    [
      "static members, getters, setters and blocks",
      `class Config {
         static width = 4; static #depth = 1; static table = {};
         static { this.#depth = Config.width + 1; for (const k of [1, 2]) this.table[k] = k * 3; }
         static get depth() { return this.#depth; } static set depth(n) { this.#depth = n + 1; }
         static make() { return new this(); }
         n = Config.width;
       }
       const before = tf.zeros([Config.depth, Config.table[2], Config.make().n]);
       Config.depth = 7; Config.width++;
       const after = tf.zeros([Config.depth, Config.width]);`,
      { before: "[5, 6, 4]", after: "[8, 5]" },
    ],
    [
      "static members are inherited, and super finds the parent's",
      `class A { static unit = 2; static size() { return this.unit * 3; } }
       class B extends A { static unit = 5; static size() { return super.size() + 1; } }
       const x = tf.zeros([A.size(), B.size()]);`,
      { x: "[6, 16]" },
    ],
    [
      "a static getter is read anew each time",
      `let n = 1; class A { static get next() { return ++n; } }
       const x = tf.zeros([A.next, A.next]);`,
      { x: "[2, 3]" },
    ],
    [
      "private names belong to their class alone",
      `class A { #n = 2; #twice() { return this.#n * 2; } a() { return this.#twice(); } has(o) { return #n in o; } }
       class B extends A { #n = 5; #twice() { return this.#n; } b() { return this.#twice(); } }
       const b = new B(); const x = tf.zeros([b.a(), b.b(), b.has(b) ? 3 : 4, b.has({}) ? 3 : 4]);`,
      { x: "[4, 5, 3, 4]" },
    ],
    [
      "parameter properties and field initialisers run in order",
      `class A { doubled = this.n * 2; constructor(public n: number, private readonly m = 3) {} sum() { return this.n + this.m; } }
       class B { list: number[] = []; n = this.list.push(1); constructor() { this.list.push(2); } }
       const x = tf.zeros([new A(4).sum(), new B().list.length, new B().n]);`,
      { x: "[7, 2, 1]" },
    ],
    [
      "instanceof",
      `class A {} class B extends A {} class C {}
       const size = (o) => o instanceof B ? 2 : o instanceof A ? 3 : o instanceof C ? 4 : 5;
       const x = tf.zeros([size(new B()), size(new A()), size(new C()), size({})]);
       const y = x instanceof tf.Tensor ? tf.zeros([1]) : tf.zeros([2]);
       const list = [1] instanceof Array ? tf.zeros([3]) : tf.zeros([4]);`,
      { x: "[2, 3, 4, 5]", y: "[1]", list: "[3]" },
    ],
    [
      "class expressions, mixins and generics",
      `const Sized = <T extends new (...a: any[]) => object>(Base: T) => class extends Base { size = 6; };
       class Named { name = "n"; }
       const Mixed = Sized(Named);
       class Box<T> { constructor(public readonly value: T) {} map<U>(f: (value: T) => U): Box<U> { return new Box<U>(f(this.value)); } }
       const x = tf.zeros([new Mixed().size, new Box<number>(4).map((v) => v + 1).value, new Mixed().name.length]);`,
      { x: "[6, 5, 1]" },
    ],
    [
      "computed members and fields that hold functions",
      `const key = "wide"; class A { [key] = 3; ["de" + "ep"]() { return 4; } grow = (k) => this[key] + k; get [key + "r"]() { return 9; } }
       const a = new A(); const { grow } = a; const x = tf.zeros([a.wide, a.deep(), grow(2), a.wider]);`,
      { x: "[3, 4, 5, 9]" },
    ],
    [
      "abstract classes and overloads",
      `abstract class A { abstract size(): number; twice() { return this.size() * 2; } }
       class B extends A { size(): number; size(k: number): number; size(k = 3) { return k; } }
       const x = tf.zeros([new B().twice(), new B().size(5)]);`,
      { x: "[6, 5]" },
    ],
    [
      "constructors that are functions: what they assign, not what their prototypes add",
      `function Point(n) { this.n = n; } Point.prototype.twice = function () { return this.n * 2; };
       const p = new Point(3); const x = tf.zeros([p.n, p.twice()]);`,
      { x: "[3, ?]" },
    ],
    [
      "decorators are ignored",
      `const log = (..._args: any[]): any => {};
       @log class A { @log n = 3; @log size(@log k: number) { return this.n + k; } }
       const x = tf.zeros([new A().size(2)]);`,
      { x: "[5]" },
    ],
    [
      "the constructor may return another object",
      `class A { constructor() { this.n = 2; return { n: 7 }; } }
       const x = tf.zeros([new A().n]);`,
      { x: "[7]" },
    ],
  ]);
});

describe("what a skipped class could change is forgotten", () => {
  testRows([
    [
      "a setter that may run",
      `let n = 1; class A { set size(k) { n = k; } } const a = new A(); if (coin()) a.size = 5; const x = tf.zeros([n, 2]);`,
      { x: "[?, 2]" },
    ],
    [
      "a getter of an object that is one of several",
      `let n = 1; const a = { get k() { n = 4; return 2; } }, b = { k: 2 };
       const one = coin() ? a : b; const x = tf.zeros([one.k]); const y = tf.zeros([n]);`,
      { x: "[2]", y: "[?]" },
    ],
    [
      "a field behind a key that is not known",
      `class A { n = 1; m = 2; } const a = new A(); a[some("n", "m")] = 7; const x = tf.zeros([a.n, a.m]);`,
      { x: "[?, ?]" },
    ],
    [
      "fields assigned from an object that is not known",
      `class A { n = 1; constructor(o) { Object.assign(this, o); } } const a = new A(some({ n: 3 }, {})); const x = tf.zeros([a.n]);`,
      { x: "[?]" },
    ],
    [
      "a superclass that is not known",
      `class A extends some(class { n = 3 }, class { n = 4 }) { m = 2; } const a = new A(); const x = tf.zeros([a.n, a.m]);`,
      { x: "[?, 2]" },
    ],
    [
      "a static counter in a constructor that may run",
      `class A { static made = 0; constructor() { A.made++; } } new A(); if (coin()) new A(); const x = tf.zeros([A.made, 1]);`,
      { x: "[?, 1]" },
    ],
    [
      "a method that is one of two",
      `let n = 0; const one = { go() { n = 1; } }, two = { go() { n = 2; } }; (coin() ? one : two).go(); const x = tf.zeros([n + 1]);`,
      { x: "[?]" },
    ],
  ]);
});
