import type * as lsp from "vscode-languageserver/node";
import { CancellationTokenSource } from "vscode-languageserver/node";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Client, uriOf, type ClientOptions } from "./client";
import { applyTextEdits, withCursor, withHints } from "./text";

const NET = `import { torch, nn, F, Tensor } from "shapewright/torch";

export class Net extends nn.Module {
  conv = new nn.Conv2d(1, 32, 3, { padding: 1 });
  fc = new nn.Linear(6272, 10);

  /** @shape x [N, 1, 28, 28] */
  forward(x: Tensor): Tensor {
    x = F.maxPool2d(F.relu(this.conv(x)), 2);
    const flat = x.view(x.size(0), -1);
    return this.fc(flat);
  }
}
`;
const BROKEN_NET = NET.replace("6272", "1568");

let client: Client;
afterEach(() => client.stop());

async function start(files: Readonly<Record<string, string>>, options?: ClientOptions): Promise<void> {
  client = await Client.start(files, options);
}

/** Starts with one open document, and tells where its `$0` stands. */
async function open(marked: string, options?: ClientOptions): Promise<lsp.Position> {
  const { text, position } = withCursor(marked);
  await start({}, options);
  client.open("/net.ts", text);
  return position;
}

function valueOf(hover: lsp.Hover | null): string {
  return (hover?.contents as lsp.MarkupContent | undefined)?.value ?? "";
}

describe("hover", () => {
  it("says shape, dtype and layout, and how the tensor came to be", async () => {
    const position = await open(NET.replace("this.fc(flat)", "this.fc(fl$0at)"));
    expect(valueOf(await client.hover("/net.ts", position))).toBe(
      [
        "```typescript\nTensor [N, 6272] float32\n```",
        "Contiguous, strides `[6272, 1]`  \n784 KiB with N = 32",
        [
          "Sizes:",
          "- `N` from @shape, [line 7](file:///net.ts#L7)",
          "- `6272` from view, [line 10](file:///net.ts#L10), `32·14·14 = 6272`",
        ].join("\n"),
        [
          "History:",
          "- [line 7](file:///net.ts#L7) @shape `[N, 1, 28, 28]`",
          "- [line 9](file:///net.ts#L9) Conv2d `[N, 32, 28, 28]`",
          "- [line 9](file:///net.ts#L9) relu `[N, 32, 28, 28]`",
          "- [line 9](file:///net.ts#L9) maxPool2d `[N, 32, 14, 14]`",
          "- [line 10](file:///net.ts#L10) view `[N, 6272]`",
        ].join("\n"),
      ].join("\n\n"),
    );
  });

  it("is plain text where the client cannot show markdown", async () => {
    const position = await open(NET.replace("this.fc(flat)", "this.fc(fl$0at)"), { capabilities: {} });
    expect(valueOf(await client.hover("/net.ts", position))).toMatch(/^Tensor \[N, 6272\] float32\nContiguous/);
  });

  it("says nothing where nothing is known", async () => {
    expect(await client_hoverOn("$0export class")).toBeNull();
    expect(await client.hover("/missing.ts", { line: 3, character: 3 })).toBeNull();
  });

  async function client_hoverOn(marked: string): Promise<lsp.Hover | null> {
    const position = await open(NET.replace(marked.replace("$0", ""), marked));
    return client.hover("/net.ts", position);
  }
});

describe("inlay hints", () => {
  it("show shapes beside names", async () => {
    await start({});
    client.open("/net.ts", NET);
    expect(withHints(NET, await client.inlayHints("/net.ts"))).toContain(
      [
        "  forward(x: Tensor ‹[N, 1, 28, 28]›): Tensor {",
        "    x‹: [N, 32, 14, 14]› = F.maxPool2d(F.relu(this.conv(x)), 2);",
        "    const flat‹: [N, 6272]› = x.view(x.size(0), -1);",
      ].join("\n"),
    );
  });

  it("let each size lead to where it was decided, and tell how", async () => {
    await start({});
    client.open("/net.ts", NET);
    const hints = await client.inlayHints("/net.ts");
    const parts = hints.flatMap(({ label }) => (typeof label === "string" ? [] : label));
    expect(parts.find(({ value }) => value === "14")).toEqual({
      value: "14",
      location: { uri: uriOf("/net.ts"), range: { start: { line: 8, character: 8 }, end: { line: 8, character: 44 } } },
      tooltip: {
        kind: "markdown",
        value: [
          "- `⌊(28 − 2)/2⌋ + 1 = 14` from maxPool2d, [line 9](file:///net.ts#L9)",
          "- `28` from @shape, [line 7](file:///net.ts#L7)",
        ].join("\n"),
      },
    });
  });

  it("can be switched off", async () => {
    await start({}, { settings: { inlayHints: { enabled: false } } });
    client.open("/net.ts", NET);
    expect(await client.inlayHints("/net.ts")).toEqual([]);
  });
});

describe("diagnostics", () => {
  it("are pulled, and point at both sides", async () => {
    await start({});
    client.open("/net.ts", BROKEN_NET);
    const [diagnostic] = await client.diagnostics("/net.ts");
    expect(diagnostic).toMatchObject({
      source: "shapewright",
      code: "shape-mismatch",
      severity: 1,
      range: { start: { line: 10, character: 11 }, end: { line: 10, character: 24 } },
    });
    const related = diagnostic?.relatedInformation?.map(({ location }) => location.range.start.line);
    expect(related).toEqual([4, 9]);
  });

  it("are not sent again when nothing has changed", async () => {
    await start({});
    client.open("/net.ts", BROKEN_NET);
    const first = await client.pull("/net.ts");
    expect(await client.pull("/net.ts", first.resultId)).toEqual({ kind: "unchanged", resultId: first.resultId });
    client.change("/net.ts", NET);
    expect(await client.pull("/net.ts", first.resultId)).toMatchObject({ kind: "full", items: [] });
  });

  it("speak the client's language", async () => {
    await start({}, { locale: "zh-cn" });
    client.open("/net.ts", BROKEN_NET);
    const diagnostics = await client.diagnostics("/net.ts");
    expect(diagnostics[0]?.message).toBe("Linear 期望 1568 个输入特征（inFeatures），但 [N, 6272] 的第 1 维为 6272。");
    expect((await client.codeActions("/net.ts", diagnostics))[0]?.title).toBe("将 inFeatures 改为 6272");
  });

  it("follow edits of a part of the text", async () => {
    await start({});
    client.open("/net.ts", BROKEN_NET);
    expect(await client.diagnostics("/net.ts")).toHaveLength(1);
    client.change("/net.ts", "6272", { start: { line: 4, character: 21 }, end: { line: 4, character: 25 } });
    expect(await client.diagnostics("/net.ts")).toEqual([]);
  });

  it("are published to clients that do not pull", async () => {
    await start({}, { capabilities: {} });
    client.open("/net.ts", BROKEN_NET);
    await vi.waitFor(() => expect(client.published.get(uriOf("/net.ts"))).toHaveLength(1), { timeout: 60_000 });
    client.close("/net.ts");
    await vi.waitFor(() => expect(client.published.get(uriOf("/net.ts"))).toEqual([]), { timeout: 60_000 });
  });

  it("are there for a document that is no file yet", async () => {
    await start({});
    client.open("untitled:Untitled-1", BROKEN_NET);
    expect(await client.diagnostics("untitled:Untitled-1")).toHaveLength(1);
  });

  it("are gone when Shapewright is switched off, and come back", async () => {
    await start({}, { settings: { enable: false } });
    client.open("/net.ts", BROKEN_NET);
    expect(await client.diagnostics("/net.ts")).toEqual([]);
    client.configure({ enable: true });
    expect(await client.diagnostics("/net.ts")).toHaveLength(1);
  });
});

describe("quick fixes", () => {
  it("travel with the diagnostic and repair the program", async () => {
    await start({});
    client.open("/net.ts", BROKEN_NET);
    const [action] = await client.codeActions("/net.ts", await client.diagnostics("/net.ts"));
    expect(action).toMatchObject({ title: "Change inFeatures to 6272", kind: "quickfix", isPreferred: true });
    const change = action?.edit?.documentChanges?.[0] as lsp.TextDocumentEdit;
    expect(change.textDocument).toEqual({ uri: uriOf("/net.ts"), version: 1 });
    expect(applyTextEdits(BROKEN_NET, change.edits as lsp.TextEdit[])).toBe(NET);
  });

  it("reach into the file where the number was declared", async () => {
    await start({ "/sizes.ts": "export const features = 1568;\n" });
    client.open("/net.ts", NET.replace("6272", "features").replace(";\n", `;\nimport { features } from "./sizes";\n`));
    const [action] = await client.codeActions("/net.ts", await client.diagnostics("/net.ts"));
    expect(action?.edit?.documentChanges?.[0]).toMatchObject({
      textDocument: { uri: uriOf("/sizes.ts"), version: null },
      edits: [{ newText: "6272", range: { start: { line: 0, character: 24 }, end: { line: 0, character: 28 } } }],
    });
  });

  it("are found anew when the client did not keep them", async () => {
    await start({});
    client.open("/net.ts", BROKEN_NET);
    const stripped = (await client.diagnostics("/net.ts")).map(({ data: _, ...rest }) => rest);
    expect(await client.codeActions("/net.ts", stripped)).not.toEqual([]);
  });

  it("are not offered for requests of other actions", async () => {
    await start({});
    client.open("/net.ts", BROKEN_NET);
    const diagnostics = await client.diagnostics("/net.ts");
    expect(await client.codeActions("/net.ts", diagnostics, ["refactor"])).toEqual([]);
  });
});

describe("several files", () => {
  const USE = `import { torch } from "shapewright/torch";
import { Net } from "./net";
const out = new Net().forward(torch.zeros([8, 1, 28, 28]));
`;

  it("are traced across imports, and a change in one is seen in the others", async () => {
    await start({ "/net.ts": NET, "/use.ts": USE });
    client.open("/use.ts");
    client.open("/net.ts");
    expect(withHints(USE, await client.inlayHints("/use.ts"))).toContain("const out‹: [8, 10]›");
    client.change("/net.ts", NET.replace("6272, 10", "6272, 5"));
    expect(withHints(USE, await client.inlayHints("/use.ts"))).toContain("const out‹: [8, 5]›");
    await vi.waitFor(() => expect(client.refreshes).toBeGreaterThan(0), { timeout: 60_000 });
  });

  it("show what a caller passes in the function that is called", async () => {
    await start({ "/net.ts": NET, "/use.ts": USE });
    client.open("/net.ts");
    client.open("/use.ts");
    const { position } = withCursor(NET.replace("this.fc(flat)", "this.fc(fl$0at)"));
    expect(valueOf(await client.hover("/net.ts", position))).toContain("In other calls:\n- `Tensor [8, 6272] float32`");
  });

  it("are read again when they change on the disk", async () => {
    await start({ "/net.ts": NET, "/use.ts": USE });
    client.open("/use.ts");
    expect(withHints(USE, await client.inlayHints("/use.ts"))).toContain("[8, 10]");
    client.write("/net.ts", NET.replace("6272, 10", "6272, 3"));
    expect(withHints(USE, await client.inlayHints("/use.ts"))).toContain("[8, 3]");
    await vi.waitFor(() => expect(client.refreshes).toBeGreaterThan(0), { timeout: 60_000 });
  });
});

describe("the server", () => {
  it("asks to be told of changes of files and settings", async () => {
    await start({});
    await client.inlayHints("/net.ts");
    expect(client.registrations.sort()).toEqual([
      "workspace/didChangeConfiguration",
      "workspace/didChangeWatchedFiles",
    ]);
  });

  it("survives a file that is no program, and a request that makes no sense", async () => {
    await start({});
    client.open("/net.ts", "class { forward(x { \u0000 `${ [[[ <Tensor<\n");
    expect(await client.diagnostics("/net.ts")).toEqual([]);
    expect(await client.request("textDocument/hover", { textDocument: null })).toBeNull();
    expect(client.log.join()).toContain("An error while answering a request for hover");
    client.change("/net.ts", BROKEN_NET);
    expect(await client.diagnostics("/net.ts")).toHaveLength(1);
  });

  it("drops what the client has cancelled", async () => {
    await start({});
    client.open("/net.ts", NET);
    const source = new CancellationTokenSource();
    const params = { textDocument: { uri: uriOf("/net.ts") } };
    const answer = client.request("textDocument/diagnostic", params, source.token);
    source.cancel();
    await expect(answer).rejects.toThrow("cancelled");
  });
});
