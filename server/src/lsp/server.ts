import type { Connection, InitializeParams, InitializeResult } from "vscode-languageserver/node";
import {
  CodeActionKind,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  PositionEncodingKind,
  TextDocumentSyncKind,
} from "vscode-languageserver/node";
import { URI } from "vscode-uri";
import { version } from "../../../package.json";
import { normalizePath, type FileSystem } from "../compiler";
import { speak } from "../text/translate";
import { registerCheckRequests } from "./check-requests";
import { FIX_ALL, FIX_WORKSPACE, registerEditing } from "./editing";
import { registerFeatures } from "./features";
import { registerGraph } from "./graph";
import { registerOutline } from "./outline";
import { registerReproduction } from "./reproduction";
import { registerRequests } from "./requests";
import { Session } from "./session";
import { readSettings, type Settings } from "./settings";
import { registerTimeline } from "./timeline";
import { Debounced, Quiet } from "./timing";
import { WorkspaceDiagnostics } from "./workspace-diagnostics";

const TYPING_PAUSE_MS = 150;
const REFRESH_PAUSE_MS = 300;
/** Whatever is analysed, or configures how imports are resolved. */
const WATCHED_FILES = "**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs,json}";

/** Serves the language server protocol over a connection until the client ends it. */
export function startServer(connection: Connection, fileSystem: FileSystem): void {
  const typing = new Quiet(TYPING_PAUSE_MS);
  const session = new Session(connection, fileSystem, (file, isOpen) => {
    typing.disturb();
    updates.documentChanged(file, isOpen);
    workspaceDiagnostics.changed(file);
  });
  const updates = new Updates(session);
  const workspaceDiagnostics = new WorkspaceDiagnostics(session, typing);
  registerFeatures(session, typing, workspaceDiagnostics);
  registerEditing(session);
  registerOutline(session);
  registerRequests(session);
  registerReproduction(session);
  registerCheckRequests(session);
  registerGraph(session);
  registerTimeline(session);

  connection.onInitialize((params) => initialize(session, params));
  connection.onInitialized(() => {
    registerDynamically(session);
    if (session.capabilities.workspace?.workspaceFolders) {
      connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        const gone = new Set(removed.map(({ uri }) => session.documents.path(uri)));
        const kept = session.folders.filter((folder) => !gone.has(folder));
        session.folders = [...kept, ...added.map(({ uri }) => session.documents.path(uri))];
        workspaceDiagnostics.changed();
      });
    }
    session.settings = fetchSettings(session, undefined);
  });
  connection.onDidChangeConfiguration(({ settings }) => {
    session.settings = fetchSettings(session, settings);
    session.settingsChanged();
    updates.everythingChanged();
    workspaceDiagnostics.changed();
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    session.project.filesChanged(changes.map(({ uri }) => session.documents.path(uri)));
    updates.everythingChanged();
    workspaceDiagnostics.changed();
  });
  session.documents.all.onDidSave(() => {
    // Who does not tell of files that change has at least saved one now, and may have changed others elsewhere.
    if (session.capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration) return;
    session.project.diskChanged();
    updates.everythingChanged();
    workspaceDiagnostics.changed();
  });
  connection.onShutdown(() => updates.stop());
  connection.listen();
}

function initialize(session: Session, params: InitializeParams): InitializeResult {
  const { capabilities, initializationOptions, locale } = params;
  speak(locale);
  session.capabilities = capabilities;
  session.folders = folderPaths(params);
  session.clientCommands = clientCommands(initializationOptions);
  session.settings = Promise.resolve(readSettings(ownSection(initializationOptions)));
  return {
    serverInfo: { name: "Shapewright", version },
    capabilities: {
      // The one that every client has to understand.
      positionEncoding: PositionEncodingKind.UTF16,
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
      hoverProvider: true,
      inlayHintProvider: true,
      completionProvider: { triggerCharacters: ["(", "[", ",", " "] },
      signatureHelpProvider: { triggerCharacters: ["(", ","] },
      codeActionProvider: {
        codeActionKinds: [
          CodeActionKind.QuickFix,
          CodeActionKind.RefactorRewrite,
          CodeActionKind.RefactorExtract,
          FIX_ALL,
        ],
      },
      codeLensProvider: {},
      documentSymbolProvider: { label: "Shapewright" },
      definitionProvider: true,
      referencesProvider: true,
      renameProvider: { prepareProvider: true },
      executeCommandProvider: { commands: [FIX_WORKSPACE] },
      diagnosticProvider: { identifier: "shapewright", interFileDependencies: true, workspaceDiagnostics: true },
    },
  };
}

function folderPaths({ workspaceFolders, rootUri }: InitializeParams): string[] {
  const uris = workspaceFolders?.map(({ uri }) => uri) ?? (rootUri ? [rootUri] : []);
  return uris.map((uri) => normalizePath(URI.parse(uri).fsPath));
}

/** The commands of its own that a client can run when a lens is clicked. */
function clientCommands(options: unknown): ReadonlySet<string> {
  const commands = typeof options === "object" && options !== null && "commands" in options ? options.commands : [];
  return new Set(Array.isArray(commands) ? commands.filter((command) => typeof command === "string") : []);
}

function registerDynamically({ connection, capabilities }: Session): void {
  const { workspace } = capabilities;
  if (workspace?.didChangeConfiguration?.dynamicRegistration) {
    void connection.client.register(DidChangeConfigurationNotification.type, { section: "shapewright" });
  }
  if (workspace?.didChangeWatchedFiles?.dynamicRegistration) {
    void connection.client.register(DidChangeWatchedFilesNotification.type, {
      watchers: [{ globPattern: WATCHED_FILES }],
    });
  }
}

/** Asks for the settings, or takes them from the notification of a client that can't be asked. */
async function fetchSettings(session: Session, sent: unknown): Promise<Settings> {
  const { connection, capabilities, settings } = session;
  if (!capabilities.workspace?.configuration) return sent === undefined ? settings : readSettings(ownSection(sent));
  try {
    const answer: unknown = await connection.workspace.getConfiguration("shapewright");
    // Some clients that can be asked know nothing of settings but what they gave when they started.
    return answer === null || answer === undefined ? settings : readSettings(answer);
  } catch (error) {
    session.log("asking for the settings", error);
    return settings;
  }
}

function ownSection(settings: unknown): unknown {
  return typeof settings === "object" && settings !== null && "shapewright" in settings
    ? settings.shapewright
    : settings;
}

/** Brings what the client shows up to date when something other than the text in question has changed. */
class Updates {
  private readonly publication = new Debounced(TYPING_PAUSE_MS, () => void this.publish());
  private readonly refreshment = new Debounced(REFRESH_PAUSE_MS, () => this.refresh());

  constructor(private readonly session: Session) {}

  documentChanged(file: string, isOpen: boolean): void {
    const { connection, documents, project } = this.session;
    if (this.pullsDiagnostics) {
      // The client asks again for the document itself, but does not know who depends on it.
      if (project.hasOpenDependents(file)) this.refreshment.schedule();
      return;
    }
    if (!isOpen) void connection.sendDiagnostics({ uri: documents.uri(file), diagnostics: [] });
    this.publication.schedule();
    if (project.hasOpenDependents(file)) this.refreshment.schedule();
  }

  everythingChanged(): void {
    this.refreshment.schedule();
    if (!this.pullsDiagnostics) this.publication.schedule();
  }

  stop(): void {
    this.publication.cancel();
    this.refreshment.cancel();
  }

  private get pullsDiagnostics(): boolean {
    return this.session.capabilities.textDocument?.diagnostic !== undefined;
  }

  /** For clients that do not ask for diagnostics. */
  private async publish(): Promise<void> {
    const { connection, convert, documents } = this.session;
    for (const document of documents.all.all()) {
      const file = documents.path(document.uri);
      const found = await this.session.diagnosticsOf(file, await this.session.analysisOf(file));
      await connection.sendDiagnostics({
        uri: document.uri,
        version: document.version,
        diagnostics: found.map((each) => convert.diagnostic(each)),
      });
    }
  }

  private refresh(): void {
    const { connection, capabilities } = this.session;
    const { workspace } = capabilities;
    if (workspace?.diagnostics?.refreshSupport) void connection.languages.diagnostics.refresh();
    if (workspace?.inlayHint?.refreshSupport) void connection.languages.inlayHint.refresh();
  }
}
