import * as fs from "node:fs";
import * as path from "node:path";
import { version_core } from "@tensorflow/tfjs-core";
import type { Experiment } from "../experiment";
import type { AnyRanges, Hyperparameters } from "../hyperparameters";
import { overrideHyperparameters } from "../hyperparameters";
import type { AuthoringLibrary } from "./load";
import type { Command } from "./protocol";
import { seedMathRandom } from "./math-random";
import { prepareSchedule } from "./schedule";
import { adaptModel, adaptOptimizer } from "./tensorflow-state";
import type { Prepared } from "./training-host";
import { UsageError } from "./usage-error";

export function rangesOf({ ranges }: Experiment): AnyRanges {
  return { ...(ranges as AnyRanges | undefined) };
}

export function applyOverrides(
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
export async function prepare(
  experiment: Experiment,
  hyperparameters: Hyperparameters,
  library: AuthoringLibrary,
): Promise<Prepared> {
  const { seed } = hyperparameters;
  if (typeof seed === "number") {
    library.manualSeed(seed);
    seedMathRandom(seed);
  }
  const data = await experiment.data(hyperparameters);
  const given = experiment.model(hyperparameters);
  const model = adaptModel(given);
  const givenOptimizer = experiment.optimizer(model.parameters() as never, hyperparameters);
  const optimizer = adaptOptimizer(givenOptimizer);
  const made = experiment.schedule?.(givenOptimizer, hyperparameters, { stepsPerEpoch: data.train.length ?? null });
  return {
    ...{ experiment, hyperparameters, data, model, optimizer, schedule: made && prepareSchedule(made) },
    given: { model: given, optimizer: givenOptimizer },
  };
}

export function versions(): Record<string, string> {
  return { shapewright: packageVersion(), "TensorFlow.js": version_core, node: process.versions.node };
}

/** This package's version: its manifest lies beside the folder of the bundles. */
function packageVersion(): string {
  const manifest = JSON.parse(fs.readFileSync(path.join(__dirname, "..", "package.json"), "utf8")) as {
    version: string;
  };
  return manifest.version;
}
