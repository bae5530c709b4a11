import * as path from "node:path";
import { enableProdMode } from "@tensorflow/tfjs-core";
import { StorageError } from "../../training/storage-error";
import { chooseBackend, probeDevices } from "../backends";
import type { BackendOptions, DeviceRequest } from "../backends";
import { checkOn } from "./check-session";
import type { Control } from "./control";
import type { Command, FailureKind, Report } from "./protocol";
import type { Outcome } from "./train";
import { trainOn } from "./train-session";
import { TrainingError } from "./training-error";
import { UsageError } from "./usage-error";
import { describeUserError, placeOfUserError, UserError } from "./user-error";

/** What is asked of a training process at first. */
export type Start = Extract<Command, { type: "train" | "check" | "devices" }>;

/**
 * Runs one experiment from loading to the last checkpoint, or checks a batch of it, and reports how it goes. Never
 * throws: what goes wrong is the last report.
 *
 * @param control asked between steps and between the phases before the first one.
 */
export async function runSession(command: Start, report: (report: Report) => void, control: Control): Promise<void> {
  try {
    if (command.type === "devices") {
      report({ type: "devices", devices: await probeDevices(foldersOf(command.packageFolder)) });
      return report({ type: "finished", outcome: "done", message: null });
    }
    report({ type: "finished", ...(await run(command, report, control)) });
  } catch (error) {
    report(describeFailure(error));
  }
}

/** The report that an error ends a run with. */
export function describeFailure(error: unknown): Extract<Report, { type: "failed" }> {
  const kind = failureKind(error);
  if (kind) return { type: "failed", kind, message: (error as Error).message };
  // The log has the whole stack; the report has the sentence.
  console.error(error);
  const place = placeOfUserError(error, process.cwd());
  const message = describeUserError(error, process.cwd());
  return { type: "failed", kind: "code", message, ...(place ? { place } : {}) };
}

/** The kind of an error that this package threw on purpose; undefined for any other. */
function failureKind(error: unknown): FailureKind | undefined {
  if (error instanceof UsageError || error instanceof UserError) return "usage";
  if (error instanceof StorageError) return "storage";
  return error instanceof TrainingError ? "training" : undefined;
}

async function run(
  command: Exclude<Start, { type: "devices" }>,
  report: (report: Report) => void,
  control: Control,
): Promise<Outcome> {
  const runOn = (backend: Backend, again: boolean) =>
    command.type === "check"
      ? checkOn(backend, command, report, control)
      : trainOn(backend, command, report, control, again);
  // The user's copy of TensorFlow.js joins the one in here; in its other mode it would warn of that at every turn.
  enableProdMode();
  const backend = await openDevice(command.device, command.file);
  try {
    return await runOn(backend, false);
  } catch (error) {
    if (command.device !== "auto" || (error as Error).name !== "SynchronousReadError") throw error;
    // The code was written for devices that read at once, and nobody has asked for this one: it starts over on another.
    const { device } = await openDevice("wasm", command.file);
    const { kind } = backend.device;
    const reason = "The code reads values with item() or tolist(), which this device hands over only later.";
    return runOn({ device, rejected: [...backend.rejected, { kind, reason }] }, true);
  }
}

type Backend = Awaited<ReturnType<typeof chooseBackend>>;

function openDevice(device: DeviceRequest, file: string): Promise<Backend> {
  return chooseBackend(device, foldersOf(path.dirname(file))).catch((error: unknown) => {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  });
}

/** Where packages that bring devices are looked for. */
function foldersOf(packageFolder: string): BackendOptions {
  const { SHAPEWRIGHT_PACKAGES: sharedFolder } = process.env;
  return { packageFolder, ...(sharedFolder ? { sharedFolder } : {}) };
}
