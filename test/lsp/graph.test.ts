// The requests of the graph panel and of the shape timeline.
import { afterEach, describe, expect, it } from "vitest";
import type { GraphAnswer } from "../../server/src/lsp/graph";
import type { TimelineAnswer } from "../../server/src/lsp/timeline";
import { Client, uriOf } from "./client";

const NET = `import { nn, torch, type Tensor } from "shapewright/torch";

class Head extends nn.Module {
  fc = new nn.Linear(8, 10);
  forward(x: Tensor) { return this.fc(x); }
}

export class Net extends nn.Module {
  conv = new nn.Conv2d(1, 8, 3);
  head = new Head();

  /** @shape x [N, 1, 28, 28] */
  forward(x: Tensor) {
    return this.head(this.conv(x).mean([2, 3]));
  }
}

function scale(x: Tensor) {
  return x.mul(2);
}
scale(torch.zeros(4, 2));
`;

let client: Client;
afterEach(() => client.stop());

const ask = (params: object = {}) =>
  client.request<GraphAnswer>("shapewright/graph", { uri: uriOf("/net.ts"), ...params });

async function open(text = NET): Promise<void> {
  client = await Client.start({});
  client.open("/net.ts", text);
}

describe("the graph of a file", () => {
  it("is that of its main model, with places in the code", async () => {
    await open();
    const { subject, subjects, parts, edges } = await ask();
    expect([subject, subjects.map(({ name }) => name)]).toEqual(["Net", ["Net", "Head", "scale"]]);
    expect(parts.map(({ label, kind, shapes }) => `${label} ${kind} ${shapes.join(" ")}`.trim())).toEqual([
      "x input [N, 1, 28, 28]",
      "conv layer [N, 8, 26, 26]",
      "mean operation [N, 8]",
      "fc layer [N, 10]",
      "output output [N, 10]",
    ]);
    expect(edges).toEqual([
      [0, 1, 0],
      [1, 2, 0],
      [2, 3, 0],
      [3, 4, 0],
    ]);
    expect(parts[1]).toMatchObject({ uri: uriOf("/net.ts"), range: { start: { line: 13 } }, parameters: "80" });
  });

  it("is that of what the cursor is in, or of what is named", async () => {
    await open();
    expect((await ask({ position: { line: 18, character: 4 } })).subject).toBe("scale");
    expect((await ask({ position: { line: 4, character: 4 } })).subject).toBe("Head");
    expect((await ask({ subject: "Head", position: { line: 18, character: 4 } })).subject).toBe("Head");
  });

  it("follows unsaved text, with errors where they happen", async () => {
    await open();
    client.change("/net.ts", NET.replace("Linear(8", "Linear(9"));
    const { parts } = await ask();
    expect(parts.filter(({ errors }) => errors.length > 0).map(({ label }) => label)).toEqual(["fc"]);
  });

  it("says so where there is nothing to draw", async () => {
    await open("export const x = 1;\n");
    expect(await ask()).toMatchObject({ parts: [], message: expect.stringContaining("no model") as string });
  });
});

describe("the timeline of a position", () => {
  const at = (line: number, character: number) =>
    client.request<TimelineAnswer | null>("shapewright/timeline", {
      uri: uriOf("/net.ts"),
      position: { line, character },
    });

  it("is the way of the tensor there, with places in the code", async () => {
    await open();
    const timeline = await at(13, 27);
    expect(timeline?.steps.map(({ operation, after, changed }) => [operation, after?.join(), changed])).toEqual([
      ["@shape", "N,1,28,28", []],
      ["Conv2d", "N,8,26,26", [1, 2, 3]],
    ]);
    expect(timeline?.steps.map(({ range }) => range.start.line)).toEqual([11, 13]);
  });

  it("follows unsaved text, and is none where there is no tensor", async () => {
    await open();
    client.change("/net.ts", NET.replace("Conv2d(1, 8, 3)", "Conv2d(1, 8, 5)"));
    expect((await at(13, 27))?.steps.at(-1)?.after?.join()).toBe("N,8,24,24");
    expect(await at(1, 0)).toBeNull();
  });
});
