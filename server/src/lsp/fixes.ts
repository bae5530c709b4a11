import type * as lsp from "vscode-languageserver/node";
import { CodeActionKind } from "vscode-languageserver/node";

/** What travels with a diagnostic to the client and back, so that its fixes need no second analysis. */
export interface FixData {
  readonly fixes: readonly {
    readonly title: string;
    readonly preferred: boolean;
    readonly edits: readonly {
      readonly uri: string;
      /** Of the document that the range is counted in; `null` when it was not open. */
      readonly version: number | null;
      readonly range: lsp.Range;
      readonly newText: string;
    }[];
  }[];
}

/** The quick fixes of diagnostics that carry them. */
export function quickFixes(
  diagnostics: readonly lsp.Diagnostic[],
  capabilities: lsp.ClientCapabilities,
): lsp.CodeAction[] {
  return diagnostics.flatMap((diagnostic) =>
    fixesOf(diagnostic).map(({ title, preferred, edits }) => ({
      title,
      kind: CodeActionKind.QuickFix,
      isPreferred: preferred,
      diagnostics: [diagnostic],
      edit: workspaceEdit(edits, capabilities),
    })),
  );
}

function fixesOf({ data }: lsp.Diagnostic): FixData["fixes"] {
  return isFixData(data) ? data.fixes : [];
}

/** Data comes back from the client, which may have mixed up whose it is. */
function isFixData(data: unknown): data is FixData {
  return typeof data === "object" && data !== null && "fixes" in data && Array.isArray(data.fixes);
}

type FixEdits = FixData["fixes"][number]["edits"];

/** With versions where the client understands them: then it refuses an edit that was made for an older text. */
function workspaceEdit(edits: FixEdits, capabilities: lsp.ClientCapabilities): lsp.WorkspaceEdit {
  const byDocument = new Map<string, { version: number | null; edits: lsp.TextEdit[] }>();
  for (const { uri, version, range, newText } of edits) {
    const document = byDocument.get(uri) ?? { version, edits: [] };
    document.edits.push({ range, newText });
    byDocument.set(uri, document);
  }
  if (!capabilities.workspace?.workspaceEdit?.documentChanges) {
    return { changes: Object.fromEntries([...byDocument].map(([uri, document]) => [uri, document.edits])) };
  }
  return {
    documentChanges: [...byDocument].map(([uri, document]) => ({
      textDocument: { uri, version: document.version },
      edits: document.edits,
    })),
  };
}
