import { describe, expect, it } from "vitest";
import { withHints } from "./ask";

const torch = `import { torch, nn, type Tensor } from "shapewright/torch";\n`;

/** Checks a program against itself with hints. */
function checkHints(shown: string): void {
  const source = shown.replace(/‹.*?›/g, "");
  expect(withHints(torch + source)).toBe(torch + shown);
}

describe("inlay hints", () => {
  it("stand behind names", () => {
    checkHints(`
      const x‹: [3, 2]› = torch.zeros([2, 3]).t();
      let y‹: [6]› = x.reshape(6);
      y‹: [2, 3]› = y.reshape(2, 3);
    `);
  });

  it("stand behind a written type", () => {
    checkHints(`
      const x: Tensor‹ [3, 2]› = torch.zeros([2, 3]).t();
      /** @shape x [N, 3] */
      function f(x: Tensor‹ [N, 3]›, n: number) { return x; }
    `);
  });

  it("are there for each name of a pattern", () => {
    checkHints(`
      const [a‹: [2, 3]›, b‹: [2, 3]›] = torch.zeros([4, 3]).chunk(2);
      const { c‹: [5]› } = { c: a.reshape(6).narrow(0, 0, 5) };
      for (const row‹: [3]› of [a.select(0, 1)]) row.relu();
    `);
  });

  it("are left out where the line says it already", () => {
    checkHints(`
      const x = torch.zeros([2, 3]);
      const y = x.reshape([3, 2]);
      function f(x: Tensor<["N", 3]>) { return x; }
    `);
  });

  it("are left out for everything that is no tensor", () => {
    checkHints(`
      const n = 3;
      const fc = new nn.Linear(n, n);
      const shape = torch.zeros([n, n]).shape;
    `);
  });

  it("show two shapes of a name, and that there are more", () => {
    checkHints(`
      function twice(x‹: [2] | [3]›) { return 2; }
      twice(torch.zeros([2])); twice(torch.zeros([3]));
      function often(x‹: [2] | [3] | …›) { return 2; }
      often(torch.zeros([2])); often(torch.zeros([3])); often(torch.zeros([4]));
    `);
  });

  it("leave out what the general shape has said already", () => {
    checkHints(`
      /** @shape x [N, 3] */
      function f(x: Tensor‹ [N, 3]›) { const y‹: [3*N]› = x.flatten(); return y; }
      f(torch.zeros([8, 3]));
    `);
  });

  it("show once what differs in the names of its sizes alone, under the names that are written", () => {
    checkHints(`
      class Net extends nn.Module {
        fc = new nn.Linear(3, 4);
        /** @shape x [N, 3] */
        forward(x: Tensor‹ [N, 3]›) { const y‹: [N, 4]› = this.fc(x); return y; }
      }
      const net = new Net();
      /** @shape rows [batch, 3] */
      function use(rows: Tensor‹ [batch, 3]›) { return net.forward(rows)‹ [batch, 4]›; }
    `);
  });

  it("stand behind what is returned, unless that is a name", () => {
    checkHints(`
      function f() { const x‹: [2, 3]› = torch.ones(2, 3).t().t(); return x; }
      function g() { return f().t()‹ [3, 2]›; }
      const h = () => f().t();
    `);
  });

  it("stand behind each line of a chain", () => {
    checkHints(`
      torch.ones(2, 3)‹ [2, 3]›
        .t()‹ [3, 2]›
        .reshape(6).relu()‹ [6]›
        .sum();
    `);
  });

  it("stand behind the layers of a list, and behind those that are added to a model", () => {
    checkHints(`
      const net = new nn.Sequential(
        new nn.Conv2d(1, 8, 3)‹ [4, 8, 26, 26]›,
        new nn.Flatten()‹ [4, 5408]›,
      );
      const y‹: [4, 5408]› = net(torch.zeros([4, 1, 28, 28]));
    `);
    const model = `import * as tf from "@tensorflow/tfjs";
      const model = tf.sequential();
      model.add(tf.layers.conv2d({ inputShape: [28, 28, 1], filters: 8, kernelSize: 3 })‹ [N, 26, 26, 8]›);
      model.add(tf.layers.flatten()‹ [N, 5408]›);
    `;
    expect(withHints(model.replace(/‹.*?›/g, ""))).toBe(model);
  });

  it.each([
    ["variables", "x"],
    ["parameters", "p"],
    ["returns", "return torch.ones(2).relu()"],
    ["chains", "torch.ones(2, 3)"],
    ["layers", "new nn.Flatten()"],
  ])("can be left out behind %s", (setting, place) => {
    const program = `${torch}
      function f(p: Tensor) { return torch.ones(2).relu(); }
      f(torch.ones(4));
      const x = torch.ones(2, 3)
        .t();
      new nn.Sequential(new nn.Flatten())(torch.ones(2, 3));`;
    expect(withHints(program)).toMatch(new RegExp(`${place.replace(/[()]/g, "\\$&")}(: Tensor)?‹`));
    expect(withHints(program, { [setting]: false })).not.toMatch(
      new RegExp(`${place.replace(/[()]/g, "\\$&")}(: Tensor)?‹`),
    );
  });

  it("can show dtypes", () => {
    expect(withHints(`${torch}const x = torch.ones(2).bool();`, { dtypes: true })).toContain("x‹: [2] bool›");
  });
});
