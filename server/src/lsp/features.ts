import type * as lsp from "vscode-languageserver/node";
import { CodeActionKind, DocumentDiagnosticReportKind, MarkupKind } from "vscode-languageserver/node";
import { hoverAt } from "../ide/hover";
import { inlayHints } from "../ide/inlay-hints";
import { quickFixes } from "./fixes";
import type { Session } from "./session";
import type { Quiet } from "./timing";

/** Answers the client's requests. Diagnostics wait for a pause in typing, since half a word is full of mistakes. */
export function registerFeatures(session: Session, typing: Quiet): void {
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
  connection.onCodeAction((params, token) =>
    session.answer("code actions", token, [], () => codeActions(session, params, token)),
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
  const found = await session.analysisOf(file);
  if (found && found.id === previousResultId) {
    return { kind: DocumentDiagnosticReportKind.Unchanged, resultId: found.id };
  }
  const items = session.diagnosticsOf(file, found).map((each) => session.convert.diagnostic(each));
  return found ? { ...fullReport(items), resultId: found.id } : fullReport(items);
}

function fullReport(items: lsp.Diagnostic[]): lsp.FullDocumentDiagnosticReport {
  return { kind: DocumentDiagnosticReportKind.Full, items };
}

async function codeActions(
  session: Session,
  { context, textDocument }: lsp.CodeActionParams,
  token: lsp.CancellationToken,
): Promise<lsp.CodeAction[]> {
  if (context.only && !context.only.some((kind) => includesKind(kind, CodeActionKind.QuickFix))) return [];
  return quickFixes(session, session.documents.path(textDocument.uri), context.diagnostics, token);
}

function includesKind(outer: string, inner: string): boolean {
  return outer === "" || inner === outer || inner.startsWith(`${outer}.`);
}
