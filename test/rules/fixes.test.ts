// What each rule offers to repair: applied, it leaves the program without the mistake and without a new one (`fixTitles` has verified that).
import { describe, expect, it } from "vitest";
import { rules } from "../../server/src/rules";
import type { RuleCode } from "../../server/src/rules/finding";
import { applyFix, diagnosticsOf, fixTitles } from "../engine/check";

const torch = `import { torch, nn, F, type Tensor } from "shapewright/torch";\n`;
const tf = `import * as tf from "@tensorflow/tfjs";\n`;

/** Rules whose findings no edit repairs for sure. */
const WITHOUT: Partial<Record<RuleCode, string>> = {
  "analysis-budget": "It is about the analysis, and not a mistake in the code.",
  configuration: "It is about another file than a program.",
  "unused-ignore": "It is about a comment, which the editor's own actions remove.",
};

describe("the wrong example of each rule", () => {
  it.each(rules.filter(({ code }) => !WITHOUT[code]).map((rule) => [rule.code, rule.wrong] as const))(
    "%s is repaired by what is offered first, and by no more than four ways",
    (_, wrong) => {
      const titles = fixTitles(wrong);
      expect(titles.length).toBeGreaterThan(0);
      expect(titles.length).toBeLessThanOrEqual(4);
      expect(diagnosticsOf(applyFix(wrong))).toEqual([]);
    },
  );
});

describe("a window that does not fit", () => {
  it.each([
    [
      "a layer of shapewright/torch",
      `${torch}new nn.Conv2d(8, 16, 5)(torch.zeros([1, 8, 4, 4]));`,
      ["nn.Conv2d(8, 16, 5, { padding: 2 })", "nn.Conv2d(8, 16, 4)"],
    ],
    [
      "one that has options",
      `${torch}new nn.Conv2d(8, 16, 5, { bias: false })(torch.zeros([1, 8, 4, 4]));`,
      ["{ bias: false, padding: 2 }", "nn.Conv2d(8, 16, 4, {"],
    ],
    [
      "a layer of TensorFlow.js",
      `${tf}const m = tf.sequential();\nm.add(tf.layers.conv2d({ inputShape: [4, 4, 3], filters: 8, kernelSize: 5 }));`,
      [`kernelSize: 5, padding: "same"`, "kernelSize: 4"],
    ],
    [
      "one with its padding written down",
      `${tf}const m = tf.sequential();\nm.add(tf.layers.conv2d({ inputShape: [4, 4, 3], filters: 8, kernelSize: 5, padding: "valid" }));`,
      [`padding: "same"`, "kernelSize: 4"],
    ],
    ["an operation of TensorFlow.js", `${tf}tf.maxPool(tf.zeros([1, 2, 2, 3]), 3, 1, "valid");`, [`3, 1, "same"`]],
    ["a pooling", `${torch}F.maxPool2d(torch.zeros([1, 8, 2, 2]), 3);`, ["[1, 8, 2, 2]), 2)"]],
  ])("%s", (_, program, repaired) => {
    expect(repaired.map((text, i) => applyFix(program, i).includes(text) || applyFix(program, i))).toEqual(
      repaired.map(() => true),
    );
  });
});

describe("an annotation that the code contradicts", () => {
  it.each([
    [
      "becomes what arrives, with its names where they hold",
      `${torch}/** @shape x [N, 1, 28, 28] */\nfunction f(x: Tensor) { return x; }\nf(torch.zeros([64, 28, 28]));`,
      "@shape x [N, 28, 28]",
    ],
    [
      "keeps what is open",
      `${torch}/** @shape x [N, ?, 3] */\nfunction f(x: Tensor) { return x; }\nf(torch.zeros([64, 5, 4]));`,
      "@shape x [N, ?, 4]",
    ],
    [
      "is a type in the spelling of types",
      `${torch}const x: Tensor<["N", 10]> = torch.zeros([2, 9]);`,
      `Tensor<["N", 9]>`,
    ],
  ])("%s", (_, program, repaired) => expect(applyFix(program)).toContain(repaired));

  it("stays where the body needs what it says", () => {
    const program = `${torch}const fc = new nn.Linear(10, 2);
/** @shape x [N, 10] */
function f(x: Tensor) { return fc(x); }
f(torch.zeros([4, 9]));`;
    expect(fixTitles(program).filter((title) => title.includes("annotation"))).toEqual([]);
  });
});

describe("an annotation that cannot be read", () => {
  it.each([
    ["[N, 3", "[N, 3]"],
    ["(N, 3)", "[N, 3]"],
    ["[N x 3 x 32]", "[N, 3, 32]"],
    ["[N,, 3]", "[N, 3]"],
  ])("%s becomes %s", (written, meant) => {
    const program = `${torch}/**\n * @shape x ${written}\n */\nfunction f(x: Tensor) { return x; }`;
    expect(applyFix(program)).toContain(`@shape x ${meant}\n`);
  });
});

describe("what is out of range", () => {
  it.each([
    ["an index", `${torch}torch.zeros([3, 4]).select(0, 3);`, "select(0, 2)"],
    ["an index between brackets", `${torch}torch.zeros([3, 4]).at(5);`, "at(2)"],
    ["one that counts too far from the end", `${torch}torch.zeros([3, 4]).select(0, -4);`, "select(0, 0)"],
    ["the length of a part", `${torch}torch.zeros([5]).narrow(0, 2, 4);`, "narrow(0, 2, 3)"],
    ["how many are the greatest", `${torch}torch.zeros([3]).topk(5);`, "topk(3)"],
    ["the dimension that is removed", `${tf}tf.zeros([1, 3]).squeeze([1]);`, "squeeze([0])"],
  ])("%s", (_, program, repaired) => expect(applyFix(program)).toContain(repaired));
});
