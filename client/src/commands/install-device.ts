import * as vscode from "vscode";
import { devicePackages, installPackage } from "../training/install-package";

/** Where packages lie that bring devices to every workspace. */
export function packagesFolder(context: vscode.ExtensionContext): string {
  return vscode.Uri.joinPath(context.globalStorageUri, "packages").fsPath;
}

/** The commands that install what a device needs into the extension's storage. */
export function registerInstallCommands(folder: string): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.commands.registerCommand("shapewright.installCuda", () => install(folder, "cuda", "CUDA")),
    vscode.commands.registerCommand("shapewright.installWebGpu", () => install(folder, "webgpu", "WebGPU")),
  );
}

/** @returns whether it was installed, for whoever called the command. */
async function install(folder: string, kind: keyof typeof devicePackages, name: string): Promise<boolean> {
  const { spec, size } = devicePackages[kind];
  const start = vscode.l10n.t("Install");
  const needs =
    kind === "cuda"
      ? vscode.l10n.t("It needs an NVIDIA GPU with CUDA 11.2 and cuDNN 8.1.")
      : vscode.l10n.t("It needs a graphics card with a driver for Vulkan, Metal or Direct3D 12.");
  const question = vscode.l10n.t("Install {0} for training ({1})?", spec, size);
  const answer = await vscode.window.showInformationMessage(question, { modal: true, detail: needs }, start);
  if (answer !== start) return false;
  const title = vscode.l10n.t("Installing {0} support", name);
  try {
    await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      async (progress, cancelled) => {
        const abort = new AbortController();
        cancelled.onCancellationRequested(() => abort.abort());
        await installPackage(folder, spec, (line) => progress.report({ message: line.slice(0, 80) }), abort.signal);
      },
    );
  } catch (error) {
    if ((error as Error).name === "AbortError") return false;
    const message = vscode.l10n.t("{0} could not be installed: {1}", spec, (error as Error).message);
    void vscode.window.showErrorMessage(message, { modal: false });
    return false;
  }
  void vscode.window.showInformationMessage(
    vscode.l10n.t("{0} support is installed. The next run uses it where it finds a card.", name),
  );
  return true;
}
