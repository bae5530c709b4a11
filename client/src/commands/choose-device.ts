import * as vscode from "vscode";
import type { DeviceRequest, ProbedDevice } from "../runtime/backends/device";
import { deviceKinds } from "../runtime/backends/device";
import { probeDevices } from "../training/probe-devices";

/** What runs are trained on, as the settings say. */
export function configuredDevice(scope?: vscode.Uri): DeviceRequest {
  const device = vscode.workspace.getConfiguration("shapewright.training", scope).get<string>("device");
  return deviceKinds.find((kind) => kind === device) ?? "auto";
}

interface DeviceItem extends vscode.QuickPickItem {
  readonly request?: DeviceRequest;
  /** The command that brings what the device lacks. */
  readonly install?: string;
}

/** Lets the user choose what models are trained on, and shows it. */
export class DeviceChoice implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #disposables: vscode.Disposable[];
  /** What was found when it was last looked for. */
  #probed: readonly ProbedDevice[] = [];

  readonly onDidChange = this.#changed.event;

  constructor(
    private readonly runner: string,
    private readonly packagesFolder: string,
  ) {
    this.#disposables = [
      this.#changed,
      vscode.commands.registerCommand("shapewright.chooseDevice", () => this.choose()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration("shapewright.training.device")) this.#changed.fire();
      }),
    ];
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }

  /** The chosen device in a few words, with its name once that was seen. */
  get description(): string {
    const request = configuredDevice();
    const name = request === "auto" ? this.#automatic?.name : this.#probed.find(({ kind }) => kind === request)?.name;
    return name ? (request === "auto" ? vscode.l10n.t("auto: {0}", name) : name) : request;
  }

  /** Takes over what a run was trained on, which says what is automatic here. */
  learn(probed: readonly ProbedDevice[]): void {
    this.#probed = probed;
    this.#changed.fire();
  }

  get #automatic(): ProbedDevice | undefined {
    return this.#probed.find(({ name }) => name !== null);
  }

  async choose(): Promise<void> {
    const probed = await this.#probe();
    if (!probed) return;
    this.learn(probed);
    const title = vscode.l10n.t("Train on which device?");
    const picked = await vscode.window.showQuickPick(this.#items(probed), { title, matchOnDetail: true });
    if (!picked) return;
    if (picked.install) return void (await vscode.commands.executeCommand(picked.install));
    await vscode.workspace.getConfiguration("shapewright.training").update("device", picked.request);
  }

  async #probe(): Promise<readonly ProbedDevice[] | undefined> {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? process.cwd();
    const title = vscode.l10n.t("Looking for devices");
    try {
      return await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, () =>
        probeDevices(this.runner, folder, this.packagesFolder),
      );
    } catch (error) {
      void vscode.window.showErrorMessage(vscode.l10n.t("The devices are not known: {0}", (error as Error).message));
      return undefined;
    }
  }

  #items(probed: readonly ProbedDevice[]): DeviceItem[] {
    const chosen = configuredDevice();
    const mark = (request: DeviceRequest) => (request === chosen ? "$(check) " : "");
    const automatic = this.#automatic?.name;
    const working = probed.filter(({ name }) => name !== null);
    const others = probed.filter(({ name }) => name === null);
    return [
      {
        label: `${mark("auto")}auto`,
        description: automatic ?? "",
        detail: vscode.l10n.t("The best device that works"),
        request: "auto",
      },
      ...working.map(({ kind, name }): DeviceItem => ({
        label: mark(kind) + kind,
        description: name ?? "",
        request: kind,
      })),
      { label: vscode.l10n.t("Not usable now"), kind: vscode.QuickPickItemKind.Separator },
      ...others.map(({ kind, reason }): DeviceItem => ({
        label: mark(kind) + kind,
        detail: reason ?? "",
        request: kind,
      })),
      { label: "", kind: vscode.QuickPickItemKind.Separator },
      { label: `$(cloud-download) ${vscode.l10n.t("Install CUDA Support…")}`, install: "shapewright.installCuda" },
      { label: `$(cloud-download) ${vscode.l10n.t("Install WebGPU Support…")}`, install: "shapewright.installWebGpu" },
    ];
  }
}
