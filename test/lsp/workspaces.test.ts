// What is open besides one folder on the disk: several folders, none, and folders of other file systems.
import type * as lsp from "vscode-languageserver/node";
import { afterEach, describe, expect, it } from "vitest";
import { Client } from "./client";

let client: Client;
afterEach(() => client.stop());

const WRONG = `import { torch } from "shapewright/torch";\ntorch.zeros([6]).view(7);\n`;

/** The files with problems, with how many. */
async function problems(): Promise<Record<string, number>> {
  const request = { previousResultIds: [] };
  const { items } = await client.request<lsp.WorkspaceDiagnosticReport>("workspace/diagnostic", request);
  const full = items.filter((item) => item.kind === "full");
  return Object.fromEntries(
    full.map(({ uri, items: found }) => [uri, found.length]).filter(([, count]) => count !== 0),
  );
}

describe("several folders", () => {
  const files = {
    "/one/net.ts": WRONG,
    "/two/net.ts": WRONG,
    "/two/shapewright.json": `{ "rules": { "reshape-size": "off" } }`,
    "/three/net.ts": WRONG,
  };

  it("are all looked through, each with its own configuration, and nothing beside them is", async () => {
    client = await Client.start(files, {
      folders: ["/one", "/two"],
      settings: { diagnostics: { scope: "workspace" } },
    });
    expect(await problems()).toEqual({ "file:///one/net.ts": 1 });
  });
});

describe("a folder of another file system", () => {
  it("is traced through the documents that are open, and their imports of each other", async () => {
    client = await Client.start({});
    client.open("vscode-vfs://github/ada/nets/size.ts", "export const size = 7;\n");
    client.open(
      "vscode-vfs://github/ada/nets/net.ts",
      WRONG.replace("view(7)", "view(size)").replace("\n", `\nimport { size } from "./size";\n`),
    );
    const [found] = await client.diagnostics("vscode-vfs://github/ada/nets/net.ts");
    expect(found).toMatchObject({ code: "reshape-size", message: expect.stringContaining("[7]") as string });
  });

  it("is silent about what imports bring that is not open", async () => {
    client = await Client.start({});
    client.open(
      "vscode-vfs://github/ada/nets/net.ts",
      WRONG.replace("view(7)", "view(size)").replace("\n", `\nimport { size } from "./size";\n`),
    );
    expect(await client.diagnostics("vscode-vfs://github/ada/nets/net.ts")).toEqual([]);
  });
});

describe("no folder", () => {
  it("is enough for a document", async () => {
    client = await Client.start({}, { folders: [] });
    client.open("untitled:Untitled-1", WRONG);
    expect(await client.diagnostics("untitled:Untitled-1")).toHaveLength(1);
  });
});
