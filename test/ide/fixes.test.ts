import { describe, expect, it, test } from "vitest";
import { isPostfix } from "../../server/src/ide/written-fixes";
import { applyFix, diagnosticsOf, fixTitles } from "../engine/check";

const torch = `import { torch, nn, F, type Tensor } from "shapewright/torch";\n`;

describe("what is appended to", () => {
  it.each([
    "x",
    "this.fc",
    "f(x)",
    "x[0]",
    "(a ? b : c)",
    "new nn.Linear(2, 3)",
    'f("a b")',
    "x\n  .relu()",
    "x?.y",
    "x!",
  ])("%s needs no parentheses", (text) => expect(isPostfix(text)).toBe(true));

  it.each(["a ? b : c", "await f(x)", "x as Tensor", "(a) + (b)", "-x", "(x) => x", "new Net", "3"])(
    "%s gets parentheses",
    (text) => expect(isPostfix(text)).toBe(false),
  );

  it("is edited so that it means the same as before", () => {
    const program = `${torch}
      const features = torch.randn(8, 64, 7, 7);
      declare const sharp: boolean;
      new nn.Linear(3136, 10)(sharp ? features : features.relu());`;
    expect(applyFix(program)).toContain("((sharp ? features : features.relu()).flatten(1))");
  });
});

describe("a product in the code", () => {
  const program = (written: string) => `${torch}const [width, side] = [32, 7];
    const head = new nn.Linear(${written}, 10);
    head(torch.randn(8, 32, 7, 7).flatten(1));`;

  it.each([
    ["32 * 7 * 6", "32 * 7 * 7"],
    ["7 * 6 * 32", "7 * 7 * 32"],
    ["width * 7 * 6", "width * 7 * 7"],
    ["32 * 14", "32 * 7 * 7"],
    ["width * side * 6", "width * side * 7"],
    ["1344", "1568"],
  ])("stays one: %s becomes %s", (before, after) => {
    expect(applyFix(program(before))).toBe(program(after));
  });
});

test("a fix that leaves the mistake, or makes another one, is not offered", () => {
  const program = `${torch}
    const head = new nn.Linear(100, 10);
    head(torch.randn(8, 3136));
    head(torch.randn(8, 100));`;
  expect(diagnosticsOf(program)).toHaveLength(1);
  expect(fixTitles(program)).toEqual([]);
});

test("a message calls sizes what the annotation calls them, whoever calls", () => {
  const program = `${torch}
    class Net extends nn.Module {
      fc = new nn.Linear(100, 10);
      /** @shape x [N, 3136] */
      forward(x: Tensor) { return this.fc(x); }
    }
    const net = new Net();
    /** @shape rows [batch, 3136] */
    function use(rows: Tensor) { return net.forward(rows); }`;
  expect(diagnosticsOf(program)).toEqual([expect.stringContaining("in dimension 1 of [N, 3136]")]);
});
