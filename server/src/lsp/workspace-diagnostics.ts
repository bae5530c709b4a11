import type * as lsp from "vscode-languageserver/node";
import { DocumentDiagnosticReportKind } from "vscode-languageserver/node";
import { mentionsTensors } from "../compiler";
import { diagnosticsElsewhere, visibleDiagnostics, type VisibleDiagnostic } from "../ide/diagnostics";
import { importGroups } from "../ide/imports";
import { misconfigurations } from "../ide/rule-levels";
import { analyze } from "../interpreter/analyze";
import { libraries } from "../ops";
import type { Session } from "./session";
import { nextTurn, type Quiet } from "./timing";

/**
 * Diagnostics of files that are not open: those that open documents import, as far as these use them, or with `diagnostics.scope` set to
 * `workspace` every file. A request is held until something has changed, so that a client that asks again and again costs nothing.
 */
export class WorkspaceDiagnostics {
  private edition = 1;
  private answered = 0;
  private readonly waiting = new Set<() => void>();
  /** What was reported, or was open, at some time: a client shows it until it is told otherwise. */
  private readonly known = new Set<string>();
  private readonly checked = new Map<string, VisibleDiagnostic[]>();

  constructor(
    private readonly session: Session,
    private readonly typing: Quiet,
  ) {}

  /** To be called when a text or a setting has changed. */
  changed(file?: string): void {
    if (file !== undefined) this.known.add(file);
    this.edition++;
    this.checked.clear();
    for (const wake of this.waiting) wake();
    this.waiting.clear();
  }

  async report(token: lsp.CancellationToken): Promise<lsp.WorkspaceDiagnosticReport> {
    if (this.answered === this.edition) await this.change(token);
    await this.typing.reached();
    const { edition } = this;
    const found = await this.find(token);
    if (token.isCancellationRequested) return { items: [] };
    this.answered = edition;
    for (const file of found.keys()) this.known.add(file);
    const { convert, documents } = this.session;
    const items = [...this.known].flatMap((file): lsp.WorkspaceDocumentDiagnosticReport[] => {
      if (documents.isOpen(file)) return [];
      const diagnostics = (found.get(file) ?? []).map((each) => convert.diagnostic(each));
      const uri = documents.uri(file);
      return [{ uri, version: null, kind: DocumentDiagnosticReportKind.Full, items: diagnostics }];
    });
    return { items };
  }

  private change(token: lsp.CancellationToken): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.add(resolve);
      token.onCancellationRequested(() => {
        this.waiting.delete(resolve);
        resolve();
      });
    });
  }

  private async find(token: lsp.CancellationToken): Promise<ReadonlyMap<string, VisibleDiagnostic[]>> {
    const { enable, diagnostics } = await this.session.settings;
    if (!enable) return new Map();
    const found =
      diagnostics.scope === "openFiles"
        ? new Map<string, VisibleDiagnostic[]>()
        : diagnostics.scope === "workspace"
          ? await this.inWorkspace(token)
          : await this.inImports(token);
    return new Map([...found, ...this.inConfigurations()]);
  }

  /** The configuration files that count for open documents. They are no documents of ours, so they are told of like files that are closed. */
  private inConfigurations(): Map<string, VisibleDiagnostic[]> {
    const { documents, project } = this.session;
    const found = misconfigurations(project.workspace, documents.paths);
    return new Map([...found].map(([file, problems]) => [file, problems.map((each) => ({ ...each, fixes: [] }))]));
  }

  /** What the analyses of the open documents have found in passing. */
  private async inImports(token: lsp.CancellationToken): Promise<Map<string, VisibleDiagnostic[]>> {
    const { documents, project } = this.session;
    const levels = await this.session.levels();
    const all = new Map<string, VisibleDiagnostic[]>();
    for (const open of documents.paths) {
      await nextTurn();
      if (token.isCancellationRequested) break;
      const found = await this.session.analysisOf(open);
      if (!found) continue;
      for (const [file, diagnostics] of diagnosticsElsewhere(found.analysis, project, levels)) {
        all.set(file, distinct([...(all.get(file) ?? []), ...diagnostics]));
      }
    }
    return all;
  }

  private async inWorkspace(token: lsp.CancellationToken): Promise<Map<string, VisibleDiagnostic[]>> {
    const { project, folders } = this.session;
    const { workspace } = project;
    const levels = await this.session.levels();
    const files = folders
      .flatMap((folder) => workspace.files(folder))
      // Most files of a workspace have nothing to do with tensors, and need no analysis.
      .filter((file) => mentionsTensors(project.text(file)));
    const all = new Map<string, VisibleDiagnostic[]>();
    for (const group of importGroups(workspace, [...new Set(files)])) {
      await nextTurn();
      if (token.isCancellationRequested) break;
      for (const file of group) all.set(file, this.checked.get(file) ?? []);
      if (group.every((file) => this.checked.has(file))) continue;
      const isCancelled = (): boolean => token.isCancellationRequested;
      for (const found of analyze(workspace, group, { libraries, isCancelled }).files.values()) {
        const diagnostics = visibleDiagnostics(found, project, levels);
        this.checked.set(found.file, diagnostics);
        all.set(found.file, diagnostics);
      }
    }
    return all;
  }
}

function distinct(diagnostics: readonly VisibleDiagnostic[]): VisibleDiagnostic[] {
  const byPlace = new Map(diagnostics.map((each) => [`${each.code} ${each.span.start}`, each]));
  return [...byPlace.values()];
}
