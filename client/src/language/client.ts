import * as vscode from "vscode";
import {
  LanguageClient,
  TransportKind,
  type LanguageClientOptions,
  type ServerOptions,
} from "vscode-languageclient/node";

/** The languages that are traced. Cells of notebooks and former texts of files (`git:`) have no program around them. */
const LANGUAGES = ["typescript", "typescriptreact", "javascript", "javascriptreact"];

/** A folder of another file system (`vscode-vfs:`) is traced as far as its documents are open: the server can't read the others. */
function schemes(): string[] {
  const folders = vscode.workspace.workspaceFolders ?? [];
  return [...new Set(["file", "untitled", ...folders.map(({ uri }) => uri.scheme)])];
}

/** The id is also the section of the settings: `shapewright.trace.server` is read by the library itself. */
const ID = "shapewright";

/** The client of the language server, which runs as a process of its own and says what it does in its output channel. */
export function createLanguageClient(extension: vscode.Uri): LanguageClient {
  const module = vscode.Uri.joinPath(extension, "dist", "server.js").fsPath;
  const server: ServerOptions = {
    run: { module, transport: TransportKind.ipc },
    debug: { module, transport: TransportKind.ipc, options: { execArgv: ["--enable-source-maps", "--inspect=6019"] } },
  };
  const options: LanguageClientOptions = {
    documentSelector: LANGUAGES.flatMap((language) => schemes().map((scheme) => ({ language, scheme }))),
    outputChannelName: "Shapewright",
    // What the server may put behind a lens.
    initializationOptions: {
      commands: ["shapewright.train", "shapewright.checkBatch", "shapewright.showSummary", "shapewright.showGraph"],
    },
    middleware: {
      // Commands of the extension take the editor's own kind of address.
      async provideCodeLenses(document, token, next) {
        const lenses = await next(document, token);
        for (const { command } of lenses ?? []) {
          const [uri, ...rest] = (command?.arguments ?? []) as unknown[];
          if (command && typeof uri === "string") command.arguments = [vscode.Uri.parse(uri), ...rest];
        }
        return lenses;
      },
    },
    // Left to itself the library asks for diagnostics only when a document is opened.
    diagnosticPullOptions: { onChange: true, onSave: true, onFocus: true },
  };
  return new LanguageClient(ID, "Shapewright", server, options);
}
