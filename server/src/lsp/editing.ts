import type * as lsp from "vscode-languageserver/node";
import { CodeActionKind, CodeActionTriggerKind } from "vscode-languageserver/node";
import { fixAll, replacement } from "../ide/fix-all";
import { refactorings } from "../ide/refactor";
import type { Edit } from "../rules/finding";
import { t } from "../text/translate";
import { quickFixes } from "./fixes";
import type { Session } from "./session";
import { nextTurn } from "./timing";

/** What `editor.codeActionsOnSave` names. */
export const FIX_ALL = `${CodeActionKind.SourceFixAll}.shapewright`;
/** Repairs every file of the workspace; executed by the server, which asks the client to apply the edit. */
export const FIX_WORKSPACE = "shapewright.server.fixWorkspace";

export function registerEditing(session: Session): void {
  const { connection } = session;
  connection.onCodeAction((params, token) =>
    session.answer("code actions", token, [], () => codeActions(session, params, token)),
  );
  connection.onExecuteCommand(({ command }, token) =>
    session.answer("commands", token, null, async () =>
      command === FIX_WORKSPACE ? fixWorkspace(session, token) : null,
    ),
  );
}

async function codeActions(
  session: Session,
  params: lsp.CodeActionParams,
  token: lsp.CancellationToken,
): Promise<lsp.CodeAction[]> {
  const { context, textDocument } = params;
  const file = session.documents.path(textDocument.uri);
  const wants = (kind: string): boolean => !context.only || context.only.some((only) => includesKind(only, kind));
  const actions: lsp.CodeAction[] = [];
  if (wants(CodeActionKind.QuickFix)) actions.push(...(await quickFixes(session, file, context.diagnostics, token)));
  // Whatever takes analyses of its own is not done for a light bulb that nobody has clicked.
  const isAskedFor = context.triggerKind !== CodeActionTriggerKind.Automatic;
  if (context.only?.some((only) => includesKind(only, FIX_ALL))) actions.push(...(await fixFile(session, file, token)));
  else if (isAskedFor && actions.length > 1)
    actions.push(...(await fixFile(session, file, token, CodeActionKind.QuickFix)));
  if (isAskedFor && wants(CodeActionKind.Refactor)) actions.push(...(await refactor(session, params, token)));
  return actions.filter(({ kind }) => kind === undefined || wants(kind));
}

/** Whether a kind is another one, or one below it: `refactor.extract` below `refactor`. */
function includesKind(outer: string, inner: string): boolean {
  return outer === "" || inner === outer || inner.startsWith(`${outer}.`) || outer.startsWith(`${inner}.`);
}

async function fixFile(
  session: Session,
  file: string,
  token: lsp.CancellationToken,
  kind: string = FIX_ALL,
): Promise<lsp.CodeAction[]> {
  const found = await session.analysisOf(file);
  if (!found || (await session.diagnosticsOf(file, found)).length === 0) return [];
  await nextTurn();
  const files = [...found.analysis.files.keys()];
  const texts = fixAll(session.project, {
    files,
    file,
    onlyHere: true,
    isCancelled: () => token.isCancellationRequested,
  });
  const edits = editsOf(session, texts);
  if (edits.length === 0) return [];
  const edit = session.convert.workspaceEdit(edits, session.capabilities);
  return [{ title: t`Repair all shapes in this file`, kind, edit }];
}

function editsOf({ project }: Session, texts: ReadonlyMap<string, string>): Edit[] {
  return [...texts].map(([file, text]) => replacement(file, project.text(file), text));
}

/** Repairs the files one after the other, each with what was repaired before it, and has the client apply it all at once. */
async function fixWorkspace(session: Session, token: lsp.CancellationToken): Promise<number> {
  const { connection, convert, capabilities, project } = session;
  const progress = await connection.window.createWorkDoneProgress();
  progress.begin(t`Repairing shapes`, 0, "", true);
  const isCancelled = (): boolean => token.isCancellationRequested || progress.token.isCancellationRequested;
  const all = new Map<string, string>();
  try {
    const files = session.sourceFiles();
    for (const [i, file] of files.entries()) {
      await nextTurn();
      if (isCancelled()) return 0;
      progress.report(Math.round((100 * i) / files.length), file.slice(file.lastIndexOf("/") + 1));
      const sources = {
        text: (path: string) => all.get(path) ?? project.text(path),
        lines: (path: string) => project.revise(all).lines(path),
        revise: (more: ReadonlyMap<string, string>) => project.revise(new Map([...all, ...more])),
      };
      const texts = fixAll(sources, { files: [file], file, onlyHere: false, isCancelled });
      for (const [path, text] of texts) all.set(path, text);
    }
  } finally {
    progress.done();
  }
  if (all.size > 0) {
    await connection.workspace.applyEdit(convert.workspaceEdit(editsOf(session, all), capabilities));
  }
  return all.size;
}

async function refactor(
  session: Session,
  { textDocument, range }: lsp.CodeActionParams,
  token: lsp.CancellationToken,
): Promise<lsp.CodeAction[]> {
  const file = session.documents.path(textDocument.uri);
  const result = await session.analysisOf(file);
  const found = result?.analysis.files.get(file);
  if (!result || !found) return [];
  const lines = session.project.lines(file);
  const [start, end] = [lines.offset(range.start), lines.offset(range.end)];
  const selection = { found, text: session.project.text(file), start, end };
  const isCancelled = (): boolean => token.isCancellationRequested;
  return refactorings(result.analysis, selection, session.project, isCancelled).map(({ title, kind, edits }) => ({
    title,
    kind,
    edit: session.convert.workspaceEdit(edits, session.capabilities),
  }));
}
