// What is said in Chinese: no English sentence is left in it, wherever its parts come from.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rules } from "../../server/src/rules";
import { speak } from "../../server/src/text/translate";
import { folderWith, removeFolders, shapewright, shapewrightIn } from "../cli/shapewright";
import { analyzeFixture } from "../engine/check";

beforeAll(() => speak("zh-cn"));
afterAll(() => {
  speak(undefined);
  removeFolders();
});

/** Two English words that follow each other, neither of which is a name in the code. */
function englishIn(text: string): string[] {
  const names = text.replaceAll(/[\w.$]*[\w$]\([^)]*\)?|\[[^\]]*\]|["`“][^"`”]*["`”]|\w+: [\w"]+|@\w+/g, "·");
  return [...names.matchAll(/(?<![\w.])[a-z]{2,}(?: [a-z]{2,})+(?![\w(])/gi)].map(([words]) => words);
}

const torch = `import { torch, nn, F, type Tensor } from "shapewright/torch";\n`;
const tf = `import * as tf from "@tensorflow/tfjs";\n`;
const programs: [string, string][] = [
  ...rules.map(({ code, wrong, file }): [string, string] => [file === undefined ? code : "", wrong]),
  ["a rank", `${torch}new nn.Linear(3, 4)(torch.zeros([]));\ntorch.zeros([2]).matmul(torch.zeros([]));`],
  ["a dtype", `${torch}F.crossEntropy(torch.zeros([4, 3]), torch.zeros([4]));`],
  ["a range", `${torch}torch.zeros([5]).narrow(0, 2, 9);\ntorch.zeros([3]).topk(5);\ntorch.zeros([2, 3]).at(7);`],
  [
    "joined tensors",
    `${torch}torch.cat([torch.zeros([2, 3]), torch.zeros([4])]);\ntorch.stack([torch.zeros([2]), torch.zeros([3])]);`,
  ],
  [
    "attention",
    `${torch}new nn.MultiheadAttention(8, 2)(torch.zeros([3, 4, 8]), torch.zeros([3, 5, 8]), torch.zeros([3, 5, 8]));`,
  ],
  ["a state", `${torch}new nn.LSTM(3, 4)(torch.zeros([5, 2, 3]), [torch.zeros([1, 3, 4]), torch.zeros([1, 2, 4])]);`],
  ["rows", `${tf}tf.tensor([[1, 2], [3]]);\ntf.zeros([2, 3]).split(2, 1);`],
  [
    "a model",
    `${tf}const m = tf.sequential();\nm.add(tf.layers.dense({ units: 2, inputShape: [3] }));\nm.predict(tf.zeros([4, 5]));`,
  ],
  [
    "a loss",
    `${tf}const m = tf.sequential();\nm.add(tf.layers.dense({ units: 2, inputShape: [3] }));\nm.compile({ loss: "categoricalCrossentropy", optimizer: "sgd" });\nm.fit(tf.zeros([4, 3]), tf.zeros([4]));`,
  ],
  ["indices", `${tf}tf.gather(tf.zeros([3, 4]), tf.zeros([2]));\ntf.oneHot(tf.zeros([2]), 3);`],
  [
    "annotations",
    `${torch}/** @shape x [N,, 3] */\nfunction f(x: Tensor) { return x; }\nf(torch.zeros([2]));\n/** @shape y N 3 */\nfunction g(y: Tensor) { return y; }`,
  ],
];

describe("in Chinese", () => {
  it.each(programs.filter(([name]) => name !== ""))("messages, places and fixes about %s", (_, program) => {
    const { diagnostics, fixesOf } = analyzeFixture(program);
    expect(diagnostics.length).toBeGreaterThan(0);
    const said = diagnostics.flatMap((each) => [
      each.message,
      ...each.related.map(({ message }) => message),
      ...fixesOf(each).map(({ title }) => title),
    ]);
    expect(said.filter((text) => englishIn(text).length > 0)).toEqual([]);
  });

  it("would be found out", () => {
    expect(englishIn("Linear 期望 3 个 input features")).toEqual(["input features"]);
    expect(englishIn("F.crossEntropy 的目标 [N, C] 使用 padding: same")).toEqual([]);
  });
});

describe("the command line", () => {
  const BAD = `${torch}torch.zeros([2, 3]).view(7);\n`;

  it.each([
    ["--locale", {}, ["--locale", "zh-CN"]],
    ["LANG", { LANG: "zh_CN.UTF-8" }, []],
    ["LC_ALL before LANG", { LC_ALL: "zh_CN.UTF-8", LANG: "en_GB.UTF-8" }, []],
  ])("speaks the language that %s tells", async (_, variables, args) => {
    const workingDirectory = folderWith({ "net.ts": BAD });
    const { output } = await shapewrightIn({ workingDirectory, variables }, "check", ...args);
    expect(output).toContain("1 个错误（1 个文件）。");
    const help = await shapewrightIn({ workingDirectory, variables }, "--help", ...args);
    expect(englishIn(help.output.replaceAll(/^.*(\[options\]|shapewright).*$/gm, ""))).toEqual([]);
    expect(help.output).toMatch(/^用法：/);
  });

  it("gives programs English, unless it is told otherwise", async () => {
    const workingDirectory = folderWith({ "net.ts": BAD });
    const variables = { LANG: "zh_CN.UTF-8" };
    const json = (...args: string[]) =>
      shapewrightIn({ workingDirectory, variables }, "check", "--format", "json", ...args);
    expect((await json()).output).toContain("view cannot turn [2, 3] into [7]");
    expect((await json("--locale", "zh-CN")).output).toContain("变形");
  });

  it("compares with a baseline in the baseline's language", async () => {
    const folder = folderWith({ "net.ts": BAD });
    await shapewright(folder, "check", "--write-baseline", "b.json", "--locale", "zh-CN");
    expect((await shapewright(folder, "check", "--baseline", "b.json")).code).toBe(0);
  });
});
