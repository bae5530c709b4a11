// The data flow of models and functions, one line a part: what it is called, what goes in, what comes out.
import { describe, expect, it } from "vitest";
import { flowOf } from "./flow-text";

const TORCH = `import { F, nn, torch, type Tensor } from "shapewright/torch";\n`;
const TFJS = `import * as tf from "@tensorflow/tfjs";\n`;

describe("a module", () => {
  it("is drawn with its layers, the operations between them and what goes in and out", () => {
    const net = `${TORCH}class Net extends nn.Module {
      features = new nn.Sequential(new nn.Conv2d(1, 8, 3), new nn.ReLU());
      fc = new nn.Linear(8, 10);
      /** @shape x [N, 1, 28, 28] */
      forward(x: Tensor) { return this.fc(this.features(x).mean([2, 3])); }
    }`;
    expect(flowOf(net, "Net")).toBe(
      [
        "x input: [N, 1, 28, 28]",
        "features Sequential {",
        "  Conv2d ← x: [N, 8, 26, 26]",
        "  ReLU ← Conv2d: [N, 8, 26, 26]",
        "mean ← ReLU: [N, 8]",
        "fc Linear ← mean: [N, 10]",
        "output ← fc",
      ].join("\n"),
    );
  });

  it("tells which of several outputs goes on, and what nothing depends on", () => {
    const net = `${TORCH}class Net extends nn.Module {
      /** @shape x [N, 12] */
      forward(x: Tensor) {
        const [a, b] = x.chunk(2, 1);
        a.sum();
        return b.relu();
      }
    }`;
    expect(flowOf(net, "Net")).toBe(
      [
        "x input: [N, 12]",
        "chunk ← x: [N, 6] [N, 6]",
        "sum ← chunk: [] !! unused",
        "relu ← chunk.1: [N, 6]",
        "output ← relu",
      ].join("\n"),
    );
  });

  it("folds blocks that follow each other, and knows a layer that runs twice", () => {
    const net = `${TORCH}class Block extends nn.Module {
      fc = new nn.Linear(8, 8);
      forward(x: Tensor) { return x.add(this.fc(x).relu()); }
    }
    class Net extends nn.Module {
      blocks = new nn.ModuleList([new Block(), new Block(), new Block()]);
      head = new nn.Linear(8, 8);
      /** @shape x [N, 8] */
      forward(x: Tensor) {
        for (const block of this.blocks) x = block(x);
        return this.head(this.head(x));
      }
    }`;
    const lines = flowOf(net, "Net").split("\n");
    expect(lines[0]).toBe("Block ×3 {");
    expect(lines.filter((line) => /^ {2}Block/.test(line))).toHaveLength(3);
    expect(lines.slice(-4)).toEqual([
      "x input: [N, 8]",
      "head Linear ← add#3: [N, 8]",
      "head#2 Linear ← head: [N, 8] !! shared",
      "output ← head#2",
    ]);
  });

  it("shows heads side by side as they are", () => {
    const net = `${TORCH}class Head extends nn.Module {
      fc = new nn.Linear(8, 4);
      forward(x: Tensor) { return this.fc(x).relu(); }
    }
    class Net extends nn.Module {
      left = new Head();
      right = new Head();
      /** @shape x [N, 8] */
      forward(x: Tensor) { return torch.cat([this.left(x), this.right(x)], 1); }
    }`;
    const flow = flowOf(net, "Net");
    expect(flow).not.toContain("×");
    expect(flow).toContain("cat ← relu, relu#2: [N, 8]");
  });

  it("shows an error at the call that fails, and goes on behind it", () => {
    const net = `${TORCH}class Net extends nn.Module {
      a = new nn.Linear(8, 6);
      b = new nn.Linear(5, 4);
      /** @shape x [N, 8] */
      forward(x: Tensor) { return this.b(this.a(x)).relu(); }
    }`;
    const [, , failing, relu] = flowOf(net, "Net").split("\n");
    expect(failing).toMatch(/^b Linear ← a: \[N, 4\] !! .*5/);
    expect(relu).toBe("relu ← b: [N, 4]");
  });

  it("goes on behind what could not be followed", () => {
    const net = `${TORCH}import { mystery } from "somewhere";
    class Net extends nn.Module {
      /** @shape x [N, 8] */
      forward(x: Tensor) { return mystery(x.relu()); }
    }`;
    expect(flowOf(net, "Net")).toBe(
      ["x input: [N, 8]", "relu ← x: [N, 8]", "mystery ← relu: [...]", "output ← mystery"].join("\n"),
    );
  });

  it("counts the rounds of a loop without an end once", () => {
    const net = `${TORCH}class Net extends nn.Module {
      cell = new nn.Linear(8, 8);
      /** @shape x [N, 8] */
      forward(x: Tensor, steps: number) {
        for (let i = 0; i < steps; i++) x = this.cell(x);
        return x;
      }
    }`;
    expect(flowOf(net, "Net").match(/cell Linear/g)).toHaveLength(1);
  });
});

describe("a function", () => {
  it("is drawn for what it is called with, with the functions that it calls", () => {
    const program = `${TORCH}function normalise(x: Tensor) { return x.sub(x.mean()).div(x.std()); }
    function scores(x: Tensor) { return normalise(x).matmul(torch.ones(4, 2)); }
    scores(torch.zeros(3, 4));`;
    expect(flowOf(program, "scores")).toBe(
      [
        "x input: [3, 4]",
        "normalise function {",
        "  mean ← x: []",
        "  sub ← x, mean: [3, 4]",
        "  std ← x: []",
        "  div ← sub, std: [3, 4]",
        "ones: [4, 2]",
        "matmul ← div, ones: [3, 2]",
        "output ← matmul",
      ].join("\n"),
    );
  });

  it("of TensorFlow.js operations too", () => {
    const program = `${TFJS}export function loss(x, w) { return tf.tidy(() => x.matMul(w).sigmoid().mean()); }
    loss(tf.ones([4, 3]), tf.ones([3, 1]));`;
    expect(flowOf(program, "loss")).toBe(
      [
        "x input: [4, 3]",
        "w input: [3, 1]",
        "matMul ← x, w: [4, 1]",
        "sigmoid ← matMul: [4, 1]",
        "mean ← sigmoid: []",
        "output ← mean",
      ].join("\n"),
    );
  });
});

describe("a model of layers", () => {
  it("in a row", () => {
    const program = `${TFJS}const model = tf.sequential();
    model.add(tf.layers.dense({ inputShape: [8], units: 4 }));
    model.add(tf.layers.dropout({ rate: 0.5 }));
    model.add(tf.layers.dense({ units: 2 }));`;
    const flow = flowOf(program, "model");
    expect(flow.split("\n").map((line) => line.replace(/:.*/, ""))).toEqual([
      "input",
      "dense ← input",
      "dropout ← dense",
      "dense#2 ← dropout",
      "output ← dense#2",
    ]);
  });

  it("with several inputs, merges, a layer used twice and a model within", () => {
    const program = `${TFJS}const inner = tf.sequential({ layers: [
      tf.layers.dense({ inputShape: [4], units: 3 }),
      tf.layers.dense({ units: 4 }),
    ] });
    const a = tf.input({ shape: [4] });
    const b = tf.input({ shape: [4] });
    const shared = tf.layers.dense({ units: 4 });
    const sum = tf.layers.add().apply([shared.apply(a), shared.apply(b)]);
    const model = tf.model({ inputs: [a, b], outputs: inner.apply(sum) });`;
    expect(flowOf(program, "model")).toBe(
      [
        "input 1 input: [N, 4]",
        "input 2 input: [N, 4]",
        "shared dense ← input 1: [N, 4]",
        "shared#2 dense ← input 2: [N, 4] !! shared",
        "add ← shared, shared#2: [N, 4]",
        "inner Sequential {",
        "  dense ← add: [N, 3]",
        "  dense#2 ← dense: [N, 4]",
        "output ← dense#2",
      ].join("\n"),
    );
  });
});
