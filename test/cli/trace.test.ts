import { afterAll, describe, expect, it } from "vitest";
import type { TraceReport } from "../../server/src/cli/report";
import { folderWith, removeFolders, shapewright } from "./shapewright";

const NET = `import { torch, type Tensor } from "shapewright/torch";
/** @shape x [N, 49, 64] */
export function swap(x: Tensor, other: Tensor) {
  const y = x.permute(0, 2, 1);
  return other.relu();
}
`;

afterAll(removeFolders);

async function factsOf(source: string) {
  const { code, output } = await shapewright(folderWith({ "net.ts": source }), "trace", "net.ts", "--format", "json");
  expect(code).toBe(0);
  return (JSON.parse(output) as TraceReport).files.flatMap(({ facts }) => facts);
}

describe("shapewright trace", () => {
  it("writes a fact for every tensor expression and context", async () => {
    expect((await factsOf(NET))[0]).toEqual({
      range: { start: { line: 3, character: 12 }, end: { line: 3, character: 30 } },
      text: "x.permute(0, 2, 1)",
      context: "swap",
      shape: ["N", 64, 49],
      dtype: null,
      stride: [3136, 1, 64],
      contiguous: false,
    });
  });

  it("says null for what is not known", async () => {
    expect((await factsOf(NET)).at(-1)).toMatchObject({ text: "other", shape: null, stride: null, contiguous: null });
  });

  it("gives TensorFlow.js tensors no strides", async () => {
    expect(await factsOf(`import * as tf from "@tensorflow/tfjs";\nconst x = tf.zeros([2, 3]);\n`)).toMatchObject([
      { text: "tf.zeros([2, 3])", context: "", shape: [2, 3], dtype: "float32", stride: null, contiguous: null },
    ]);
  });

  it("knows a global tf that nobody imported", async () => {
    expect(await factsOf("const x = tf.ones([4]);\n")).toMatchObject([{ shape: [4] }]);
  });

  it("prints a table for people", async () => {
    const { output } = await shapewright(folderWith({ "net.ts": NET }), "trace", "net.ts");
    expect(output).toBe(`net.ts
  4:13  x.permute(0, 2, 1)  [N, 64, 49], strides [3136, 1, 64], not contiguous  in swap
  4:13  x                   [N, 49, 64]  in swap
  5:10  other.relu()        shape unknown  in swap
  5:10  other               shape unknown  in swap
`);
  });

  it("wants a path", async () => {
    const { code, messages } = await shapewright(folderWith({}), "trace");
    expect(code).toBe(2);
    expect(messages).toContain("missing required argument 'path'");
  });
});
