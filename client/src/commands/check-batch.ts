import * as vscode from "vscode";
import type { CheckFailure, CheckOutcome, CheckRequest } from "../training/check-run";
import { checkOneBatch } from "../training/check-run";

/** Asks the language server; `null` where it has no answer. */
export type AskServer = <Answer>(method: string, params: object, token?: vscode.CancellationToken) => Promise<Answer>;

interface PreparedCheck {
  readonly id: number;
  readonly sources: readonly { readonly path: string; readonly text: string }[];
}

interface FinishedCheck {
  readonly agreed: number;
  readonly differences: readonly {
    readonly uri: string;
    readonly range: {
      readonly start: { readonly line: number; readonly character: number };
      readonly end: { readonly line: number; readonly character: number };
    };
    readonly message: string;
  }[];
  readonly summary: string;
}

/** What of a check is decided by whoever starts it. */
export type CheckSettings = Omit<CheckRequest, "sources">;

/** What a check came to, for whoever called the command. */
export interface CheckResult {
  readonly summary: string;
  readonly differences: number;
  readonly failure: string | null;
}

/** Runs one batch of an experiment or a script, and shows where it has other shapes than the analysis says. */
export class BatchChecks implements vscode.Disposable {
  readonly #problems = vscode.languages.createDiagnosticCollection("shapewright-batch");
  readonly #disposables: vscode.Disposable[];
  #output: vscode.OutputChannel | undefined;

  constructor(private readonly ask: AskServer) {
    this.#disposables = [
      this.#problems,
      // What was seen holds for the text that ran.
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.#problems.delete(document.uri);
      }),
    ];
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
    this.#output?.dispose();
  }

  /** @returns what came out; undefined where the user gave up. */
  async check(name: string, settings: CheckSettings): Promise<CheckResult | undefined> {
    const title = vscode.l10n.t("Checking one batch of {0}", name);
    const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
    const checked = await vscode.window.withProgress(options, (_, token) => this.#run(settings, token));
    if (!checked) return undefined;
    const { outcome, finished } = checked;
    await this.#show(finished, outcome.failure);
    this.#print(name, outcome, finished);
    void this.#tell(name, outcome, finished);
    return {
      summary: finished.summary,
      differences: finished.differences.length,
      failure: outcome.failure?.message ?? null,
    };
  }

  async #run(settings: CheckSettings, token: vscode.CancellationToken) {
    this.#problems.clear();
    const uri = vscode.Uri.file(settings.file).toString();
    const prepared = await this.ask<PreparedCheck | null>("shapewright/prepareCheck", { uri }, token);
    const abort = new AbortController();
    token.onCancellationRequested(() => abort.abort());
    const outcome = await checkOneBatch({ ...settings, sources: prepared?.sources ?? [] }, abort.signal);
    if (token.isCancellationRequested) return undefined;
    const tensors = [...outcome.tensors];
    const id = prepared?.id ?? 0;
    const finished = await this.ask<FinishedCheck | null>("shapewright/finishCheck", { id, tensors }, token);
    const nothing = { agreed: 0, differences: [], summary: vscode.l10n.t("The shapes of this file are not traced.") };
    return { outcome, finished: finished ?? nothing };
  }

  async #show({ differences }: FinishedCheck, failure: CheckFailure | null): Promise<void> {
    const found = new Map<string, vscode.Diagnostic[]>();
    const add = (uri: string, range: vscode.Range, message: string, severity: vscode.DiagnosticSeverity) => {
      const diagnostic = new vscode.Diagnostic(range, message, severity);
      diagnostic.source = vscode.l10n.t("Shapewright, one batch");
      found.set(uri, [...(found.get(uri) ?? []), diagnostic]);
    };
    for (const { uri, range, message } of differences) {
      const { start, end } = range;
      const place = new vscode.Range(start.line, start.character, end.line, end.character);
      add(uri, place, message, vscode.DiagnosticSeverity.Warning);
    }
    if (failure?.place) {
      const uri = vscode.Uri.file(failure.place.file);
      const place = await rangeOfLine(uri, failure.place.line - 1);
      add(uri.toString(), place, failure.message, vscode.DiagnosticSeverity.Error);
    }
    for (const [uri, diagnostics] of found) this.#problems.set(vscode.Uri.parse(uri), diagnostics);
  }

  /** What the code printed, and everything that came out, in words. */
  #print(
    name: string,
    { output, device, rejected, failure }: CheckOutcome,
    { differences, summary }: FinishedCheck,
  ): void {
    const channel = (this.#output ??= vscode.window.createOutputChannel("Shapewright: One Batch"));
    channel.clear();
    channel.append(output);
    if (device) channel.appendLine(`${name}: ${device.name}`);
    for (const { kind, reason } of rejected) channel.appendLine(`  ${kind}: ${reason}`);
    for (const { uri, range, message } of differences) {
      const { start } = range;
      const file = vscode.workspace.asRelativePath(vscode.Uri.parse(uri));
      channel.appendLine(`${file}:${start.line + 1}:${start.character + 1}: ${message}`);
    }
    if (failure) channel.appendLine(failure.message);
    channel.appendLine(summary);
  }

  async #tell(name: string, { failure }: CheckOutcome, { differences, summary }: FinishedCheck): Promise<void> {
    const [problems, output] = [vscode.l10n.t("Show Problems"), vscode.l10n.t("Show Output")];
    const answer = failure
      ? await vscode.window.showErrorMessage(
          vscode.l10n.t("One batch of {0} failed: {1}", name, failure.message),
          ...(failure.place ? [problems] : []),
          output,
        )
      : differences.length > 0
        ? await vscode.window.showWarningMessage(
            vscode.l10n.t("One batch of {0}: {1}", name, summary),
            problems,
            output,
          )
        : await vscode.window.showInformationMessage(vscode.l10n.t("One batch of {0}: {1}", name, summary), output);
    if (answer === output) this.#output?.show();
    if (answer === problems) await vscode.commands.executeCommand("workbench.actions.view.problems");
  }
}

/** What is written on a line, counted from 0. */
async function rangeOfLine(uri: vscode.Uri, number: number): Promise<vscode.Range> {
  try {
    const document = await vscode.workspace.openTextDocument(uri);
    const { range, firstNonWhitespaceCharacterIndex: start } = document.lineAt(
      Math.min(number, document.lineCount - 1),
    );
    return range.with(range.start.with(undefined, start));
  } catch {
    return new vscode.Range(number, 0, number, 0);
  }
}
