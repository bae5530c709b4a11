import { describe, expect, test } from "vitest";
import { applyFix, check, diagnosticsOf, fixTitles } from "../check";

const imports = 'import { torch, nn, F, type Tensor } from "shapewright/torch";\n';

/** Checks the program's markers, and that each of the fixes with these titles leaves a clean program. */
function checkFixes(program: string, titles: readonly string[]): void {
  const source = imports + program;
  check(source);
  expect(fixTitles(source)).toEqual(titles);
  for (const index of titles.keys()) expect(diagnosticsOf(applyFix(source, index)), titles[index]).toEqual([]);
}

/** What people write on purpose. */
function silent(program: string): void {
  expect(diagnosticsOf(imports + program)).toEqual([]);
}

describe("suspicious-broadcast", () => {
  test("a column of predictions in the difference with the targets", () =>
    checkFixes(
      `
/** @shape x [N, 4]
 * @shape y [N] */
export function loss(model: nn.Linear, x: Tensor, y: Tensor) {
  const predictions = new nn.Linear(4, 1)(x);
  return predictions.sub(y).square().mean();
  //     ^^^^^^^^^^^^^^^^^^ warning suspicious-broadcast: [N, 1] with [N] to [N, N]
}
`,
      ["Drop the last dimension of [N, 1]: .squeeze(-1)", "Make [N] a column: .unsqueeze(-1)"],
    ));

  test.each(["mseLoss", "l1Loss", "smoothL1Loss", "huberLoss"])("F.%s, whichever comes first", (name) => {
    const found = diagnosticsOf(`${imports}const loss = F.${name}(torch.randn(8), torch.randn(8, 1));`);
    expect(found.join("\n")).toContain(`warning suspicious-broadcast: ${name} combines [8, 1] with [8] to [8, 8]`);
  });

  test("the loss layer", () =>
    check(`${imports}
const criterion = new nn.MSELoss();
const loss = criterion(torch.randn(8, 1), torch.randn(8));
//           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning suspicious-broadcast: MSELoss combines [8, 1] with [8] to [8, 8]
`));

  test.each([
    ["pairs laid out by unsqueeze", "const x = torch.randn(8);\nconst distances = x.unsqueeze(1).sub(x).abs();"],
    ["pairs laid out by at", 'const x = torch.randn(8);\nconst d = x.at(":", null).sub(x);'],
    ["relative positions", "const p = torch.arange(8).view(8, 1).sub(torch.arange(8));"],
    ["a scale of centres", "const x = torch.randn(8, 1);\nconst d = x.sub(torch.linspace(0, 1, 8));"],
    ["row means", "const x = torch.randn(8, 8);\nconst d = x.sub(x.mean(1, { keepdim: true }));"],
    ["column means", "const x = torch.randn(8, 8);\nconst d = x.sub(x.mean(0));"],
    ["a scalar target", "const loss = F.mseLoss(torch.randn(8, 1), torch.zeros([8, 1]));"],
    ["one example", "const loss = F.mseLoss(torch.randn(1, 1), torch.randn(1));"],
    ["other sizes", "const d = torch.randn(8, 1).sub(torch.randn(5));"],
    [
      "quantile regression",
      `const target = torch.randn(32, 16);
const current = torch.randn(32, 16);
const loss = F.smoothL1Loss(current.unsqueeze(2), target.unsqueeze(1), { reduction: "none" });`,
    ],
    [
      "centres that are learned",
      `class Rbf extends nn.Module {
  centres = new nn.Parameter(torch.randn(8));
  /** @shape x [8, 1] */
  forward(x: Tensor) { return x.sub(this.centres).square(); }
}`,
    ],
  ])("silent: %s", (_name, program) => silent(program));
});

describe("loss-activation", () => {
  test("a softmax before the cross-entropy, as function, method or layer", () => {
    for (const [activation, removed] of [
      ["F.softmax(logits, 1)", "Remove softmax"],
      ["logits.softmax(1)", "Remove softmax"],
      ["new nn.Softmax(1)(logits)", "Remove Softmax"],
      ["logits.softmax(-1).view(8, 10)", "Remove softmax"],
    ] as const) {
      const source = `${imports}
const logits = torch.randn(8, 10);
const loss = F.crossEntropy(${activation}, torch.randint(0, 10, [8]));
`;
      expect(diagnosticsOf(source).join("\n")).toMatch(/warning loss-activation: crossEntropy wants logits/);
      expect(fixTitles(source)).toEqual([removed]);
      expect(diagnosticsOf(applyFix(source))).toEqual([]);
    }
  });

  test("a model that ends with a softmax layer", () =>
    checkFixes(
      `
const model = new nn.Sequential(new nn.Linear(4, 3), new nn.Softmax(1));
const criterion = new nn.CrossEntropyLoss();
const loss = criterion(model(torch.randn(8, 4)), torch.randint(0, 3, [8]));
//           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning loss-activation: CrossEntropyLoss wants logits as its input; [8, 3] holds probabilities from Softmax.
`,
      ["Remove Softmax"],
    ));

  test("a sigmoid too many", () =>
    checkFixes(
      `
const x = torch.randn(8, 1);
const loss = F.binaryCrossEntropyWithLogits(x.sigmoid(), torch.zeros(8, 1));
//           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning loss-activation: It applies a sigmoid itself
`,
      ["Remove sigmoid", "Use binaryCrossEntropy"],
    ));

  test("a sigmoid too few", () =>
    checkFixes(
      `
const model = new nn.Linear(4, 1);
const loss = F.binaryCrossEntropy(model(torch.randn(8, 4)), torch.zeros(8, 1));
//           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning loss-activation: wants probabilities as its input; [8, 1] holds logits from Linear
`,
      ["Use binaryCrossEntropyWithLogits"],
    ));

  test("log-probabilities that are probabilities or logits", () => {
    checkFixes(
      `
const p = torch.randn(8, 3).softmax(1);
const loss = F.nllLoss(p, torch.randint(0, 3, [8]));
//           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning loss-activation: nllLoss wants log-probabilities
`,
      ["Take the logarithm: .log()"],
    );
    checkFixes(
      `
const model = new nn.Linear(4, 3);
const loss = F.nllLoss(model(torch.randn(8, 4)), torch.randint(0, 3, [8]));
//           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning loss-activation
`,
      ["Use crossEntropy"],
    );
    checkFixes(
      `
const [p, q] = [torch.randn(8, 3).softmax(1), torch.randn(8, 3).softmax(1)];
const loss = F.klDiv(p, q, { reduction: "batchmean" });
//           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning loss-activation: klDiv wants log-probabilities as its input
`,
      ["Take the logarithm: .log()"],
    );
  });

  test.each([
    [
      "logits into crossEntropy",
      "const l = F.crossEntropy(new nn.Linear(4, 3)(torch.randn(8, 4)), torch.randint(0, 3, [8]));",
    ],
    ["logSoftmax into nllLoss", "const l = F.nllLoss(F.logSoftmax(torch.randn(8, 3), 1), torch.randint(0, 3, [8]));"],
    [
      "log of softmax into nllLoss",
      "const l = F.nllLoss(torch.randn(8, 3).softmax(1).log(), torch.randint(0, 3, [8]));",
    ],
    [
      "logSoftmax into crossEntropy",
      "const l = F.crossEntropy(torch.randn(8, 3).logSoftmax(1), torch.randint(0, 3, [8]));",
    ],
    ["sigmoid into binaryCrossEntropy", "const l = F.binaryCrossEntropy(torch.randn(8).sigmoid(), torch.zeros(8));"],
    [
      "clamped probabilities",
      "const l = F.binaryCrossEntropy(new nn.Linear(2, 1)(torch.randn(8, 2)).clamp(0, 1), torch.zeros(8, 1));",
    ],
    [
      "a sigmoid in place",
      `const p = new nn.Linear(2, 1)(torch.randn(8, 2));
p.sigmoid_();
const l = F.binaryCrossEntropy(p, torch.zeros(8, 1));`,
    ],
    [
      "a sigmoid in place of a view",
      `const p = new nn.Linear(2, 1)(torch.randn(8, 2));
p.squeeze(1).sigmoid_();
const l = F.binaryCrossEntropy(p.view(8), torch.zeros(8));`,
    ],
    ["soft targets", "const l = F.crossEntropy(torch.randn(8, 3), torch.randn(8, 3).softmax(1));"],
    [
      "gates within a network",
      "const h = torch.randn(8, 3);\nconst l = F.crossEntropy(h.mul(h.sigmoid()), torch.randint(0, 3, [8]));",
    ],
    [
      "attention within a network",
      "const a = torch.randn(8, 5).softmax(1);\nconst l = F.crossEntropy(a.matmul(torch.randn(5, 3)), torch.randint(0, 3, [8]));",
    ],
    [
      "distillation",
      `const [student, teacher] = [torch.randn(8, 3), torch.randn(8, 3)];
const l = F.klDiv(F.logSoftmax(student.div(2), 1), F.softmax(teacher.div(2), 1), { reduction: "batchmean" });
const m = F.klDiv(F.logSoftmax(student, 1), F.logSoftmax(teacher, 1), { reduction: "batchmean", logTarget: true });`,
    ],
    ["a regression of probabilities", "const l = F.mseLoss(torch.randn(8).sigmoid(), torch.zeros(8));"],
  ])("silent: %s", (_name, program) => silent(program));
});

describe("pool-drops-remainder", () => {
  test("a pooling of an odd size", () =>
    checkFixes(
      `
const pool = new nn.MaxPool2d(2);
const y = pool(torch.randn(1, 8, 7, 8));
//        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information pool-drops-remainder: its windows reach 6 of the 7 elements in dimension 2.
`,
      ["Count the last window, too: ceilMode: true"],
    ));

  test("options that are there already", () => {
    const program = (options: string) => `${imports}const y = F.avgPool2d(torch.randn(1, 8, 7, 7), 2, ${options});\n`;
    expect(applyFix(program("{ stride: 2 }"))).toContain("2, { stride: 2, ceilMode: true })");
    expect(applyFix(program("2"))).toContain("2, 2, { ceilMode: true })");
    expect(applyFix(program("{ ceilMode: false }"))).toContain("2, { ceilMode: true })");
  });

  test("a strided convolution", () =>
    check(`${imports}
const y = new nn.Conv2d(3, 8, 3, { stride: 2 })(torch.randn(1, 3, 32, 33));
//        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information pool-drops-remainder: 31 of the 32 elements in dimension 2
`));

  test.each([
    ["sizes that fit", "const y = new nn.MaxPool2d(2)(torch.randn(1, 3, 8, 8));"],
    [
      "padding that reaches the end",
      "const y = new nn.Conv2d(3, 64, 7, { stride: 2, padding: 3 })(torch.randn(1, 3, 224, 224));",
    ],
    ["a 1 × 1 convolution of stride 2", "const y = new nn.Conv2d(3, 8, 1, { stride: 2 })(torch.randn(1, 3, 56, 56));"],
    ["any size", "/** @shape x [N, 3, H, W] */ export function f(x: Tensor) { return F.maxPool2d(x, 2); }"],
    ["ceilMode", "const y = new nn.MaxPool2d(2, { ceilMode: true })(torch.randn(1, 3, 7, 7));"],
    ["overlapping windows", "const y = new nn.MaxPool2d(3, { stride: 2 })(torch.randn(1, 3, 55, 55));"],
  ])("silent: %s", (_name, program) => silent(program));
});

describe("unregistered-module", () => {
  const inNet = (body: string) => `class Net extends nn.Module {
${body}
  forward(x: Tensor) { return x; }
}
`;

  test("an object of layers", () =>
    checkFixes(
      `
class Net extends nn.Module {
  heads = { a: new nn.Linear(4, 2), b: new nn.Linear(4, 3) };
  //      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning unregistered-module: does not find the 2 modules in Net.heads
  forward(x: Tensor) { return x; }
}
const net = new Net();
`,
      ["Keep them in nn.ModuleDict"],
    ));

  test("an array of parameters", () =>
    checkFixes(
      `
class Net extends nn.Module {
  scales = [new nn.Parameter(torch.ones(3))];
  //       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning unregistered-module: does not find the parameter in Net.scales
  forward(x: Tensor) { return x; }
}
`,
      ["Keep them in nn.ParameterList"],
    ));

  test.each([
    [
      "layers made by a map",
      "layers = Array.from({ length: 3 }, () => new nn.Linear(4, 4));",
      "the 3 modules in Net.layers",
    ],
    ["layers in a Map", 'heads = new Map([["a", new nn.Linear(4, 2)]]);', "the module in Net.heads"],
    [
      "modules of the user's",
      "layers = [new nn.Sequential(new nn.Linear(4, 4), new nn.ReLU())];",
      "the module in Net.layers",
    ],
    ["a private field", "#fc = new nn.Linear(4, 4);", "the module in Net.#fc"],
    [
      "layers pushed by the constructor",
      "layers: nn.Linear[] = [];\nconstructor() { super(); for (let i = 0; i < 2; i++) this.layers.push(new nn.Linear(4, 4)); }",
      "the 2 modules in Net.layers",
    ],
    [
      "layers pushed in a loop of a length that is not known",
      "layers: nn.Linear[] = [];\nconstructor(depth: number) { super(); for (let i = 0; i < depth; i++) this.layers.push(new nn.Linear(4, 4)); }",
      "the modules in Net.layers",
    ],
    [
      "layers assigned in the constructor",
      "layers: nn.Linear[];\nconstructor(sizes: number[]) { super(); this.layers = sizes.map((size) => new nn.Linear(4, size)); }",
      "the modules in Net.layers",
    ],
  ])("%s", (_name, body, message) => {
    expect(diagnosticsOf(imports + inNet(body)).join("\n")).toContain(message);
  });

  test.each([
    ["a ModuleList", "layers = new nn.ModuleList([new nn.Linear(4, 4)]);"],
    [
      "a Sequential of an array",
      "net: nn.Module;\nconstructor() { super(); const all = [new nn.Linear(4, 4)]; this.net = new nn.Sequential(...all); }",
    ],
    ["layers without weights", "activations = [new nn.ReLU(), new nn.Tanh(), new nn.MaxPool2d(2)];"],
    ["a list of what is registered", "a = new nn.Linear(4, 4);\nall = [this.a];"],
    ["a list and a ModuleList of the same", "list = [new nn.Linear(4, 4)];\nall = new nn.ModuleList(this.list);"],
    [
      "what the constructor was given",
      "hidden: nn.Module[];\nconstructor(teacher: nn.Module) { super(); this.hidden = [teacher]; }",
    ],
    [
      "layers registered by name",
      'list = [new nn.Linear(4, 4)];\nconstructor() { super(); this.registerModule("first", this.list[0]); }',
    ],
    [
      "an account of its own",
      "layers = [new nn.Linear(4, 4)];\nparameters() { return this.layers.flatMap((layer) => layer.parameters()); }",
    ],
    [
      "layers registered in a loop of a length that is not known",
      "layers: nn.Linear[] = [];\nconstructor(depth: number) { super(); for (let i = 0; i < depth; i++) { const layer = new nn.Linear(4, 4); this.layers.push(layer); this.registerModule(`layer${i}`, layer); }  }",
    ],
    [
      "layers that become fields there",
      "layers: nn.Linear[] = [];\nconstructor(depth: number) { super(); for (let i = 0; i < depth; i++) { const layer = new nn.Linear(4, 4); this.layers.push(layer); (this as any)[`layer${i}`] = layer; }  }",
    ],
    [
      "layers appended to a ModuleList there",
      "list = new nn.ModuleList();\nlayers: nn.Linear[] = [];\nconstructor(depth: number) { super(); for (let i = 0; i < depth; i++) { const layer = new nn.Linear(4, 4); this.layers.push(layer); this.list.append(layer); }  }",
    ],
    [
      "layers that a ModuleList takes over later",
      "list: nn.ModuleList;\nlayers: nn.Linear[] = [];\nconstructor(depth: number) { super(); for (let i = 0; i < depth; i++) { const layer = new nn.Linear(4, 4); this.layers.push(layer);  } const [first, ...rest] = this.layers; this.list = new nn.ModuleList([first, ...rest]); }",
    ],
    ["tied weights", "embedding = new nn.Embedding(10, 4);\ntied = [this.embedding.weight];"],
    ["numbers and names", 'sizes = [4, 4];\nnames = { a: "x" };'],
  ])("silent: %s", (_name, body) => silent(inNet(body) + "export const net = Net;"));
});
