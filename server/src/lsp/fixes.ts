import type * as lsp from "vscode-languageserver/node";
import { CodeActionKind } from "vscode-languageserver/node";
import type { VisibleDiagnostic } from "../ide/diagnostics";
import { SOURCE } from "./convert";
import type { Session } from "./session";
import { nextTurn } from "./timing";

/** The quick fixes of the diagnostics that a client asks about: those that work, the likeliest first. */
export async function quickFixes(
  session: Session,
  file: string,
  asked: readonly lsp.Diagnostic[],
  token: lsp.CancellationToken,
): Promise<lsp.CodeAction[]> {
  const found = await session.analysisOf(file);
  if (!found) return [];
  const verifier = session.verifierOf(found);
  const actions: lsp.CodeAction[] = [];
  for (const diagnostic of await session.diagnosticsOf(file, found)) {
    const shown = asked.find((each) => isSame(session, each, diagnostic));
    if (!shown) continue;
    for (const fix of diagnostic.fixes) {
      await nextTurn();
      if (token.isCancellationRequested) return [];
      verifier.works(diagnostic, fix);
    }
    actions.push(
      ...verifier.fixesOf(diagnostic).map(({ title, preferred, edits }) => ({
        title,
        kind: CodeActionKind.QuickFix,
        isPreferred: preferred,
        diagnostics: [shown],
        edit: session.convert.workspaceEdit(edits, session.capabilities),
      })),
    );
  }
  return actions;
}

/** Whether a diagnostic that the client shows is this one. A client may have kept it over an edit that changed its words. */
function isSame({ convert }: Session, shown: lsp.Diagnostic, { code, span }: VisibleDiagnostic): boolean {
  if (shown.source !== SOURCE || shown.code !== code) return false;
  return JSON.stringify(shown.range) === JSON.stringify(convert.range(span));
}
