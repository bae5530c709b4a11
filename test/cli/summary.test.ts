import { afterAll, describe, expect, it } from "vitest";
import { folderWith, removeFolders, shapewright } from "./shapewright";

afterAll(removeFolders);

const CNN = `import { nn, F, type Tensor } from "shapewright/torch";
export class Net extends nn.Module {
  conv = new nn.Conv2d(1, 8, 3, { padding: 1 });
  fc = new nn.Linear(8 * 14 * 14, 10);
  /** @shape x [N, 1, 28, 28] */
  forward(x: Tensor) {
    return this.fc(F.maxPool2d(this.conv(x), 2).flatten(1));
  }
}
`;

const folder = folderWith({
  "net.ts": CNN,
  "unannotated.ts": CNN.replace("@shape", "shape"),
  "keras.js": `import * as tf from "@tensorflow/tfjs";
export function createModel() {
  const model = tf.sequential();
  model.add(tf.layers.conv2d({ inputShape: [28, 28, 1], filters: 8, kernelSize: 3 }));
  model.add(tf.layers.flatten());
  model.add(tf.layers.dense({ units: 10, useBias: false }));
  return model;
}`,
  "tied.ts": `import { nn, type Tensor } from "shapewright/torch";
class Block extends nn.Module {
  fc = new nn.Linear(4, 4);
  forward(x: Tensor) { return this.fc(x); }
}
export class Tied extends nn.Module {
  embed = new nn.Embedding(10, 4);
  block = new Block();
  head = new nn.Linear(4, 10, { bias: false });
  spare = new nn.Linear(2, 3);
  scale = new nn.Parameter(torch.ones(4));
  constructor() { super(); this.head.weight = this.embed.weight; }
  /** @shape x [N, T] */
  forward(x: Tensor) { return this.head(this.block(this.block(this.embed(x)))); }
}
import { torch } from "shapewright/torch";`,
  "transformers.ts": `import { nn, type Tensor } from "shapewright/torch";
export class Stacks extends nn.Module {
  encoder = new nn.TransformerEncoder(new nn.TransformerEncoderLayer(32, 4, 64), 3, new nn.LayerNorm(32));
  decoder = new nn.TransformerDecoder(new nn.TransformerDecoderLayer(32, 4, 64), 2);
  /** @shape x [5, 1, 32] */
  forward(x: Tensor) { return this.decoder(x, this.encoder(x)); }
}
export class Whole extends nn.Module {
  net = new nn.Transformer({ dModel: 32, nhead: 4, numEncoderLayers: 2, numDecoderLayers: 1, dimFeedforward: 64 });
  /** @shape x [5, 1, 32] */
  forward(x: Tensor) { return this.net(x, x); }
}
`,
  "plain.ts": "export const x = 1;\n",
});

interface Report {
  readonly models: readonly {
    readonly name: string;
    readonly layers: readonly Readonly<Record<string, unknown>>[];
    readonly totals: Readonly<Record<string, unknown>>;
    readonly problems: readonly string[];
  }[];
}

async function report(...args: string[]): Promise<Report["models"]> {
  const { output, messages, code } = await shapewright(folder, "summary", ...args, "--format", "json");
  expect(code, messages).toBe(0);
  return (JSON.parse(output) as Report).models;
}

describe("shapewright summary", () => {
  it("prints a table for people", async () => {
    const { output } = await shapewright(folder, "summary", "net.ts", "--batch-size", "2");
    expect(output.split("\n").map((line) => line.trimEnd())).toEqual([
      "Net(x [2, 1, 28, 28])",
      "",
      "Layer  Type    Output shape    Parameters  Multiply-adds  Activations    Weights",
      "────────────────────────────────────────────────────────────────────────────────",
      "conv   Conv2d  [2, 8, 28, 28]          80        112,896     49.0 KiB  320 bytes",
      "fc     Linear  [2, 10]             15,690         31,360     80 bytes   61.3 KiB",
      "────────────────────────────────────────────────────────────────────────────────",
      "Total                              15,770        144,256     49.1 KiB   61.6 KiB",
      "",
      "A multiply-add is two floating-point operations: 288,512 FLOPs for one forward pass.",
      "",
    ]);
  });

  it("keeps open sizes as names", async () => {
    const [net] = await report("net.ts");
    expect(net?.layers[0]).toMatchObject({ name: "conv", output: ["N", 8, 28, 28], multiplyAdds: "56448*N" });
  });

  it("takes the shape of the input where the code does not say it", async () => {
    const { code, messages } = await shapewright(folder, "summary", "unannotated.ts");
    expect([code, messages]).toEqual([2, expect.stringContaining("Nothing says which shape x has.")]);
    const [net] = await report("unannotated.ts", "--input", "[4, 1, 28, 28]");
    expect(net?.layers.at(-1)).toMatchObject({ output: [4, 10], parameters: 15690, multiplyAdds: 62720 });
  });

  it("says what is wrong with an input that the model does not take", async () => {
    const [net] = await report("net.ts", "--input", "[4, 3, 28, 28]");
    expect(net?.problems).toEqual([expect.stringContaining("expects 1 input channels")]);
  });

  it("counts every layer of a transformer, and the normalisation behind them, as PyTorch does", async () => {
    const [stacks, whole] = await report("transformers.ts");
    expect(stacks?.layers.map(({ name, parameters }) => [name, parameters])).toEqual([
      ["encoder", 25_696],
      ["decoder", 25_664],
    ]);
    expect(whole?.layers.map(({ name, parameters }) => [name, parameters])).toEqual([["net", 30_048]]);
    // A layer of the encoder: 5 vectors through 4·32² + 2·32·64 weights, and 2·5·32·5 for the pairs. Of the decoder: 8·32² in place of 4·32²
    // and the pairs twice.
    const [encoder, decoder] = [5 * 8192 + 1600, 5 * 12_288 + 3200];
    expect(stacks?.layers.map(({ multiplyAdds }) => multiplyAdds)).toEqual([3 * encoder, 2 * decoder]);
    expect(whole?.layers[0]?.multiplyAdds).toBe(2 * encoder + decoder);
  });

  it("finds a TensorFlow.js model that a function makes", async () => {
    const [model] = await report("keras.js");
    expect(model?.name).toBe("createModel");
    expect(model?.layers.map(({ type, parameters }) => [type, parameters])).toEqual([
      ["conv2d", 80],
      ["flatten", 0],
      ["dense", 54080],
    ]);
  });

  it("counts each weight once, whoever shares it, and what does not run or is in no layer", async () => {
    const models = await report("tied.ts");
    expect(models.map(({ name }) => name)).toEqual(["Tied"]);
    expect(models[0]?.layers.map(({ name, kind, parameters }) => [name, kind, parameters])).toEqual([
      ["embed", "layer", 40],
      ["block.fc", "layer", 20],
      ["block.fc", "layer", 0],
      ["head", "layer", 0],
      ["spare", "unused", 9],
      ["scale", "parameter", 4],
    ]);
    expect(models[0]?.totals["parameters"]).toBe(73);
  });

  it("writes Markdown and CSV", async () => {
    const markdown = await shapewright(folder, "summary", "net.ts", "--format", "markdown");
    expect(markdown.output).toContain("| conv | Conv2d | [N, 8, 28, 28] | 80 |");
    const csv = await shapewright(folder, "summary", "net.ts", "--format", "csv");
    expect(csv.output.split("\r\n")[1]).toBe('conv,Conv2d,"[N, 8, 28, 28]",80,56448*N,25088*N,320');
  });

  it.each([
    [["plain.ts"], "declares no model"],
    [["missing.ts"], "does not exist"],
    [["net.ts", "--model", "Other"], "has no model Other; there is Net"],
    [["net.ts", "--input", "3, 4"], "a shape is written in brackets"],
  ])("tells what to do about %s", async (args, message) => {
    const { code, messages } = await shapewright(folder, "summary", ...args);
    expect([code, messages]).toEqual([2, expect.stringContaining(message)]);
  });
});
