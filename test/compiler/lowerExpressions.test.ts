import { describe, expect, test } from "vitest";
import { lowerModule } from "../../server/src/compiler";
import { checkLowering } from "./check";
import { printModule } from "./printModule";

const lowered = (source: string, file?: string) => printModule(lowerModule(file ?? "/model.ts", source));

describe("expressions", () => {
  test.each([
    ["1_000", "1000"],
    ["0x10", "16"],
    ["'a\\n'", '"a\\n"'],
    ["[null, undefined, true]", "[null, undefined, true]"],
    ["[1, , 2]", "[1, undefined, 2]"],
    ["`a${x}b${y}`", "`a${x}b${y}`"],
    ["`plain`", '"plain"'],
    ["a + b * c", "(a + (b * c))"],
    ["a ** b ** c", "(a ** (b ** c))"],
    ["a && b || c", "((a && b) || c)"],
    ["a ?? b", "(a ?? b)"],
    ["a >>> 1 in b", "((a >>> 1) in b)"],
    ["a instanceof B ? 1 : 2", "((a instanceof B) ? 1 : 2)"],
    ["-x", "(-x)"],
    ["typeof x", "(typeof x)"],
    ["delete a.b", "(delete a.b)"],
    ["i++", "(i++)"],
    ["--a.b", "(--a.b)"],
    ["a, b, c", "(a, b, c)"],
    ["f(...xs, 1)", "f(...xs, 1)"],
    ["tag`a${x = 1}b`", 'tag(["a", "b"], x = 1)'],
    ["new Linear(1, 2)", "new Linear(1, 2)"],
    ["new Model", "new Model()"],
    ["a.b[0]['c']", 'a.b[0]["c"]'],
    ["({ a, b: 1, ...c, 2: d, [e]: f, ['g']: h })", "{ a: a, b: 1, ...c, 2: d, [e]: f, g: h }"],
    ["super.x", "super.x"],
    ["this.#x", "this.#x"],
    ["#x in o", '("#x" in o)'],
    ["require('./m').x", 'require("./m").x'],
  ])("%s", (source, expected) => {
    expect(lowered(source)).toBe(expected);
  });

  test("assertions and instantiations vanish", () => {
    expect(lowered("(x as Tensor4D)!.shape satisfies number[]")).toBe("x.shape");
    expect(lowered("<any>x.y")).toBe("x.y");
    expect(lowered("f<number>(x)")).toBe("f(x)");
  });

  test("functions as values", () => {
    checkLowering(
      `
        f(x => x + 1, function g() { return g }, async () => {}, function* () { yield 1; yield* xs })
        o = { m(x) {}, get p() { return 1 }, set p(v) {}, async *n() {} }
      `,
      `
        f((x) => {
          return (x + 1)
        }, function g() {
          return g
        }, async () => {}, function* () {
          (yield 1)
          (yield* xs)
        })
        o = { m: function m(x) {}, get p: function p() {
          return 1
        }, set p: function p(v) {}, n: async function* n() {} }
      `,
    );
  });
});

describe("an optional chain", () => {
  test("marks every link behind the first question mark, since the chain is undefined as a whole", () => {
    expect(lowered("a?.b.c[0](1)")).toBe("a?.b?.c?.[0]?.(1)");
    expect(lowered("a.b?.().c")).toBe("a.b?.()?.c");
    expect(lowered("a?.b!.c")).toBe("a?.b?.c");
  });

  test("ends with parentheses", () => {
    expect(lowered("(a?.b).c")).toBe("a?.b.c");
  });
});

describe("assignments", () => {
  test.each([
    ["x = 1", "x = 1"],
    ["x += 1", "x += 1"],
    ["x ??= y", "x ??= y"],
    ["x >>>= 2", "x >>>= 2"],
    ["(a.b as any) = 1", "a.b = 1"],
    ["[a, , b.c = 1, ...d[0]] = xs", "[a, , b.c = 1, ...d[0]] = xs"],
    ["({ a, b: { c }, d = 1, ...e } = o)", "{ a: a, b: { c: c }, d: d = 1, ...e } = o"],
  ])("%s", (source, expected) => {
    expect(lowered(source)).toBe(expected);
  });
});

describe("what the language has no word for is opaque", () => {
  test.each([
    ["/a+/g", "<a regular expression>"],
    ["10n", "<a bigint>"],
    ["import('./m')", 'Promise.resolve(import("./m"))'],
    ["import(m)", "<a dynamic import() of m>"],
    ["import.meta", "<import.meta>"],
    ["f(new.target)", "f(<new.target>)"],
  ])("%s", (source, expected) => {
    expect(lowered(source)).toBe(expected);
  });

  test("JSX, with the expressions in it as parts", () => {
    const source = "x = <View a={1} b='c' d {...rest}>text {n++} <Inner e={f()} /></View>";
    expect(lowered(source, "/view.tsx")).toBe("x = <JSX of 1, rest, (n++), <JSX of f()>>");
  });
});

describe("nesting without end", () => {
  test("a sum of ten thousand terms is cut and its assignments are kept", () => {
    const text = lowered(`x = (y = 1)${" + a".repeat(10_000)}`);
    expect(text).toContain("<nested too deeply, changes y>");
  });

  test("a sequence is flat, however long", () => {
    expect(lowered(`(a, b), ${"c, ".repeat(5_000)}d`)).toBe(`((a, b), ${"c, ".repeat(5_000)}d)`);
  });

  test.each([
    ["parentheses", "(".repeat(50_000)],
    ["arrays", `x = ${"[".repeat(2_000)}${"]".repeat(2_000)}`],
    ["calls", `x = a${".b()".repeat(20_000)}`],
    ["branches", `${"if (a) {} else ".repeat(5_000)}{}`],
    ["blocks", `${"{".repeat(2_000)}${"}".repeat(2_000)}`],
    ["types", `let x: ${"[".repeat(2_000)}${"]".repeat(2_000)}`],
    ["patterns", `const ${"[".repeat(2_000)}a${"]".repeat(2_000)} = x`],
  ])("%s do not overflow the stack", (_name, source) => {
    expect(() => lowerModule("/deep.ts", source)).not.toThrow();
  });
});
