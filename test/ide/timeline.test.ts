// How the tensor at the $0 of a program got its shape: one line a step, what changed in angle brackets.
import { describe, expect, it } from "vitest";
import { LineIndex } from "../../server/src/compiler";
import { changedSizes, timelineAt, type Timeline } from "../../server/src/ide/timeline";
import { formatDim } from "../../server/src/shape/dim";
import { formatShape, shapeOf } from "../../server/src/shape/shape";
import { analyzeFixture, MAIN } from "../engine/check";

const IMPORTS = `import { F, nn, torch, type Tensor } from "shapewright/torch";\n`;

function timeline(marked: string): Timeline | undefined {
  const text = marked.replace("$0", "");
  const sources = { text: () => text, lines: () => new LineIndex(text) };
  return timelineAt(analyzeFixture(text).analysis, MAIN, marked.indexOf("$0"), sources);
}

function steps(marked: string): string[] {
  return (timeline(marked)?.steps ?? []).map(({ operation, before, after, changed, others, isStart }) => {
    const sizes = (after ?? []).map((size, i) => (changed[i] ? `<${formatDim(size)}>` : formatDim(size))).join(", ");
    const beside = others.length > 0 ? ` with ${others.map(formatShape).join(", ")}` : "";
    return `${operation} ${isStart ? "" : `${formatShape(before)} → `}[${sizes}]${beside}`;
  });
}

describe("a timeline", () => {
  it("begins where the tensor comes in, and marks what each operation changed", () => {
    const net = `${IMPORTS}class Net extends nn.Module {
      features = new nn.Sequential(new nn.Conv2d(1, 8, 3), new nn.ReLU(), new nn.MaxPool2d(2));
      /** @shape x [N, 1, 28, 28] */
      forward(x: Tensor) {
        const y = this.features(x);
        return y.flatten(1).$0add(1);
      }
    }`;
    expect(steps(net)).toEqual([
      "@shape [N, 1, 28, 28]",
      "Conv2d [N, 1, 28, 28] → [N, <8>, <26>, <26>]",
      "ReLU [N, 8, 26, 26] → [N, 8, 26, 26]",
      "MaxPool2d [N, 8, 26, 26] → [N, 8, <13>, <13>]",
      "flatten [N, 8, 13, 13] → [N, <1352>]",
      "add [N, 1352] → [N, 1352]",
    ]);
  });

  it("is that of the statement where the cursor is at no tensor", () => {
    expect(steps(`${IMPORTS}$0const y = torch.zeros(2, 3).transpose(0, 1);`)).toEqual([
      "zeros [2, 3]",
      "transpose [2, 3] → [<3>, <2>]",
    ]);
  });

  it("follows the first operand, and tells of the others", () => {
    expect(steps(`${IMPORTS}const y = torch.zeros(2, 3).mat$0mul(torch.zeros(3, 4));`)).toEqual([
      "zeros [2, 3]",
      "matmul [2, 3] → [2, <4>] with [3, 4]",
    ]);
  });

  it("tells why nothing is known", () => {
    const lost = timeline(
      `${IMPORTS}import { mystery } from "somewhere";\nconst y = mystery(torch.zeros(2)).re$0lu();`,
    );
    expect([lost?.steps, lost?.lost?.text]).toEqual([[], "mystery is imported from what could not be read"]);
  });

  it("has nothing to tell where no tensor is", () => {
    expect(timeline(`${IMPORTS}const a$0 = 1;`)).toBeUndefined();
  });
});

describe("changed sizes", () => {
  it.each([
    [
      ["N", 3, 4],
      ["N", 12],
      [false, true],
    ],
    [
      ["N", 12],
      ["N", 3, 4],
      [false, true, true],
    ],
    [
      ["N", 3, 4],
      ["N", 4, 3],
      [false, true, true],
    ],
    [
      ["N", 4],
      ["N", 1, 4],
      [false, true, false],
    ],
    [["N", 7], ["N"], [false]],
    [[], [1], [true]],
  ])("%j → %j", (before, after, changed) => {
    expect(changedSizes(shapeOf(...before), shapeOf(...after))).toEqual(changed);
  });
});
