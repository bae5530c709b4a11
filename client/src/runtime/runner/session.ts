import * as fs from "node:fs";
import * as path from "node:path";
import { enableProdMode, version_core } from "@tensorflow/tfjs-core";
import { StorageError } from "../../training/storage-error";
import { chooseBackend } from "../backends";
import type { DeviceRequest } from "../backends";
import { registerGradientFixes } from "../backends/gradients";
import type { Experiment } from "../experiment";
import type { AnyRanges, Hyperparameters } from "../hyperparameters";
import { overrideHyperparameters } from "../hyperparameters";
import type { Progress } from "./checkpoint";
import { encodeCheckpoint, encodeWeights } from "./checkpoint";
import type { Control } from "./control";
import type { AuthoringLibrary } from "./load";
import { loadExperiment } from "./load";
import { measureElsewhere } from "./measure-elsewhere";
import type { Command, FailureKind, Report } from "./protocol";
import { readCheckpoint, restore, resumedOverrides } from "./resume";
import { RunWriter } from "./run-writer";
import { prepareSchedule } from "./schedule";
import type { Outcome } from "./train";
import { train } from "./train";
import { runScript } from "./script/run-script";
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
 * @param control asked between steps and between the phases before the first one.
 */
export async function runSession(
  command: Extract<Command, { type: "train" }>,
  report: (report: Report) => void,
  control: Control,
): Promise<void> {
  try {
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
  return { type: "failed", kind: "code", message: describeUserError(error, process.cwd()) };
}

/** The kind of an error that this package threw on purpose; undefined for any other. */
function failureKind(error: unknown): FailureKind | undefined {
  if (error instanceof UsageError || error instanceof UserError) return "usage";
  if (error instanceof StorageError) return "storage";
  return error instanceof TrainingError ? "training" : undefined;
}

async function run(
  command: Extract<Command, { type: "train" }>,
  report: (report: Report) => void,
  control: Control,
): Promise<Outcome> {
  // The user's copy of TensorFlow.js joins the one in here; in its other mode it would warn of that at every turn.
  enableProdMode();
  const backend = await openDevice(command.device, command.file);
  try {
    return await runOn(backend, command, report, control);
  } catch (error) {
    if (command.device !== "auto" || (error as Error).name !== "SynchronousReadError") throw error;
    // The code was written for devices that read at once, and nobody has asked for this one: it starts over on another.
    const { device } = await openDevice("wasm", command.file);
    const { kind } = backend.device;
    const reason = "The code reads values with item() or tolist(), which this device hands over only later.";
    return runOn({ device, rejected: [...backend.rejected, { kind, reason }] }, command, report, control, true);
  }
}

type Backend = Awaited<ReturnType<typeof chooseBackend>>;

function openDevice(device: DeviceRequest, file: string): Promise<Backend> {
  const { SHAPEWRIGHT_PACKAGES: sharedFolder } = process.env;
  const options = { packageFolder: path.dirname(file), ...(sharedFolder ? { sharedFolder } : {}) };
  return chooseBackend(device, options).catch((error: unknown) => {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  });
}

async function runOn(
  backend: Backend,
  { file, overrides, scriptArguments = [], runFolder, from }: Extract<Command, { type: "train" }>,
  report: (report: Report) => void,
  control: Control,
  again = false,
): Promise<Outcome> {
  const checkpoint = from === "checkpoint" ? readCheckpoint(runFolder) : undefined;
  if (isScript(file)) return runPlainScript(backend, { file, scriptArguments, runFolder }, report, control);
  const { experiment, library } = await loadExperiment(file, __dirname);
  // The user's copy of TensorFlow.js has registered its own gradients in the registry that all copies share.
  registerGradientFixes();
  const hyperparameters = applyOverrides(
    experiment,
    checkpoint ? resumedOverrides(checkpoint, experiment, overrides) : overrides,
  );
  const ranges = rangesOf(experiment);
  report({ type: "prepared", experiment: experiment.name, hyperparameters, ranges, versions: versions() });
  report({ type: "started", ...backend });
  if (control.stopRequested) return stoppedBefore;

  const prepared = await prepare(experiment, hyperparameters, library);
  const progress = checkpoint && (await restore(prepared, checkpoint, library));
  if (control.stopRequested) return stoppedBefore;
  const writer = new RunWriter(runFolder);
  try {
    if (progress) resume(writer, progress, report);
    else if (again) writer.dropMetricsAfter({ epochs: 0, batches: 0, step: 0, time: 0 });
    return await train(prepared, trainingHost(prepared, { backend, library, writer, report, control }), progress);
  } finally {
    writer.close();
  }
}

/** Whether a file is no experiment: only then it is run as a script, since running is what an import does to it. */
function isScript(file: string): boolean {
  return !fs.readFileSync(file, "utf8").includes("defineExperiment");
}

async function runPlainScript(
  backend: Backend,
  { file, scriptArguments, runFolder }: { file: string; scriptArguments: readonly string[]; runFolder: string },
  report: (report: Report) => void,
  control: Control,
): Promise<Outcome> {
  report({ type: "prepared", experiment: path.basename(file), hyperparameters: {}, ranges: {}, versions: versions() });
  report({ type: "started", ...backend });
  const writer = new RunWriter(runFolder);
  try {
    return await runScript({ file, scriptArguments }, __dirname, { control, writer, report });
  } finally {
    writer.close();
  }
}

/** A stop that was asked for before the first step. */
const stoppedBefore: Outcome = { outcome: "stopped", message: null };

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
  readonly control: Control;
}

function trainingHost(
  { experiment, hyperparameters, model, optimizer }: Prepared,
  { backend, library, writer, report, control }: Surroundings,
): TrainingHost {
  let best: Uint8Array | undefined;
  return {
    readsAreCheap: backend.device.kind === "wasm" || backend.device.kind === "cpu",
    now: () => performance.now(),
    stopRequested: () => control.stopRequested,
    mustWait: () => control.mustWait(),
    nextCommand: () => control.next(),
    noGrad: (compute) => library.noGrad(compute),
    measure: (tensors, compute) =>
      backend.device.kind === "webgpu" ? measureElsewhere(library, tensors, compute) : compute(...tensors),
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
      // First the best weights: a checkpoint that remembers an epoch as the best must not be without them.
      if (best) writer.writeBest(best);
      best = undefined;
      if (files) writer.writeCheckpoint(files);
    },
    keepBest: async (epoch) => {
      best = await encodeWeights(model, { experiment: experiment.name, epoch: String(epoch) });
    },
    writeSamples: (epoch, files) => writer.writeSamples(epoch, files),
    writeHistograms: (histograms) => writer.appendHistograms(histograms),
    clipGradients: ({ maxNorm, maxValue }) => {
      const parameters = model.parameters();
      if (maxNorm !== undefined) library.clipGradNorm(parameters, maxNorm);
      if (maxValue !== undefined) library.clipGradValue(parameters, maxValue);
    },
  };
}

function rangesOf({ ranges }: Experiment): AnyRanges {
  return { ...(ranges as AnyRanges | undefined) };
}

function applyOverrides(
  experiment: Experiment,
  overrides: Extract<Command, { type: "train" }>["overrides"],
): Hyperparameters {
  try {
    return overrideHyperparameters(experiment.hyperparameters, overrides, rangesOf(experiment));
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

/** Calls the experiment's functions, in the order a script would: seed, data, model, optimizer, schedule. */
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
  const made = experiment.schedule?.(optimizer, hyperparameters, { stepsPerEpoch: data.train.length ?? null });
  return { experiment, hyperparameters, data, model, optimizer, schedule: made && prepareSchedule(made) };
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
