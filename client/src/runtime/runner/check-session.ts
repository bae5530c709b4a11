import * as path from "node:path";
import { registerGradientFixes } from "../backends/gradients";
import type { Batches } from "../experiment";
import type { Control } from "./control";
import { loadExperiment } from "./load";
import { observeShapes } from "./observe-shapes";
import { applyOverrides, prepare, rangesOf, versions } from "./prepare";
import type { Command, Report } from "./protocol";
import type { RunOutput, Surroundings } from "./run-host";
import { trainingHost } from "./run-host";
import { isScript } from "./script/is-script";
import { runScript } from "./script/run-script";
import type { Outcome } from "./train";
import { train } from "./train";
import type { Prepared } from "./training-host";

type Check = Extract<Command, { type: "check" }>;

/**
 * Runs an experiment for one epoch of one batch: a step, a batch of validation, samples, the weights put together for a
 * checkpoint. A script is run until its first step. Nothing is written; what the instrumented sources had is reported,
 * also where the code fails.
 */
export async function checkOn(
  backend: Surroundings["backend"],
  command: Check,
  report: (report: Report) => void,
  control: Control,
): Promise<Outcome> {
  const observation = observeShapes();
  try {
    return await (isScript(command.file) ? firstStep : oneBatch)(backend, command, report, control);
  } finally {
    report({ type: "observed", tensors: observation.seen() });
  }
}

async function oneBatch(
  backend: Surroundings["backend"],
  { file, overrides, sources }: Check,
  report: (report: Report) => void,
  control: Control,
): Promise<Outcome> {
  const { experiment, library } = await loadExperiment(file, __dirname, sources);
  registerGradientFixes();
  const hyperparameters = applyOverrides(experiment, overrides);
  const ranges = rangesOf(experiment);
  report({ type: "prepared", experiment: experiment.name, hyperparameters, ranges, versions: versions() });
  report({ type: "started", ...backend });
  const prepared = await prepare(experiment, hyperparameters, library);
  const { train: batches, validation } = prepared.data;
  const short: Prepared = {
    ...prepared,
    hyperparameters: { ...hyperparameters, epochs: 1 },
    data: { train: firstOf(batches), ...(validation ? { validation: firstOf(validation) } : {}) },
  };
  return train(short, trainingHost(short, { backend, library, writer: nothingWritten, report, control }));
}

/** A script says nowhere that it has come to its end, and what it does behind its training (saving the model, say) must not happen. */
async function firstStep(
  backend: Surroundings["backend"],
  { file, scriptArguments = [], sources }: Check,
  report: (report: Report) => void,
  control: Control,
): Promise<Outcome> {
  report({ type: "prepared", experiment: path.basename(file), hyperparameters: {}, ranges: {}, versions: versions() });
  report({ type: "started", ...backend });
  let stepped = () => {};
  const step = new Promise<void>((resolve) => (stepped = resolve));
  const running = runScript({ file, scriptArguments, sources }, __dirname, {
    control,
    writer: nothingWritten,
    report: (progress) => {
      // A loop that never waits is stopped at its second step.
      control.receive("stop");
      stepped();
      report(progress);
    },
  });
  await Promise.race([running, step]);
  return { outcome: "done", message: null };
}

function firstOf<Batch>(batches: Batches<Batch>): Batches<Batch> {
  return {
    length: 1,
    async *[Symbol.asyncIterator]() {
      for await (const batch of batches) return void (yield batch);
    },
  };
}

const nothingWritten: RunOutput = {
  appendMetrics: () => undefined,
  appendHistograms: () => undefined,
  writeBest: () => undefined,
  writeCheckpoint: () => undefined,
  writeSamples: () => undefined,
};
