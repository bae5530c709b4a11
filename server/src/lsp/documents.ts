import { TextDocument } from "vscode-languageserver-textdocument";
import type { Connection } from "vscode-languageserver/node";
import { TextDocuments } from "vscode-languageserver/node";
import { URI } from "vscode-uri";
import { isSourceFile, normalizePath } from "../compiler";

/** The open documents, and how the files of the analysis and the documents of the protocol are called by each other. */
export class OpenDocuments {
  readonly all = new TextDocuments(TextDocument);
  private readonly uris = new Map<string, string>();

  constructor(
    connection: Connection,
    private readonly changed: (path: string, text: string | undefined) => void,
  ) {
    this.all.onDidChangeContent(({ document }) => {
      const path = this.path(document.uri);
      this.uris.set(path, document.uri);
      this.changed(path, document.getText());
    });
    this.all.onDidClose(({ document }) => {
      const path = pathOf(document);
      this.changed(path, undefined);
      this.uris.delete(path);
    });
    this.all.listen(connection);
  }

  get paths(): string[] {
    return this.all.all().map(pathOf);
  }

  isOpen(path: string): boolean {
    return this.uris.has(path);
  }

  /** The file that a document is in the analysis. */
  path(uri: string): string {
    const document = this.all.get(uri);
    return document ? pathOf(document) : normalizePath(URI.parse(uri).fsPath);
  }

  uri(path: string): string {
    return this.uris.get(path) ?? URI.file(path).toString();
  }

  /** The version of the document as it is open now; `null` for a file that is not open. */
  version(path: string): number | null {
    const uri = this.uris.get(path);
    return (uri === undefined ? undefined : this.all.get(uri)?.version) ?? null;
  }
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  typescript: "ts",
  typescriptreact: "tsx",
  javascript: "js",
  javascriptreact: "jsx",
};

/** A document that is no file on the disk gets a path that no file has; where its name has no ending, that of its language. */
function pathOf({ uri, languageId }: TextDocument): string {
  const parsed = URI.parse(uri);
  if (parsed.scheme === "file") return normalizePath(parsed.fsPath);
  const path = `/${parsed.scheme}:/${parsed.path.replace(/^\/+/, "")}`;
  return isSourceFile(path) ? normalizePath(path) : `${path}.${EXTENSIONS[languageId] ?? "ts"}`;
}
