import * as vscode from "vscode";
import type { Dialect, Language } from "./model-template";
import { modelFiles } from "./model-template";

/** What to make; what is left out is asked for. */
export interface NewModelRequest {
  readonly dialect?: Dialect;
  readonly language?: Language;
  readonly folder?: vscode.Uri;
}

/** Makes a folder with a model that traces and trains at once, and opens it. Files that are there already stay. */
export class NewModel {
  constructor(
    private readonly templates: vscode.Uri,
    private readonly version: string,
  ) {}

  register(): vscode.Disposable {
    return vscode.commands.registerCommand("shapewright.newModel", (request?: NewModelRequest) => this.create(request));
  }

  /** @returns the model's file; undefined where the user gave up or it could not be written. */
  async create(request: NewModelRequest = {}): Promise<vscode.Uri | undefined> {
    const dialect = request.dialect ?? (await askForDialect());
    const language = dialect && (request.language ?? (await askForLanguage()));
    const folder = language && (request.folder ?? (await askForFolder()));
    if (!folder) return undefined;
    try {
      return await this.#write(folder, dialect, language);
    } catch (error) {
      void vscode.window.showErrorMessage(vscode.l10n.t("The model could not be made: {0}", (error as Error).message));
      return undefined;
    }
  }

  async #write(folder: vscode.Uri, dialect: Dialect, language: Language): Promise<vscode.Uri> {
    const template = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(this.templates, `${dialect}.txt`));
    const { model, others } = modelFiles(new TextDecoder().decode(template), {
      dialect,
      language,
      version: this.version,
    });
    const target = vscode.Uri.joinPath(folder, model.name);
    if (await exists(target)) throw new Error(vscode.l10n.t("{0} is there already.", target.fsPath));
    for (const { name, text } of [model, ...others]) {
      const file = vscode.Uri.joinPath(folder, name);
      // A project that has its own settings keeps them.
      if (!(await exists(file))) await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(text));
    }
    await vscode.window.showTextDocument(target);
    return target;
  }
}

async function askForDialect(): Promise<Dialect | undefined> {
  const picks: (vscode.QuickPickItem & { readonly dialect: Dialect })[] = [
    { label: "PyTorch", description: vscode.l10n.t("classes of layers, with shapewright/torch"), dialect: "torch" },
    { label: "TensorFlow.js", description: vscode.l10n.t("a layers model, with @tensorflow/tfjs"), dialect: "tfjs" },
  ];
  const title = vscode.l10n.t("New model: in which style?");
  return (await vscode.window.showQuickPick(picks, { title }))?.dialect;
}

async function askForLanguage(): Promise<Language | undefined> {
  const picks: (vscode.QuickPickItem & { readonly language: Language })[] = [
    { label: "TypeScript", language: "ts" },
    { label: "JavaScript", language: "js" },
  ];
  return (await vscode.window.showQuickPick(picks, { title: vscode.l10n.t("New model: in which language?") }))
    ?.language;
}

async function askForFolder(): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    canSelectFolders: true,
    canSelectFiles: false,
    openLabel: vscode.l10n.t("Make the model here"),
    ...(vscode.workspace.workspaceFolders?.[0] ? { defaultUri: vscode.workspace.workspaceFolders[0].uri } : {}),
  });
  return chosen?.[0];
}

async function exists(file: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(file);
    return true;
  } catch {
    return false;
  }
}
