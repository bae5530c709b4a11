import type * as lsp from "vscode-languageserver/node";
import { CompletionItemKind, DocumentDiagnosticReportKind, MarkupKind } from "vscode-languageserver/node";
import { completionsAt, mayComplete } from "../ide/completion";
import { hoverAt } from "../ide/hover";
import { inlayHints } from "../ide/inlay-hints";
import { signatureAt } from "../ide/signature";
import { mayBeInSizes } from "../ide/sizes-at";
import type { Session } from "./session";
import type { Quiet } from "./timing";
import type { WorkspaceDiagnostics } from "./workspace-diagnostics";

/** Answers the client's requests. Diagnostics wait for a pause in typing, since half a word is full of mistakes. */
export function registerFeatures(session: Session, typing: Quiet, workspaceDiagnostics: WorkspaceDiagnostics): void {
  const { connection } = session;
  connection.onHover((params, token) => session.answer("hover", token, null, () => hover(session, params)));
  connection.languages.inlayHint.on((params, token) =>
    session.answer("inlay hints", token, [], () => hints(session, params)),
  );
  connection.languages.diagnostics.on((params, token) =>
    session.answer("diagnostics", token, fullReport([]), async () => {
      await typing.reached();
      return token.isCancellationRequested ? fullReport([]) : diagnosticReport(session, params);
    }),
  );
  connection.languages.diagnostics.onWorkspace((_params, token) =>
    session.answer("workspace diagnostics", token, { items: [] }, () => workspaceDiagnostics.report(token)),
  );
  connection.onCompletion((params, token) =>
    session.answer("completion", token, null, () => completion(session, params)),
  );
  connection.onSignatureHelp((params, token) =>
    session.answer("signature help", token, null, () => signatureHelp(session, params)),
  );
}

async function hover(session: Session, { textDocument, position }: lsp.HoverParams): Promise<lsp.Hover | null> {
  const file = session.documents.path(textDocument.uri);
  const found = await session.analysisOf(file);
  const offset = session.project.lines(file).offset(position);
  const { hover: options } = await session.settings;
  const shown = found && hoverAt(found.analysis, file, offset, session.project, options);
  if (!shown) return null;
  const formats = session.capabilities.textDocument?.hover?.contentFormat ?? [];
  return session.convert.hover(
    shown,
    formats.includes(MarkupKind.Markdown) ? MarkupKind.Markdown : MarkupKind.PlainText,
  );
}

async function hints(session: Session, { textDocument, range }: lsp.InlayHintParams): Promise<lsp.InlayHint[]> {
  const { inlayHints: settings } = await session.settings;
  const file = session.documents.path(textDocument.uri);
  const found = settings.enabled ? await session.analysisOf(file) : undefined;
  if (!found) return [];
  const lines = session.project.lines(file);
  const offsets = { start: lines.offset(range.start), end: lines.offset(range.end) };
  return inlayHints(found.analysis, file, offsets, session.project, settings).map((each) =>
    session.convert.inlayHint(file, each),
  );
}

async function diagnosticReport(
  session: Session,
  { textDocument, previousResultId }: lsp.DocumentDiagnosticParams,
): Promise<lsp.DocumentDiagnosticReport> {
  const file = session.documents.path(textDocument.uri);
  // Of a document that was closed, clients ask once more.
  if (!session.documents.isOpen(file)) return fullReport([]);
  const found = await session.analysisOf(file);
  const resultId = found && session.resultId(found);
  if (resultId !== undefined && resultId === previousResultId) {
    return { kind: DocumentDiagnosticReportKind.Unchanged, resultId };
  }
  const items = (await session.diagnosticsOf(file, found)).map((each) => session.convert.diagnostic(each));
  return resultId === undefined ? fullReport(items) : { ...fullReport(items), resultId };
}

function fullReport(items: lsp.Diagnostic[]): lsp.FullDocumentDiagnosticReport {
  return { kind: DocumentDiagnosticReportKind.Full, items };
}

/** The text before a position, and whatever else completion and signature help ask with. */
function textBefore(session: Session, { textDocument, position }: lsp.TextDocumentPositionParams) {
  const file = session.documents.path(textDocument.uri);
  const text = session.project.text(file);
  const offset = session.project.lines(file).offset(position);
  return { file, text, offset, before: text.slice(0, offset) };
}

async function completion(session: Session, params: lsp.CompletionParams): Promise<lsp.CompletionItem[] | null> {
  const { file, text, offset, before } = textBefore(session, params);
  if (!mayComplete(before)) return null;
  const found = await session.analysisOf(file);
  if (!found) return null;
  return completionsAt(found.analysis, file, offset, text).map(
    ({ text: insertText, detail, documentation }, index) => ({
      label: insertText,
      labelDetails: { description: detail },
      detail: documentation === undefined ? detail : `${detail} (${documentation})`,
      kind: CompletionItemKind.Value,
      insertText,
      // In this order, and before what other completions there are.
      sortText: ` ${String(index).padStart(3, "0")}`,
      preselect: index === 0,
    }),
  );
}

async function signatureHelp(session: Session, params: lsp.SignatureHelpParams): Promise<lsp.SignatureHelp | null> {
  const { file, text, offset, before } = textBefore(session, params);
  if (!mayBeInSizes(before)) return null;
  const found = await session.analysisOf(file);
  const signature = found && signatureAt(found.analysis, file, offset, text);
  if (!signature) return null;
  const { label, parameters, active, documentation } = signature;
  return {
    signatures: [{ label, documentation, parameters: parameters.map((name) => ({ label: name })) }],
    activeSignature: 0,
    activeParameter: active,
  };
}
