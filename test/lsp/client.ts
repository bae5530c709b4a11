import { PassThrough } from "node:stream";
import type * as lsp from "vscode-languageserver/node";
import {
  createConnection,
  createProtocolConnection,
  ProposedFeatures,
  StreamMessageReader,
  StreamMessageWriter,
  type ProtocolConnection,
} from "vscode-languageserver/node";
import { MemoryFileSystem } from "../../server/src/compiler";
import { startServer } from "../../server/src/lsp/server";

/** What an editor such as VS Code can do, as far as the server asks. */
const CAPABILITIES: lsp.ClientCapabilities = {
  textDocument: {
    hover: { contentFormat: ["markdown", "plaintext"] },
    diagnostic: { relatedDocumentSupport: true },
    publishDiagnostics: { relatedInformation: true, dataSupport: true },
    codeAction: { dataSupport: true },
  },
  workspace: {
    configuration: true,
    didChangeConfiguration: { dynamicRegistration: true },
    didChangeWatchedFiles: { dynamicRegistration: true },
    workspaceEdit: { documentChanges: true },
    diagnostics: { refreshSupport: true },
    inlayHint: { refreshSupport: true },
  },
};

export interface ClientOptions {
  readonly capabilities?: lsp.ClientCapabilities;
  /** What the user has set for `shapewright`. */
  readonly settings?: unknown;
  readonly locale?: string;
  /** The folders that are open; everything when none is given. */
  readonly folders?: readonly string[];
}

/** An editor's side of a server that runs in this process, with the real protocol on two streams between them. */
export class Client {
  readonly disk: MemoryFileSystem;
  readonly published = new Map<string, lsp.Diagnostic[]>();
  readonly registrations: string[] = [];
  readonly log: string[] = [];
  readonly appliedEdits: lsp.WorkspaceEdit[] = [];
  refreshes = 0;
  settings: unknown;
  private readonly connection: ProtocolConnection;
  private readonly versions = new Map<string, number>();

  private constructor(files: Readonly<Record<string, string>>, settings: unknown) {
    this.disk = new MemoryFileSystem(files);
    this.settings = settings;
    const toServer = new PassThrough();
    const toClient = new PassThrough();
    const server = createConnection(
      ProposedFeatures.all,
      new StreamMessageReader(toServer),
      new StreamMessageWriter(toClient),
    );
    startServer(server, this.disk);
    this.connection = createProtocolConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
    this.answerServer();
    this.connection.listen();
  }

  /** A client after the handshake. `files` are on the disk, by path; nothing is open. */
  static async start(
    files: Readonly<Record<string, string>>,
    { capabilities = CAPABILITIES, settings = {}, locale, folders }: ClientOptions = {},
  ): Promise<Client> {
    const client = new Client(files, settings);
    await client.request("initialize", {
      processId: null,
      rootUri: "file:///",
      ...(folders ? { workspaceFolders: folders.map((path) => ({ uri: uriOf(path), name: path })) } : {}),
      capabilities,
      initializationOptions: { commands: ["shapewright.train", "shapewright.showSummary"] },
      ...(locale === undefined ? {} : { locale }),
    });
    client.notify("initialized", {});
    return client;
  }

  async stop(): Promise<void> {
    await this.request("shutdown", undefined);
    this.connection.dispose();
  }

  open(path: string, text = this.disk.readFile(path) ?? "", languageId = "typescript"): void {
    this.versions.set(path, 1);
    this.notify("textDocument/didOpen", { textDocument: { uri: uriOf(path), languageId, version: 1, text } });
  }

  /** Replaces a range, or without one the whole text. */
  change(path: string, text: string, range?: lsp.Range): void {
    const version = (this.versions.get(path) ?? 0) + 1;
    this.versions.set(path, version);
    this.notify("textDocument/didChange", {
      textDocument: { uri: uriOf(path), version },
      contentChanges: [range ? { range, text } : { text }],
    });
  }

  close(path: string): void {
    this.notify("textDocument/didClose", { textDocument: { uri: uriOf(path) } });
  }

  /** Writes a file on the disk, as another program would. */
  write(path: string, text: string): void {
    this.disk.write(path, text);
    this.notify("workspace/didChangeWatchedFiles", { changes: [{ uri: uriOf(path), type: 2 }] });
  }

  configure(settings: unknown): void {
    this.settings = settings;
    this.notify("workspace/didChangeConfiguration", { settings: { shapewright: settings } });
  }

  hover(path: string, position: lsp.Position): Promise<lsp.Hover | null> {
    return this.request("textDocument/hover", { textDocument: { uri: uriOf(path) }, position });
  }

  inlayHints(path: string, range: lsp.Range = WHOLE): Promise<lsp.InlayHint[]> {
    return this.request("textDocument/inlayHint", { textDocument: { uri: uriOf(path) }, range });
  }

  pull(path: string, previousResultId?: string): Promise<lsp.DocumentDiagnosticReport> {
    return this.request("textDocument/diagnostic", {
      textDocument: { uri: uriOf(path) },
      ...(previousResultId === undefined ? {} : { previousResultId }),
    });
  }

  async diagnostics(path: string): Promise<lsp.Diagnostic[]> {
    const report = await this.pull(path);
    return report.kind === "full" ? report.items : [];
  }

  completion(path: string, position: lsp.Position): Promise<lsp.CompletionItem[] | null> {
    return this.request("textDocument/completion", { textDocument: { uri: uriOf(path) }, position });
  }

  signatureHelp(path: string, position: lsp.Position): Promise<lsp.SignatureHelp | null> {
    return this.request("textDocument/signatureHelp", { textDocument: { uri: uriOf(path) }, position });
  }

  /** Asks about a place: `definition`, `references`, `prepareRename`. */
  at<Result>(method: string, path: string, position: lsp.Position, more: object = {}): Promise<Result> {
    return this.request(`textDocument/${method}`, { textDocument: { uri: uriOf(path) }, position, ...more });
  }

  /** The refactorings for a selection, as text to text. */
  refactorings(path: string, range: lsp.Range): Promise<lsp.CodeAction[]> {
    return this.request("textDocument/codeAction", {
      textDocument: { uri: uriOf(path) },
      range,
      context: { diagnostics: [], only: ["refactor"] },
    });
  }

  codeActions(path: string, diagnostics: lsp.Diagnostic[], only?: string[]): Promise<lsp.CodeAction[]> {
    return this.request("textDocument/codeAction", {
      textDocument: { uri: uriOf(path) },
      range: diagnostics[0]?.range ?? WHOLE,
      context: { diagnostics, ...(only ? { only } : {}) },
    });
  }

  request<Result>(method: string, params: unknown, token?: lsp.CancellationToken): Promise<Result> {
    return token
      ? this.connection.sendRequest<Result>(method, params, token)
      : this.connection.sendRequest<Result>(method, params);
  }

  notify(method: string, params: unknown): void {
    void this.connection.sendNotification(method, params);
  }

  private answerServer(): void {
    const { connection } = this;
    connection.onRequest("workspace/configuration", () => [this.settings]);
    connection.onRequest("client/registerCapability", ({ registrations }: lsp.RegistrationParams) => {
      this.registrations.push(...registrations.map(({ method }) => method));
    });
    connection.onRequest("window/workDoneProgress/create", () => null);
    connection.onRequest("workspace/applyEdit", ({ edit }: lsp.ApplyWorkspaceEditParams) => {
      this.appliedEdits.push(edit);
      return { applied: true };
    });
    for (const feature of ["diagnostic", "inlayHint"]) {
      connection.onRequest(`workspace/${feature}/refresh`, () => {
        this.refreshes++;
      });
    }
    connection.onNotification("textDocument/publishDiagnostics", (params: lsp.PublishDiagnosticsParams) => {
      this.published.set(params.uri, params.diagnostics);
    });
    connection.onNotification("window/logMessage", ({ message }: lsp.LogMessageParams) => {
      this.log.push(message);
    });
  }
}

const WHOLE: lsp.Range = { start: { line: 0, character: 0 }, end: { line: 100_000, character: 0 } };

export function uriOf(path: string): string {
  return path.includes(":") ? path : `file://${path}`;
}
