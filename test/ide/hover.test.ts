import { describe, expect, it } from "vitest";
import { detailsOf, hover } from "./ask";

const torch = `import { torch, nn, F, type Tensor } from "shapewright/torch";\n`;
const tf = `import * as tf from "@tensorflow/tfjs";\n`;

describe("hover", () => {
  it.each([
    ["a variable where it is declared", "const $0x = torch.zeros([2, 3]);"],
    ["a variable where it is used", "const x = torch.zeros([2, 3]); x$0.relu();"],
    ["a call, on the name that is called", "const x = torch.ze$0ros([2, 3]);"],
    ["a call, on the parentheses", "const x = torch.zeros($0 [2, 3]);"],
    ["a parameter", "/** @shape x [2, 3] */ function f($0x: Tensor) {}"],
    ["a field", "class A { $0x = torch.zeros([2, 3]); }\nnew A();"],
    ["a field behind modifiers", "class A { private static readonly $0x = torch.zeros([2, 3]); }"],
    ["a property that is assigned", "const a = { x: 0 as unknown }; a.$0x = torch.zeros([2, 3]);"],
    ["a property that is read", "const a = { x: torch.zeros([2, 3]) }; a.$0x.relu();"],
    ["an awaited call", "async function f() { const $0x = await Promise.resolve(torch.zeros([2, 3])); }"],
  ])("shows %s", (_, source) => {
    expect(hover(torch + source)?.headline).toMatch(/^Tensor \[2, 3\]/);
  });

  it.each([
    ["numbers", "torch.zeros([2, $03]);"],
    ["strings", `const s = "te$0xt"; torch.zeros([2]);`],
    ["keywords", "con$0st x = torch.zeros([2]);"],
    ["comments", "// torch.ze$0ros([2])"],
    ["variables that hold something else", "const n = 3; torch.zeros([n$0]);"],
    ["what lies between the fields of a class", "class A { x = torch.zeros([2]) $0; }\nnew A();"],
    ["arguments that are functions", "[1].map((n) =>$0 n);"],
  ])("shows nothing on %s", (_, source) => {
    expect(hover(torch + source)).toBeUndefined();
  });

  it("tells the step of a chain that is pointed at", () => {
    const chain = "const y = torch.zeros([2, 3]).t().reshape(6);";
    expect(hover(torch + chain.replace("t()", "t$0()"))?.headline).toBe("Tensor [3, 2] float32");
    expect(hover(torch + chain.replace("reshape", "re$0shape"))?.headline).toBe("Tensor [6] float32");
  });

  it("says in words how a tensor lies in memory", () => {
    const layout = (program: string) => detailsOf(`${torch}${program}`)[0];
    expect(layout("const $0x = torch.zeros([2, 3]);")).toBe("Contiguous, strides `[3, 1]`");
    expect(layout("/** @shape x [N, C] */ function f(x: Tensor) { const $0y = x.t(); }")).toBe(
      "Contiguous for some sizes only, strides `[1, C]`",
    );
    expect(layout("const $0x = torch.zeros([2, 3]).t();")).toBe(
      "Not contiguous: dimensions 0 and 1 were swapped, strides `[1, 3]`, at torch.zeros([2, 3]).t()",
    );
    expect(layout("const x = torch.zeros([2, 3, 4]).transpose(-1, 1); const $0y = x.relu();")).toBe(
      "Not contiguous: dimensions 1 and 2 were swapped, strides `[12, 1, 4]`, at torch.zeros([2, 3, 4]).transpose(-1, 1)",
    );
    expect(layout("const $0x = torch.zeros([2, 3, 4]).permute(0, 2, 1);")).toMatch(
      /^Not contiguous: the dimensions were put in the order 0, 2, 1,/,
    );
    expect(layout("const $0x = torch.zeros([2, 1]).expand(2, 3);")).toMatch(/^Not contiguous: it was expanded,/);
  });

  it("tells the memory that a tensor takes, with a batch in place of the open size", () => {
    expect(detailsOf(`${tf}const $0x = tf.zeros([1024, 3]);`)).toEqual(["12.0 KiB"]);
    expect(detailsOf(`${torch}/** @shape x [N, 3, 32] */ function f($0x: Tensor) {}`).at(-1)).toBe(
      "12.0 KiB with N = 32",
    );
    expect(detailsOf(`${torch}/** @shape x [N, T] */ function f($0x: Tensor) {}`).at(-1)).toBe(
      "128*T bytes with N = 32",
    );
  });

  it("puts the numbers of the call into the formula of the operation, and counts its work", () => {
    const program = `${torch}const conv = new nn.Conv2d(1, 16, 3, { padding: 1 }); con$0v(torch.zeros([2, 1, 28, 28]));`;
    expect(hover(program)).toMatchObject({
      documentation: {
        name: "Conv2d",
        address: "https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html",
      },
    });
    expect(detailsOf(program).slice(-2)).toEqual(["`⌊(28 + 2·1 − 3)/1⌋ + 1 = 28`", "225,792 multiply-adds"]);
    const formula = (call: string) => detailsOf(`${torch}const x = torch.zeros([2, 3, 28, 28]); ${call}`).at(-1);
    expect(formula("F.max$0Pool2d(x, 3, { stride: 2, ceilMode: true });")).toBe("`⌈(28 − 3)/2⌉ + 1 = 14`");
    expect(formula("x.fla$0tten(1);")).toBe("`3·28·28 = 2352`");
    expect(formula("torch.c$0at([x, x], 1);")).toBe("`3 + 3 = 6`");
  });

  it("tells of a size that is read from a tensor how it came about", () => {
    const body = `
      const conv = new nn.Conv2d(1, 16, 3);
      /** @shape x [N, 1, 28, 28] */
      function f(x: Tensor) { x = F.maxPool2d(conv(x), 2);`;
    const expected = {
      headline: "13",
      details: [{ text: "Dimension 2 of `[N, 16, 13, 13]`" }],
      sizes: [
        { operation: "maxPool2d", sizes: ["13"], formula: "⌊(26 − 2)/2⌋ + 1 = 13" },
        { operation: "Conv2d", sizes: ["26"], formula: "⌊(28 − 3)/1⌋ + 1 = 26" },
        { operation: "@shape", sizes: ["28"], formula: undefined },
      ],
    };
    expect(hover(`${torch}${body} const [n, c, $0h] = x.shape; }`)).toMatchObject(expected);
    expect(hover(`${torch}${body} const [n, c, h] = x.shape; return x.view(n, c * $0h, -1); }`)).toMatchObject(
      expected,
    );
    expect(hover(`${torch}${body} return x.si$0ze(2); }`)).toMatchObject(expected);
    expect(hover(`${torch}${body} const h = x.shape[-2]; return $0h; }`)).toMatchObject(expected);
  });

  it("names TensorFlow.js tensors as its documentation does, without strides", () => {
    expect(hover(`${tf}const $0x = tf.zeros([2, 3]);`)).toMatchObject({
      headline: "Tensor [2, 3] float32",
      details: [{ text: "24 bytes" }],
    });
    expect(hover(`${tf}const $0x = tf.input({ shape: [3] });`)?.headline).toBe("SymbolicTensor [N, 3] float32");
  });

  it("shows the general shape first, then what calls pass, and where they stand", () => {
    const program = `${torch}
      /** @shape x [N, 3] */
      function head(x: Tensor) { return $0x.relu(); }
      head(torch.zeros([8, 3]));
      head(torch.zeros([16, 3]));`;
    const found = hover(program);
    const text = program.replace("$0", "");
    expect(found?.headline).toBe("Tensor [N, 3]");
    expect(
      found?.elsewhere.map((each) => [each.text, each.span && text.slice(each.span.start, each.span.end)]),
    ).toEqual([
      ["Tensor [8, 3] float32", "head(torch.zeros([8, 3]))"],
      ["Tensor [16, 3] float32", "head(torch.zeros([16, 3]))"],
    ]);
  });

  it("tells the operations that led to a tensor, the last six of them", () => {
    const program = `${torch}const $0y = torch.zeros([2, 3]).t().relu().relu().relu().relu().reshape(6);`;
    expect(hover(program)?.history.map(({ operation, shape }) => `${operation} ${shape}`)).toEqual([
      "t [3, 2]",
      ...Array.from({ length: 4 }, () => "relu [3, 2]"),
      "reshape [6]",
    ]);
  });

  it("tells which operation decided a size", () => {
    const program = `${torch}
      /** @shape x [N, 3, 8, 8] */
      function head(x: Tensor) { return F.relu(x).flatten(2).r$0elu(); }`;
    expect(hover(program)?.sizes.map(({ sizes, operation }) => `${sizes.join(", ")} from ${operation}`)).toEqual([
      "N, 3 from @shape",
      "64 from flatten",
    ]);
  });

  it("has no history to tell of a single operation", () => {
    expect(hover(`${torch}torch.ze$0ros([2, 3]);`)?.history).toEqual([]);
  });

  it("describes a layer as it was configured, and how much it learns", () => {
    const program = `${torch}
      const hidden = 128;
      class Net extends nn.Module { $0fc = new nn.Linear(784, hidden); }
      new Net();`;
    expect(hover(program)).toMatchObject({
      headline: "Linear(inFeatures: 784, outFeatures: hidden = 128)",
      details: [{ text: "100,480 parameters" }],
    });
  });

  it("describes the layer of a class that nothing instantiates", () => {
    const program = `${torch}class Net extends nn.Module { $0fc = new nn.Linear(3, 4); forward(x: Tensor) { return x; } }`;
    expect(hover(program)?.headline).toBe("Linear(inFeatures: 3, outFeatures: 4)");
  });

  it("describes a layer that is made within an expression", () => {
    expect(hover(`${torch}new nn.Sequential(new nn.Li$0near(3, 4), new nn.ReLU());`)).toMatchObject({
      headline: "Linear(inFeatures: 3, outFeatures: 4)",
      details: [{ text: "16 parameters" }],
    });
  });

  it("describes a layer of TensorFlow.js", () => {
    expect(hover(`${tf}const $0dense = tf.layers.dense({ units: 10 });`)?.headline).toBe("layers.dense(units: 10)");
    expect(hover(`${tf}tf.sequential().add(tf.layers.den$0se({ units: 10 }));`)?.headline).toBe(
      "layers.dense(units: 10)",
    );
  });

  it("tells what goes into a layer and what comes out, and what it learns once it has seen an input", () => {
    const program = `${tf}const den$0se = tf.layers.dense({ units: 10 }); dense.apply(tf.zeros([4, 20]));`;
    expect(detailsOf(program)).toEqual([
      "210 parameters",
      "`[4, 20] → [4, 10]`, 800 multiply-adds, at dense.apply(tf.zeros([4, 20]))",
    ]);
  });

  it("admits that a shape was lost", () => {
    expect(hover(`${torch}declare const f: any;\nconst x = torch.zeros([2]);\nconst y = x.no$0body();`)).toMatchObject({
      headline: "Tensor [...]",
      details: [{ text: "Its shape could not be traced" }],
    });
  });
});
