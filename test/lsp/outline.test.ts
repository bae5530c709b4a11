// What stands around the code: symbols, lenses, problems of files that are not open, and the request of the summary panel.
import type * as lsp from "vscode-languageserver/node";
import { afterEach, describe, expect, it } from "vitest";
import type { SummaryAnswer } from "../../server/src/lsp/requests";
import { Client, uriOf, type ClientOptions } from "./client";

const NET = `import { defineExperiment } from "shapewright";
import { torch, nn, F, type Tensor } from "shapewright/torch";

export class Net extends nn.Module {
  conv = new nn.Conv2d(1, 8, 3, { padding: 1 });
  fc = new nn.Linear(1568, 10);

  /** @shape x [N, 1, 28, 28] */
  forward(x: Tensor) {
    return this.fc(F.maxPool2d(this.conv(x), 2).flatten(1));
  }
}

function scale(x: Tensor) {
  return x.mul(2);
}
scale(torch.zeros(4, 2));
scale(torch.zeros(3));

export default defineExperiment({ name: "Digits", hyperparameters: { epochs: 1 }, model: () => new Net() });
`;

let client: Client;
afterEach(() => client.stop());

async function open(options?: ClientOptions): Promise<void> {
  client = await Client.start({}, options);
  client.open("/net.ts", NET);
}

const document = { textDocument: { uri: uriOf("/net.ts") } };

describe("symbols", () => {
  it("are the models with their layers", async () => {
    await open();
    const symbols = await client.request<lsp.DocumentSymbol[]>("textDocument/documentSymbol", document);
    expect(symbols.map(({ name, detail }) => `${name}: ${detail}`)).toEqual(["Net: 15,770 parameters"]);
    expect(symbols[0]?.children?.map(({ name, detail }) => `${name}: ${detail}`)).toEqual([
      "conv: Conv2d(inChannels: 1, outChannels: 8, kernelSize: 3, padding: 1)",
      "fc: Linear(inFeatures: 1568, outFeatures: 10)",
    ]);
  });
});

async function lenses(): Promise<string[]> {
  const all = await client.request<lsp.CodeLens[]>("textDocument/codeLens", document);
  return all
    .sort((a, b) => a.range.start.line - b.range.start.line)
    .map(({ range, command }) => `${range.start.line}: ${command?.title} ${command?.command}`.trimEnd());
}

describe("lenses", () => {
  it("stand above models, functions that are called with several shapes, and experiments", async () => {
    await open();
    expect(await lenses()).toEqual([
      "3: 15,770 parameters · [N, 1, 28, 28] → [N, 10] shapewright.showSummary",
      "13: Called with x [4, 2] | [3]",
      "19: ▶ Train shapewright.train",
    ]);
  });

  it("can be switched off, all of them or some", async () => {
    await open({ settings: { codeLens: { models: false, functions: false } } });
    expect(await lenses()).toEqual(["19: ▶ Train shapewright.train"]);
    client.configure({ codeLens: { enabled: false } });
    expect(await lenses()).toEqual([]);
  });
});

describe("problems of files that are not open", () => {
  const USE = `import { torch } from "shapewright/torch";\nimport { head } from "./head";\nhead(torch.zeros(4, 5));\n`;
  const HEAD = `import { nn, type Tensor } from "shapewright/torch";
const fc = new nn.Linear(3, 4);
export function head(x: Tensor) { return fc(x); }
`;
  const BROKEN = `import { torch } from "shapewright/torch";\ntorch.zeros(2, 3).view(5);\n`;
  const files = { "/use.ts": USE, "/head.ts": HEAD, "/other.ts": BROKEN, "/plain.ts": "export {};\n" };

  async function problems(): Promise<Record<string, number>> {
    const report = await client.request<lsp.WorkspaceDiagnosticReport>("workspace/diagnostic", {
      previousResultIds: [],
    });
    return Object.fromEntries(
      report.items.map((item) => [item.uri, item.kind === "full" ? item.items.length : Number.NaN]),
    );
  }

  it("are told of what open files import, and taken back", async () => {
    client = await Client.start(files);
    client.open("/use.ts");
    expect(await problems()).toEqual({ [uriOf("/head.ts")]: 1 });
    client.change("/use.ts", USE.replace("5", "3"));
    expect(await problems()).toEqual({ [uriOf("/head.ts")]: 0 });
  });

  it("are told of all files of all folders where that is asked for", async () => {
    client = await Client.start(files, { settings: { diagnostics: { scope: "workspace" } } });
    client.open("/use.ts");
    expect(await problems()).toMatchObject({ [uriOf("/head.ts")]: 1, [uriOf("/other.ts")]: 1 });
  });

  it("tell what is wrong with the configuration that counts for open files, until it is mended", async () => {
    const configuration = '{ "rules": { "reshape-sizes": "off" } }';
    client = await Client.start(
      { ...files, "/shapewright.json": configuration },
      { settings: { diagnostics: { scope: "openFiles" } } },
    );
    client.open("/use.ts");
    expect(await problems()).toEqual({ [uriOf("/shapewright.json")]: 1 });
    client.write("/shapewright.json", configuration.replace("sizes", "size"));
    expect(await problems()).toEqual({ [uriOf("/shapewright.json")]: 0 });
  });

  it("are not asked for again until something changes", async () => {
    client = await Client.start(files);
    client.open("/use.ts");
    await problems();
    let answered = false;
    const next = problems().then(() => (answered = true));
    await client.hover("/use.ts", { line: 2, character: 1 });
    expect(answered).toBe(false);
    client.change("/use.ts", `${USE}\n`);
    await next;
  });
});

describe("the summary of a model", () => {
  const ask = (params: object) =>
    client.request<SummaryAnswer>("shapewright/summary", { uri: uriOf("/net.ts"), ...params });

  it("is a table for any batch", async () => {
    await open();
    const { model, inputs, rows, totals } = await ask({ batch: 2 });
    expect([model, inputs]).toEqual(["Net", [{ name: "x", shape: "[2, 1, 28, 28]" }]]);
    expect(rows.map(({ path, output, numbers }) => [path, output, numbers[0]?.value])).toEqual([
      ["conv", "[2, 8, 28, 28]", 80],
      ["fc", "[2, 10]", 15690],
    ]);
    expect(rows[1]?.range?.start.line).toBe(9);
    expect(totals.map(({ text }) => text)).toEqual(["15,770", "144,256", "49.1 KiB", "61.6 KiB"]);
  });

  it("says what is wrong with an input", async () => {
    await open();
    expect((await ask({ inputs: ["[N, 3, 28, 28]"] })).problems[0]).toContain("expects 1 input channels");
    expect((await ask({ inputs: ["oops"] })).message).toContain("a shape is written in brackets");
  });
});
