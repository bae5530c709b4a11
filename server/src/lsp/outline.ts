import type * as lsp from "vscode-languageserver/node";
import { ErrorCodes, ResponseError, SymbolKind } from "vscode-languageserver/node";
import { lensesOf, type Lens } from "../ide/lenses";
import { definitionOf, namedSizeAt, usesOfName, type NamedSize } from "../ide/named-sizes";
import { layerSymbols, type LayerSymbol } from "../ide/symbols";
import { t } from "../text/translate";
import type { Session } from "./session";

/** Answers requests about what a file is made of: its models and layers, and the sizes that its annotations name. */
export function registerOutline(session: Session): void {
  const { connection } = session;
  connection.onDocumentSymbol(({ textDocument }, token) =>
    session.answer("symbols", token, [], () => symbols(session, textDocument.uri)),
  );
  connection.onCodeLens(({ textDocument }, token) =>
    session.answer("lenses", token, [], () => lenses(session, textDocument.uri)),
  );
  connection.onDefinition((params, token) =>
    session.answer("definitions", token, null, async () => {
      const at = await namedSize(session, params);
      return at && session.convert.location(definitionOf(at.found, at.size, at.text).span);
    }),
  );
  connection.onReferences((params, token) =>
    session.answer("references", token, [], async () => {
      const at = await namedSize(session, params);
      return at ? usesOfName(at.found, at.size, at.text).map(({ span }) => session.convert.location(span)) : [];
    }),
  );
  connection.onPrepareRename((params, token) =>
    session.answer("renaming", token, null, async () => {
      const at = await namedSize(session, params);
      return at && { range: session.convert.range(at.size.span), placeholder: at.size.name };
    }),
  );
  connection.onRenameRequest((params, token) => {
    if (!/^[A-Za-z_$][\w$]*$/.test(params.newName)) {
      throw new ResponseError(
        ErrorCodes.InvalidParams,
        t`${params.newName} is no name for a size: use letters and digits.`,
      );
    }
    return session.answer("renaming", token, null, () => rename(session, params));
  });
}

async function symbols(session: Session, uri: string): Promise<lsp.DocumentSymbol[]> {
  const file = session.documents.path(uri);
  const found = await session.analysisOf(file);
  const convert = ({ name, detail, kind, span, nameSpan, children }: LayerSymbol): lsp.DocumentSymbol => ({
    name,
    detail,
    kind: kind === "model" ? SymbolKind.Class : SymbolKind.Field,
    range: session.convert.range(span),
    selectionRange: session.convert.range(nameSpan),
    children: children.map(convert),
  });
  return found ? layerSymbols(found.analysis, file, session.project).map(convert) : [];
}

/** The commands that lenses call, which a client says that it has. */
const COMMANDS: Readonly<Record<NonNullable<Lens["action"]>, string>> = {
  train: "shapewright.train",
  check: "shapewright.checkBatch",
  summary: "shapewright.showSummary",
  graph: "shapewright.showGraph",
};

async function lenses(session: Session, uri: string): Promise<lsp.CodeLens[]> {
  const file = session.documents.path(uri);
  const [found, { codeLens }] = [await session.analysisOf(file), await session.settings];
  if (!found) return [];
  return lensesOf(found.analysis, file, codeLens).flatMap(({ span, title, action, model }) => {
    const command = action && COMMANDS[action];
    const isKnown = command !== undefined && session.clientCommands.has(command);
    // A client without the command can still show what the lens says, unless it is there for the command alone.
    if (!isKnown && action !== undefined && action !== "summary") return [];
    const args = [uri, ...(model === undefined ? [] : [model])];
    return [
      {
        range: session.convert.range(span),
        command: isKnown ? { title, command, arguments: args } : { title, command: "" },
      },
    ];
  });
}

interface NamedSizeAt {
  readonly found: Parameters<typeof namedSizeAt>[0];
  readonly size: NamedSize;
  readonly text: string;
}

async function namedSize(
  session: Session,
  { textDocument, position }: lsp.TextDocumentPositionParams,
): Promise<NamedSizeAt | null> {
  const file = session.documents.path(textDocument.uri);
  const found = (await session.analysisOf(file))?.analysis.files.get(file);
  if (!found) return null;
  const text = session.project.text(file);
  const size = namedSizeAt(found, session.project.lines(file).offset(position), text);
  return size ? { found, size, text } : null;
}

async function rename(session: Session, params: lsp.RenameParams): Promise<lsp.WorkspaceEdit | null> {
  const at = await namedSize(session, params);
  if (!at) return null;
  const edits = usesOfName(at.found, at.size, at.text).map(({ span }) => ({ span, newText: params.newName }));
  return session.convert.workspaceEdit(edits, session.capabilities);
}
