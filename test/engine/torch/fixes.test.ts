import { describe, expect, test } from "vitest";
import { rules } from "../../../server/src/rules";
import { applyFix, check, diagnosticsOf, fixTitles } from "../check";

const imports = 'import { torch, nn, F, type Tensor } from "shapewright/torch";\n';

/** Checks the program's markers, and that each of the fixes with these titles leaves a clean program. */
function checkFixes(program: string, titles: readonly string[]): void {
  const source = imports + program;
  check(source);
  expect(fixTitles(source)).toEqual(titles);
  for (const index of titles.keys()) expect(diagnosticsOf(applyFix(source, index)), titles[index]).toEqual([]);
}

const inPrograms = rules.filter((rule) => rule.file === undefined);

test.each(inPrograms.map((rule) => [rule.code, rule.wrong]))(
  "every fix of the example of %s leaves a clean program",
  (_code, wrong) => {
    for (const index of fixTitles(wrong).keys()) expect(diagnosticsOf(applyFix(wrong, index))).toEqual([]);
  },
);

describe("a linear layer with another number of features", () => {
  test("flattens the input where that fits", () =>
    checkFixes(
      `
const features = torch.randn(8, 64, 7, 7);
const classifier = new nn.Linear(3136, 10);
const logits = classifier(features);
//             ^^^^^^^^^^^^^^^^^^^^ error shape-mismatch: Linear expects 3136 input features (inFeatures), got 7 in dimension 3 of [8, 64, 7, 7].
`,
      ["Flatten the input: .flatten(1)", "Change inFeatures to 7"],
    ));

  test("flattens and corrects where only both help", () =>
    checkFixes(
      `
const features = torch.randn(8, 64, 7, 7);
const classifier = new nn.Linear(1568, 10);
const logits = classifier(features);
//             ^^^^^^^^^^^^^^^^^^^^ error shape-mismatch
`,
      ["Flatten the input and change inFeatures to 3136", "Change inFeatures to 7"],
    ));

  test("corrects the number where it is declared, or the argument alone", () =>
    checkFixes(
      `
const width = 128;
const hidden = new nn.Linear(784, 256);
const output = new nn.Linear(width, 10);
const logits = output(hidden(torch.randn(32, 784)));
//             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error shape-mismatch: got 256 in dimension 1
`,
      ["Change inFeatures to 256", "Change inFeatures to 256 here only"],
    ));

  test("gets a Flatten layer within a Sequential", () =>
    checkFixes(
      `
const model = new nn.Sequential(new nn.Conv2d(1, 8, 3), new nn.ReLU(), new nn.Linear(5408, 10));
const logits = model(torch.randn(32, 1, 28, 28));
//             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error shape-mismatch: Linear expects 5408 input features
`,
      ["Insert a Flatten layer", "Change inFeatures to 26"],
    ));
});

test("a convolution over other channels", () =>
  checkFixes(
    `
const convolution = new nn.Conv2d(3, 16, 3);
const maps = convolution(torch.randn(32, 1, 28, 28));
//           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error shape-mismatch: Conv2d expects 3 input channels (inChannels), got 1 in dimension 1
`,
    ["Change inChannels to 1"],
  ));

test("heads that are put back beside each other", () =>
  checkFixes(
    `
/** @shape heads [N, 4, T, 16] */
export function merge(heads: Tensor) {
  const [n, , t] = heads.shape;
  return heads.transpose(1, 2).view(n, t, 64);
  //     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error view-not-contiguous: dimensions 2 and 3 do not lie together
}
`,
    ["Use reshape", "Insert .contiguous()"],
  ));

test("a view of another number of elements", () =>
  checkFixes(
    `
const maps = torch.randn(8, 64, 7, 7);
const flat = maps.view(8, 1568);
//           ^^^^^^^^^^^^^^^^^^ error reshape-size: 25088 elements do not fit 12544.
`,
    ["Change 1568 to 3136", "Infer the size: 1568 → -1"],
  ));

test("a view with two sizes to infer", () =>
  checkFixes(
    `
const maps = torch.randn(8, 64, 49);
const flat = maps.view(-1, -1, 49);
//           ^^^^^^^^^^^^^^^^^^^^^ error reshape-size: only one size can be inferred
`,
    ["Change -1 to 8", "Change -1 to 64"],
  ));

test("a permutation that names a dimension twice", () =>
  checkFixes(
    `
const images = torch.randn(8, 28, 28, 3);
const maps = images.permute(0, 3, 1, 1);
//           ^^^^^^^^^^^^^^^^^^^^^^^^^^ error dim-out-of-range: one dimension is named twice
`,
    ["Use dimension 2"],
  ));

test("row means without the dimension they were taken over", () =>
  checkFixes(
    `
const scores = torch.randn(8, 10);
const centred = scores.sub(scores.mean(1));
//              ^^^^^^^^^^^^^^^^^^^^^^^^^^ error broadcast-mismatch: sizes 10 and 8 meet in dimension 1
`,
    ["Insert a dimension of size 1: .unsqueeze(1)"],
  ));

test("a product with a matrix that lies the other way", () =>
  checkFixes(
    `
const queries = torch.randn(8, 16, 64);
const keys = torch.randn(8, 20, 64);
const scores = queries.matmul(keys);
//             ^^^^^^^^^^^^^^^^^^^^ error shape-mismatch: 64 in dimension 2 of the left side must equal 20
`,
    ["Swap its last two dimensions: .transpose(-2, -1)"],
  ));

describe("the target of cross-entropy", () => {
  test("has a dimension too many", () =>
    checkFixes(
      `
const logits = torch.randn(8, 10);
const labels = torch.zeros([8, 1], { dtype: torch.int64 });
const loss = F.crossEntropy(logits, labels);
//           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error rank-mismatch: one class index for each of [8]
`,
      ["Drop the last dimension: .squeeze(-1)"],
    ));

  test("is floating point", () =>
    checkFixes(
      `
const loss = F.crossEntropy(torch.randn(8, 10), torch.zeros(8));
//           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error dtype-mismatch: class indices (int64)
`,
      ["Convert it: .long()"],
    ));

  test("goes with classes in the last dimension of the logits", () =>
    checkFixes(
      `
const logits = torch.randn(8, 20, 100);
const tokens = torch.randint(0, 100, [8, 20]);
const loss = F.crossEntropy(logits, tokens);
//           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error shape-mismatch: the target must be [8, 100], got [8, 20]
`,
      ["Bring the classes to dimension 1: .transpose(1, 2)"],
    ));
});

test("a binary target without the logits' last dimension", () =>
  checkFixes(
    `
const loss = F.binaryCrossEntropyWithLogits(torch.randn(8, 1), torch.ones(8));
//           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error shape-mismatch: the same shape
`,
    ["Give the target the missing dimension: .unsqueeze(-1)"],
  ));

test("an embedding of numbers that are no indices", () =>
  checkFixes(
    `
const embed = new nn.Embedding(100, 16);
const vectors = embed(torch.ones(8, 20));
//              ^^^^^^^^^^^^^^^^^^^^^^^^ error dtype-mismatch: indices (int64)
`,
    ["Convert it: .long()"],
  ));

test("heads that do not divide the embedding", () =>
  checkFixes(
    `
const attention = new nn.MultiheadAttention(100, 8, { batchFirst: true });
//                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error not-divisible: embedDim (100) is not divisible by numHeads (8)
`,
    ["Change numHeads to 10", "Change embedDim to 104"],
  ));
