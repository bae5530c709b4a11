import * as path from "node:path";
import { registerGradientFixes } from "../backends/gradients";
import type { Progress } from "./checkpoint";
import type { Control } from "./control";
import { loadExperiment } from "./load";
import { applyOverrides, prepare, rangesOf, versions } from "./prepare";
import type { Command, Report } from "./protocol";
import { readCheckpoint, restore, resumedOverrides } from "./resume";
import { trainingHost } from "./run-host";
import type { Surroundings } from "./run-host";
import { RunWriter } from "./run-writer";
import { isScript } from "./script/is-script";
import { runScript } from "./script/run-script";
import type { Outcome } from "./train";
import { train } from "./train";

type Backend = Surroundings["backend"];

/**
 * Trains an experiment or runs a script on a device, writing its run folder.
 *
 * @param again whether this run has begun before, on another device.
 */
export async function trainOn(
  backend: Backend,
  { file, overrides, scriptArguments = [], runFolder, from }: Extract<Command, { type: "train" }>,
  report: (report: Report) => void,
  control: Control,
  again: boolean,
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
