import * as fs from "node:fs";
import * as path from "node:path";
import { enableProdMode, version_core } from "@tensorflow/tfjs-core";
import { StorageError } from "../../training/storage-error";
import { chooseBackend } from "../backends";
import { registerGradientFixes } from "../backends/gradients";
import type { Experiment, Hyperparameters } from "../experiment";
import { overrideHyperparameters } from "../experiment";
import { encodeCheckpoint } from "./checkpoint";
import type { AuthoringLibrary } from "./load";
import { loadExperiment } from "./load";
import type { Command, FailureKind, Report } from "./protocol";
import { RunWriter } from "./run-writer";
import { train, TrainingError } from "./train";
import { describeUserError, UserError } from "./user-error";

/** A way of asking for a run that makes no sense: an unknown hyperparameter, a device that is not there. */
class UsageError extends Error {
  override readonly name = "UsageError";
}

/**
 * Runs one experiment from loading to the last checkpoint and reports how it goes. Never throws: what goes wrong is
 * the last report.
 *
 * @param stopRequested asked between steps and between the phases before the first one.
 */
export async function runSession(
  command: Extract<Command, { type: "train" }>,
  report: (report: Report) => void,
  stopRequested: () => boolean,
): Promise<void> {
  try {
    report({ type: "finished", outcome: await run(command, report, stopRequested) });
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
  return { type: "failed", kind: "code", message: describeUserError(error, process.cwd()) };
}

/** The kind of an error that this package threw on purpose; undefined for any other. */
function failureKind(error: unknown): FailureKind | undefined {
  if (error instanceof UsageError || error instanceof UserError) return "usage";
  if (error instanceof StorageError) return "storage";
  return error instanceof TrainingError ? "training" : undefined;
}

async function run(
  { file, overrides, device, runFolder }: Extract<Command, { type: "train" }>,
  report: (report: Report) => void,
  stopRequested: () => boolean,
): Promise<"done" | "stopped"> {
  // The user's copy of TensorFlow.js joins the one in here; in its other mode it would warn of that at every turn.
  enableProdMode();
  const backend = await chooseBackend(device, { packageFolder: path.dirname(file) }).catch((error: unknown) => {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  });
  const { experiment, library } = await loadExperiment(file, __dirname);
  // The user's copy of TensorFlow.js has registered its own gradients in the registry that all copies share.
  registerGradientFixes();
  const hyperparameters = applyOverrides(experiment, overrides);
  report({ type: "prepared", experiment: experiment.name, hyperparameters, versions: versions() });
  report({ type: "started", ...backend });
  if (stopRequested()) return "stopped";

  const writer = new RunWriter(runFolder);
  try {
    const prepared = await prepare(experiment, hyperparameters, library);
    if (stopRequested()) return "stopped";
    return await train(prepared, {
      readsAreCheap: backend.device.kind === "wasm" || backend.device.kind === "cpu",
      now: () => performance.now(),
      stopRequested,
      noGrad: (compute) => library.noGrad(compute),
      record: (points) => writer.appendMetrics(points),
      report,
      checkpoint: async () => {
        const content = await encodeCheckpoint(prepared.model, { experiment: experiment.name });
        if (content) writer.writeCheckpoint("last.safetensors", content);
      },
    });
  } finally {
    writer.close();
  }
}

function applyOverrides(
  { hyperparameters }: Experiment,
  overrides: Extract<Command, { type: "train" }>["overrides"],
): Hyperparameters {
  try {
    return overrideHyperparameters(hyperparameters, overrides);
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

/** Calls the experiment's functions, in the order a script would: seed, data, model, optimizer. */
async function prepare(experiment: Experiment, hyperparameters: Hyperparameters, library: AuthoringLibrary) {
  const { seed } = hyperparameters;
  if (typeof seed === "number") library.manualSeed(seed);
  const data = await experiment.data(hyperparameters);
  const model = experiment.model(hyperparameters);
  const optimizer = experiment.optimizer(model.parameters() as never, hyperparameters);
  return { experiment, hyperparameters, data, model, optimizer };
}

function versions(): Record<string, string> {
  return { shapewright: packageVersion(), "TensorFlow.js": version_core, node: process.versions.node };
}

/** This package's version: its manifest lies beside the folder of the bundles. */
function packageVersion(): string {
  const manifest = JSON.parse(fs.readFileSync(path.join(__dirname, "..", "package.json"), "utf8")) as {
    version: string;
  };
  return manifest.version;
}
