// Other editors: the configurations that docs/editors.md shows, and a client over standard input and output that can do what the editor
// says of itself (Neovim's vim/lsp/protocol.lua, Helix's helix-lsp/src/client.rs).
import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type * as lsp from "vscode-languageserver/node";
import {
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type ProtocolConnection,
} from "vscode-languageserver/node";
import { folderWith, removeFolders } from "../cli/shapewright";
import { buildCommand } from "../host/command";
import { projectRoot } from "../host/paths";

const page = readFileSync(join(projectRoot, "docs/editors.md"), "utf8");

interface Editor {
  /** As the page's configuration says it. */
  readonly command: readonly string[];
  readonly capabilities: lsp.ClientCapabilities;
  readonly initializationOptions?: object;
}

const quoted = (list = ""): string[] => [...list.matchAll(/"([^"]*)"/g)].map(([, text = ""]) => text);

const neovim: Editor = {
  command: quoted(/cmd = \{([^}]*)\}/.exec(page)?.[1]),
  capabilities: {
    general: { positionEncodings: ["utf-8", "utf-16", "utf-32"] },
    textDocument: {
      codeAction: { dataSupport: true, isPreferredSupport: true, resolveSupport: { properties: ["edit", "command"] } },
      completion: { completionItem: { snippetSupport: false, preselectSupport: false } },
      diagnostic: { dynamicRegistration: false },
      hover: { contentFormat: ["markdown", "plaintext"] },
      inlayHint: { dynamicRegistration: true, resolveSupport: { properties: ["textEdits", "tooltip", "location"] } },
      publishDiagnostics: { relatedInformation: true },
      rename: { prepareSupport: true },
    },
    workspace: {
      applyEdit: true,
      configuration: true,
      didChangeConfiguration: { dynamicRegistration: false },
      // On Linux it watches nothing.
      didChangeWatchedFiles: { dynamicRegistration: false },
      inlayHint: { refreshSupport: true },
      workspaceEdit: { resourceOperations: ["rename", "create", "delete"] },
      workspaceFolders: true,
    },
  },
};

const helix: Editor = {
  command: [.../^command = .*/m.exec(page)!, .../^args = .*/m.exec(page)!].flatMap(quoted),
  initializationOptions: JSON.parse(
    (/^config = (.*)$/m.exec(page)?.[1] ?? "{}").replaceAll(/([\w-]+) = /g, '"$1": '),
  ) as object,
  capabilities: {
    general: { positionEncodings: ["utf-8", "utf-32", "utf-16"] },
    textDocument: {
      codeAction: { dataSupport: true, isPreferredSupport: true, resolveSupport: { properties: ["edit", "command"] } },
      completion: { completionItem: { snippetSupport: true, insertReplaceSupport: true } },
      hover: { contentFormat: ["markdown"] },
      inlayHint: { dynamicRegistration: false },
      // It is told of diagnostics, and does not ask.
      publishDiagnostics: { versionSupport: true },
      rename: { dynamicRegistration: false, prepareSupport: true },
    },
    workspace: {
      applyEdit: true,
      configuration: true,
      didChangeConfiguration: { dynamicRegistration: false },
      didChangeWatchedFiles: { dynamicRegistration: true, relativePatternSupport: false },
      inlayHint: { refreshSupport: false },
      workspaceEdit: { documentChanges: true, resourceOperations: ["create", "rename", "delete"] },
      workspaceFolders: true,
    },
  },
};

/** A server in a process of its own, as an editor starts it, and what the editor remembers. */
class Session {
  private constructor(
    private readonly process: ChildProcess,
    private readonly connection: ProtocolConnection,
    private readonly folder: string,
    readonly server: lsp.InitializeResult,
    private readonly published: ReadonlyMap<string, readonly lsp.Diagnostic[]>,
    /** Whether it asks for diagnostics, or waits to be told. */
    private readonly asks: boolean,
  ) {}

  static async start({ command, capabilities, initializationOptions }: Editor, folder: string): Promise<Session> {
    const [program = "", ...args] = command;
    const env = { ...process.env, PATH: `${bin}${delimiter}${process.env["PATH"] ?? ""}` };
    const child = spawn(program, args, { cwd: folder, env, stdio: ["pipe", "pipe", "inherit"] });
    const connection = createProtocolConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    const published = new Map<string, readonly lsp.Diagnostic[]>();
    connection.onNotification("textDocument/publishDiagnostics", (params: lsp.PublishDiagnosticsParams) => {
      published.set(params.uri, params.diagnostics);
    });
    // What is not set is null in both editors.
    connection.onRequest("workspace/configuration", ({ items }: lsp.ConfigurationParams) => items.map(() => null));
    connection.onRequest("client/registerCapability", () => null);
    connection.onRequest("window/workDoneProgress/create", () => null);
    connection.listen();
    const rootUri = pathToFileURL(folder).href;
    const server = await connection.sendRequest<lsp.InitializeResult>("initialize", {
      processId: process.pid,
      rootUri,
      workspaceFolders: [{ uri: rootUri, name: folder }],
      capabilities,
      initializationOptions,
    });
    void connection.sendNotification("initialized", {});
    return new Session(
      child,
      connection,
      folder,
      server,
      published,
      capabilities.textDocument?.diagnostic !== undefined,
    );
  }

  uri(file: string): string {
    return pathToFileURL(join(this.folder, file)).href;
  }

  open(file: string): void {
    const text = readFileSync(join(this.folder, file), "utf8");
    this.notify("textDocument/didOpen", {
      textDocument: { uri: this.uri(file), languageId: "typescript", version: 1, text },
    });
  }

  ask<Result>(method: string, file: string, more: object = {}): Promise<Result> {
    return this.connection.sendRequest(`textDocument/${method}`, { textDocument: { uri: this.uri(file) }, ...more });
  }

  notify(method: string, params: object): void {
    void this.connection.sendNotification(method, params);
  }

  /** The diagnostics of a file, in the way in which the editor gets them. */
  async diagnostics(
    file: string,
    isComplete: (found: readonly lsp.Diagnostic[]) => boolean,
  ): Promise<readonly lsp.Diagnostic[]> {
    for (;;) {
      const found = await this.currentDiagnostics(file);
      if (found && isComplete(found)) return found;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  private async currentDiagnostics(file: string): Promise<readonly lsp.Diagnostic[] | undefined> {
    if (!this.asks) return this.published.get(this.uri(file));
    const report = await this.ask<lsp.DocumentDiagnosticReport>("diagnostic", file);
    return report.kind === "full" ? report.items : [];
  }

  async stop(): Promise<number | null> {
    const ended = new Promise<number | null>((resolve) => this.process.once("exit", resolve));
    await this.connection.sendRequest("shutdown");
    this.notify("exit", {});
    return ended;
  }
}

let bin: string;
beforeAll(async () => {
  bin = await buildCommand("editors");
});
afterAll(removeFolders);

const FILES = {
  "net.ts": `import { torch } from "shapewright/torch";
const größe = "😀"; const x = torch.zeros([2, 3]); const y = x.t();
console.log(größe, y.view(6));
`,
  "unfinished.ts": `import { torch } from "shapewright/torch";\nconst x = torch.zeros([2, 6]);\nx.view(\nexport class A {}\n`,
  "main.ts": `import { torch } from "shapewright/torch";\nimport { size } from "./size";\ntorch.zeros([6]).view(size);\n`,
  "size.ts": "export const size = 6;\n",
};
const whole = { start: { line: 0, character: 0 }, end: { line: 100, character: 0 } };
const some = (found: readonly lsp.Diagnostic[]) => found.length > 0;

describe.each([
  ["Neovim", neovim],
  ["Helix", helix],
])("%s", (_, editor) => {
  let session: Session;
  let folder: string;
  beforeAll(async () => {
    folder = folderWith(FILES);
    session = await Session.start(editor, folder);
    for (const file of ["net.ts", "unfinished.ts", "main.ts"]) session.open(file);
  });
  afterAll(async () => expect(await session.stop()).toBe(0));

  it("is started by the command of its configuration, and counts characters as the server does", () => {
    expect(editor.command).toEqual(["shapewright", "lsp", "--stdio"]);
    expect(session.server.capabilities.positionEncoding).toBe("utf-16");
  });

  it("shows problems where they are, behind letters that take several units", async () => {
    const [problem] = await session.diagnostics("net.ts", some);
    expect(problem).toMatchObject({ code: "view-not-contiguous", severity: 1, source: "shapewright" });
    expect(problem?.range).toEqual({ start: { line: 2, character: 19 }, end: { line: 2, character: 28 } });
  });

  it("hovers, in Markdown", async () => {
    const position = { line: 1, character: FILES["net.ts"].split("\n")[1]?.indexOf("y =") ?? 0 };
    const { contents } = await session.ask<lsp.Hover>("hover", "net.ts", { position });
    expect(contents).toMatchObject({ kind: "markdown", value: expect.stringContaining("Tensor [3, 2]") as string });
  });

  it("shows hints, as its configuration has them", async () => {
    const hints = await session.ask<lsp.InlayHint[]>("inlayHint", "net.ts", { range: whole });
    const labels = hints.map(({ label }) => (label as lsp.InlayHintLabelPart[]).map(({ value }) => value).join(""));
    expect(labels).toEqual([editor.initializationOptions ? ": [3, 2] float32" : ": [3, 2]"]);
  });

  it("repairs, with versions where it understands them", async () => {
    const diagnostics = await session.diagnostics("net.ts", some);
    const [first] = await session.ask<lsp.CodeAction[]>("codeAction", "net.ts", {
      range: diagnostics[0]?.range,
      context: { diagnostics, triggerKind: 1 },
    });
    expect(first).toMatchObject({ title: "Use reshape", kind: "quickfix", isPreferred: true });
    const { documentChanges } = editor.capabilities.workspace?.workspaceEdit ?? {};
    expect(Object.keys(first?.edit ?? {})).toEqual([documentChanges ? "documentChanges" : "changes"]);
  });

  it("completes without snippets, and is given no command that it does not have", async () => {
    const position = { line: 2, character: 7 };
    const items = await session.ask<lsp.CompletionItem[]>("completion", "unfinished.ts", { position });
    expect(items.length).toBeGreaterThan(0);
    for (const { insertTextFormat = 1 } of items) expect(insertTextFormat).toBe(1);
    const lenses = await session.ask<lsp.CodeLens[]>("codeLens", "net.ts");
    for (const { command } of lenses) expect(command?.command).toBe("");
  });

  it("hears of a file that was changed elsewhere: it watches, or it has saved another one", async () => {
    await session.diagnostics("main.ts", (found) => found.length === 0);
    writeFileSync(join(folder, "size.ts"), "export const size = 7;\n");
    if (editor.capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration) {
      session.notify("workspace/didChangeWatchedFiles", { changes: [{ uri: session.uri("size.ts"), type: 2 }] });
    } else {
      session.notify("textDocument/didSave", { textDocument: { uri: session.uri("main.ts") } });
    }
    const [problem] = await session.diagnostics("main.ts", some);
    expect(problem?.code).toBe("reshape-size");
  });
});
