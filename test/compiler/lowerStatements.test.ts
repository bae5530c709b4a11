import { describe, test } from "vitest";
import { checkLowering } from "./check";

describe("declarations", () => {
  test("bind names and patterns", () => {
    checkLowering(
      `
        const a = 1, b: number = 2;
        let c;
        var { d, e: [f = 1, , ...g], ["h"]: i, [j]: k = 2, ...l } = o;
      `,
      `
        hoist d, f, g, i, k, l
        const a = 1, b: number = 2
        let c
        var { d: d, e: [f = 1, , ...g], h: i, [j]: k = 2, ...l } = o
      `,
    );
  });

  test("what is declared elsewhere is unknown, not undefined", () => {
    checkLowering(
      `
        declare const weights: Tensor2D, bias: Tensor1D;
        declare function load(path: string): Tensor;
        declare class Model { forward(x: Tensor): Tensor }
      `,
      `
        const weights: Tensor2D = <declared elsewhere>
        const bias: Tensor1D = <declared elsewhere>
        function load(path: string): Tensor
        class Model {
          forward(x: Tensor): Tensor
        }
      `,
    );
  });

  test("var is hoisted out of blocks, not out of functions", () => {
    checkLowering(
      `
        if (a) { var b = 1 } else for (var c of d) { try { var e } catch { var f } }
        switch (a) { case 1: var g }
        function h() { var i; () => { var j } }
        let k;
      `,
      `
        hoist b, c, e, f, g
        if (a) {
          var b = 1
        } else for (var c of d) {
          try {
            var e
          } catch {
            var f
          }
        }
        switch (a) {
          case 1: {
            var g
          }
        }
        function h() hoist i {
          var i
          () => hoist j {
            var j
          }
        }
        let k
      `,
    );
  });
});

describe("control flow", () => {
  test("loops", () => {
    checkLowering(
      `
        for (let i = 0; i < n; i++) f(i);
        for (;;) break;
        for (i = 0; ; ) {}
        for (const [k, v] of xs) {}
        for (o.x of xs) {}
        for ({ a } of xs) {}
        for await (const b of loader) {}
        for (const k in o) continue;
        while (x) ;
        do { x-- } while (x);
        outer: for (const a of b) continue outer;
      `,
      `
        for (let i = 0; (i < n); (i++)) f(i)
        for (; ; ) break
        for (i = 0; ; ) {}
        for (const [k, v] of xs) {}
        for (o.x of xs) {}
        for ({ a: a } of xs) {}
        for await (const b of loader) {}
        for (const k in o) continue
        while (x) {}
        do {
          (x--)
        } while (x)
        outer: for (const a of b) continue outer
      `,
    );
  });

  test("branches", () => {
    checkLowering(
      `
        if (a) b(); else if (c) { d() }
        s: switch (x) { case 1: case 2: f(); break s; default: g() }
        block: { break block }
        try { f() } catch ({ message }) { g() } finally { h() }
        try { f() } finally {}
        throw new Error("no");
      `,
      `
        if (a) b() else if (c) {
          d()
        }
        s: switch (x) {
          case 1: {}
          case 2: {
            f()
            break s
          }
          default: {
            g()
          }
        }
        block: {
          break block
        }
        try {
          f()
        } catch ({ message: message }) {
          g()
        } finally {
          h()
        }
        try {
          f()
        } finally {}
        throw new Error("no")
      `,
    );
  });

  test("a statement that is skipped says what it may change", () => {
    checkLowering(
      `
        with (o) { a = 1; [b.c, ...d] = e; f++; var g = h; list.push(() => { i ||= 1 }); for (j in k) {} delete l.m }
        debugger;
      `,
      `
        hoist g
        <a with statement, changes a, b, d, f, g, list, i, j, l>
        <a debugger statement>
      `,
      "/model.js",
    );
  });
});

describe("functions", () => {
  test("keep parameters, defaults, types and what kind they are", () => {
    checkLowering(
      `
        function f(this: Model, a: Tensor, b?: number, { c = 1, d }: Options = {}, ...rest: number[]): Tensor { return a }
        async function* g() { await h() }
        function overloaded(x: number): number;
        function overloaded(x: any) { return x }
      `,
      `
        function f(a: Tensor, b?: number, { c: c = 1, d: d } = {}: Options, ...rest: number[]): Tensor {
          return a
        }
        async function* g() {
          (await h())
        }
        function overloaded(x: ?) {
          return x
        }
      `,
    );
  });
});

describe("classes", () => {
  test("keep fields, methods, accessors, statics and private names", () => {
    checkLowering(
      `
        @register()
        class Net extends nn.Module<[Tensor], Tensor> implements Model {
          fc = new nn.Linear(1, 2);
          static count: number = 0;
          #secret;
          declare typed: Tensor;
          0 = 1;
          [key] = 2;
          constructor() { super(); }
          forward(x: Tensor): Tensor;
          forward(x: any) { return this.#secret(x) }
          get size() { return 1 }
          set size(v) {}
          static async *make() {}
          static { Net.count = 1 }
          [index: string]: unknown;
        }
        const Base = class {};
      `,
      `
        class Net extends nn.Module {
          fc = new nn.Linear(1, 2)
          static count: number = 0
          #secret
          0 = 1
          [key] = 2
          constructor() {
            super()
          }
          forward(x: ?) {
            return this.#secret(x)
          }
          get size() {
            return 1
          }
          set size(v) {}
          async *static make() {}
          static {
            Net.count = 1
          }
        }
        const Base = class {}
      `,
    );
  });

  test("a parameter property is a field that the constructor assigns, behind super()", () => {
    checkLowering(
      `
        class A { constructor(private readonly width: number, depth = 2) { use(width) } }
        class B extends A { constructor(public heads = 4) { const w = 1; super(w); use(this) } }
      `,
      `
        class A {
          width: number
          constructor(width: number, depth = 2) {
            this.width = width
            use(width)
          }
        }
        class B extends A {
          heads
          constructor(heads = 4) {
            const w = 1
            super(w)
            this.heads = heads
            use(this)
          }
        }
      `,
    );
  });

  test("abstract methods have no body, abstract fields are nothing at run time", () => {
    checkLowering(
      "abstract class A { abstract x: number; abstract forward(x: Tensor): Tensor; }",
      `
        class A {
          forward(x: Tensor): Tensor
        }
      `,
    );
  });
});

describe("enums and namespaces", () => {
  test("an enum is a constant object, with the numeric values looked up both ways", () => {
    checkLowering(
      `
        enum Size { Small, Large = 1 << 3, Huge, All = Small | Size.Large, ["Name"] = "n", Len = f("x") }
      `,
      `
        const Size = { Small: 0, 0: "Small", Large: 8, 8: "Large", Huge: 9, 9: "Huge", All: 8, 8: "All", Name: "n", Len: <an enum value that is computed of f("x")> }
      `,
    );
  });

  test("a namespace is what an immediately called function returns", () => {
    checkLowering(
      `
        namespace N { const a = 1; export const b = a; export function f() {} export interface T { x: 1 } }
        namespace A.B { export let c = 1 }
        namespace Types { export type U = string }
      `,
      `
        type N.T = { x: 1 }
        type Types.U = string
        type T = { x: 1 }
        const N = () => {
          const a = 1
          const b = a
          function f() {}
          return { b: b, f: f }
        }()
        const A = () => {
          const B = () => {
            let c = 1
            return { c: c }
          }()
          return { B: B }
        }()
      `,
    );
  });

  test("declarations that merge become unknown", () => {
    checkLowering(
      `
        function f() {}
        namespace f { export const x = 1 }
      `,
      `
        function f() {}
        <a merged namespace, changes f>
      `,
    );
  });
});
