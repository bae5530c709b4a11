import * as fs from "node:fs";
import * as path from "node:path";
import { enableProdMode, version_core } from "@tensorflow/tfjs-core";
import { StorageError } from "../../training/storage-error";
import { chooseBackend } from "../backends";
import { registerGradientFixes } from "../backends/gradients";
import type { Experiment, Hyperparameters } from "../experiment";
import { overrideHyperparameters } from "../experiment";
import type { Progress } from "./checkpoint";
import { encodeCheckpoint } from "./checkpoint";
import type { AuthoringLibrary } from "./load";
import { loadExperiment } from "./load";
import type { Command, FailureKind, Report } from "./protocol";
import { readCheckpoint, restore, resumedOverrides } from "./resume";
import { RunWriter } from "./run-writer";
import { train } from "./train";
import { TrainingError } from "./training-error";
import type { Prepared, TrainingHost } from "./training-host";
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
  { file, overrides, device, runFolder, from }: Extract<Command, { type: "train" }>,
  report: (report: Report) => void,
  stopRequested: () => boolean,
): Promise<"done" | "stopped"> {
  const checkpoint = from === "checkpoint" ? readCheckpoint(runFolder) : undefined;
  // The user's copy of TensorFlow.js joins the one in here; in its other mode it would warn of that at every turn.
  enableProdMode();
  const backend = await chooseBackend(device, { packageFolder: path.dirname(file) }).catch((error: unknown) => {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  });
  const { experiment, library } = await loadExperiment(file, __dirname);
  // The user's copy of TensorFlow.js has registered its own gradients in the registry that all copies share.
  registerGradientFixes();
  const hyperparameters = applyOverrides(
    experiment,
    checkpoint ? resumedOverrides(checkpoint, experiment, overrides) : overrides,
  );
  report({ type: "prepared", experiment: experiment.name, hyperparameters, versions: versions() });
  report({ type: "started", ...backend });
  if (stopRequested()) return "stopped";

  const prepared = await prepare(experiment, hyperparameters, library);
  const progress = checkpoint && (await restore(prepared, checkpoint, library));
  if (stopRequested()) return "stopped";
  const writer = new RunWriter(runFolder);
  try {
    if (progress) resume(writer, progress, report);
    return await train(prepared, trainingHost(prepared, { backend, library, writer, report, stopRequested }), progress);
  } finally {
    writer.close();
  }
}

/** From here on the folder's content is that of the checkpoint, and everything else is lost. */
function resume(writer: RunWriter, progress: Progress, report: (report: Report) => void): void {
  writer.dropMetricsAfter(progress);
  const { epochs, batches, step, time } = progress;
  report({ type: "resumed", position: { epochs, batches, step, time } });
}

interface Surroundings {
  readonly backend: Awaited<ReturnType<typeof chooseBackend>>;
  readonly library: AuthoringLibrary;
  readonly writer: RunWriter;
  readonly report: (report: Report) => void;
  readonly stopRequested: () => boolean;
}

function trainingHost(
  { experiment, hyperparameters, model, optimizer }: Prepared,
  { backend, library, writer, report, stopRequested }: Surroundings,
): TrainingHost {
  return {
    readsAreCheap: backend.device.kind === "wasm" || backend.device.kind === "cpu",
    now: () => performance.now(),
    stopRequested,
    noGrad: (compute) => library.noGrad(compute),
    record: (points) => writer.appendMetrics(points),
    report,
    randomState: () => library.getRngState(),
    setRandomState: (state) => library.setRngState(state),
    checkpoint: async (progress) => {
      const files = await encodeCheckpoint(model, optimizer, {
        experiment: experiment.name,
        hyperparameters,
        progress,
      });
      if (files) writer.writeCheckpoint(files);
    },
  };
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
async function prepare(
  experiment: Experiment,
  hyperparameters: Hyperparameters,
  library: AuthoringLibrary,
): Promise<Prepared> {
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
