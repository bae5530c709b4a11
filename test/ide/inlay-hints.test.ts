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

  it("show once what differs in the names of its sizes alone, under the names that are written", () => {
    checkHints(`
      class Net extends nn.Module {
        fc = new nn.Linear(3, 4);
        /** @shape x [N, 3] */
        forward(x: Tensor‹ [N, 3]›) { const y‹: [N, 4]› = this.fc(x); return y; }
      }
      const net = new Net();
      /** @shape rows [batch, 3] */
      function use(rows: Tensor‹ [batch, 3]›) { return net.forward(rows); }
    `);
  });
});
