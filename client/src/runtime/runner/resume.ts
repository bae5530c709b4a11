import * as fs from "node:fs";
import * as path from "node:path";
import { runPaths } from "../../training/run-files";
import type { Experiment, OptimizerLike } from "../experiment";
import type { Hyperparameters, HyperparameterValue } from "../hyperparameters";
import type { Checkpoint, Progress } from "./checkpoint";
import { decodeCheckpoint } from "./checkpoint";
import type { AuthoringLibrary } from "./load";
import type { NamedTensor } from "./safetensors";
import { entriesOf, restoreState } from "./saved-state";
import type { Prepared } from "./training-host";
import { UserError } from "./user-error";

/**
 * The checkpoint of a run that is to go on.
 *
 * @throws UserError where there is none, or it is damaged.
 */
export function readCheckpoint(runFolder: string): Checkpoint {
  const { checkpoints } = runPaths(runFolder);
  try {
    return decodeCheckpoint((name) => fs.readFileSync(path.join(checkpoints, name)));
  } catch (error) {
    const { code, message, path: file } = error as NodeJS.ErrnoException;
    const missing = code === "ENOENT" ? `${path.basename(file ?? "")} is missing` : message;
    throw new UserError(`The run cannot be resumed: ${missing} in ${checkpoints}. Train the model anew.`, {
      cause: error,
    });
  }
}

/**
 * The hyperparameters of the interrupted run with those that were asked for now.
 *
 * @throws UserError where the checkpoint is of another experiment.
 */
export function resumedOverrides(
  { experiment, hyperparameters }: Checkpoint,
  { name, hyperparameters: known }: Experiment,
  overrides: Readonly<Record<string, HyperparameterValue>>,
): Record<string, HyperparameterValue> {
  if (experiment !== name) {
    throw new UserError(
      `The run trained "${experiment}", but the file exports "${name}". Resume it with its own file, or train anew.`,
    );
  }
  // Hyperparameters that the file has no longer are of no use to it.
  const saved = Object.entries(hyperparameters).filter(([key]) => key in known);
  return { ...Object.fromEntries(saved), ...overrides };
}

/**
 * Puts a model and its optimizer where the checkpoint left them.
 *
 * @returns where training goes on.
 * @throws UserError where the checkpoint does not fit them, or there is nothing left to train.
 */
export async function restore(
  { model, optimizer, schedule, hyperparameters }: Prepared,
  checkpoint: Checkpoint,
  library: AuthoringLibrary,
): Promise<Progress> {
  const { progress } = checkpoint;
  if (progress.epochs >= hyperparameters.epochs) {
    throw new UserError(
      `The run is at the end of epoch ${progress.epochs}, with nothing left to train. ` +
        `To go on, ask for more epochs: --epochs ${progress.epochs * 2}.`,
    );
  }
  if (!model.loadStateDict) throw new UserError("The run cannot be resumed: its model has no `loadStateDict()`.");
  const makeTensor = ({ shape, data }: NamedTensor) => library.tensor(data).reshape(shape);
  const weights = Object.fromEntries(checkpoint.weights.map((tensor) => [tensor.name, makeTensor(tensor)]));
  const settingsStay = !changed(checkpoint.hyperparameters, hyperparameters);
  try {
    await model.loadStateDict(weights as never);
    await restoreOptimizer(optimizer, checkpoint, { makeTensor, settingsStay });
    restoreSchedule(schedule, progress, settingsStay);
  } catch (error) {
    throw new UserError(
      `The checkpoint does not fit the model: ${(error as Error).message}\n` +
        "The code has changed since. Undo that, or train the model anew.",
      { cause: error },
    );
  }
  if (hyperparameters["batchSize"] === checkpoint.hyperparameters["batchSize"]) return progress;
  // Batches of another size cannot be told apart into old and new ones, so the interrupted epoch starts over.
  const { epochStart } = progress.random;
  return { ...progress, batches: 0, sums: {}, random: { epochStart, now: epochStart } };
}

interface OptimizerRestore {
  readonly makeTensor: (saved: NamedTensor) => unknown;
  /** Whether the settings (a learning rate that was lowered by a schedule) are taken over, too. */
  readonly settingsStay: boolean;
}

async function restoreOptimizer(
  optimizer: OptimizerLike,
  checkpoint: Checkpoint,
  { makeTensor, settingsStay }: OptimizerRestore,
): Promise<void> {
  if (!checkpoint.optimizer || !optimizer.loadStateDict) {
    console.warn("The optimizer has no stateDict() and loadStateDict(), so it starts afresh.");
    return;
  }
  const saved = restoreState(checkpoint.optimizer, makeTensor);
  const fresh = settingsStay ? undefined : await optimizer.stateDict?.();
  await optimizer.loadStateDict(withSettings(saved, fresh) as never);
}

function restoreSchedule(schedule: Prepared["schedule"], { schedule: saved }: Progress, settingsStay: boolean): void {
  if (!schedule) return;
  const { scheduler } = schedule;
  // A schedule starts from the first learning rate, which is another one now.
  if (settingsStay && saved && scheduler.loadStateDict) scheduler.loadStateDict(saved as never);
  else console.warn("The learning rate's schedule starts over.");
}

/** The state with the settings of another one: of PyTorch's structure, the groups of parameters. */
function withSettings(saved: unknown, settings: unknown): unknown {
  if (typeof saved !== "object" || saved === null || typeof settings !== "object" || settings === null) return saved;
  const groups = entriesOf(settings).filter(([name]) => name === "param_groups");
  return { ...saved, ...Object.fromEntries(groups) };
}

/** Whether hyperparameters other than the number of epochs are others now. */
function changed(before: Hyperparameters, now: Hyperparameters): boolean {
  return Object.entries(now).some(([name, value]) => name !== "epochs" && before[name] !== value);
}
