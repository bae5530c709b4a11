/**
 * A checkpoint: all that training needs to go on as if it had not been interrupted. Two files, since the weights are
 * also read by others:
 *
 * - `last.safetensors`: the model's `stateDict()` and nothing else; its metadata name the second file
 * - `state-STEP.safetensors`: the optimizer's tensors; its metadata hold, as JSON, everything that is no tensor
 *
 * The second one is written first and under a name of its own. So the first one's name leads to two complete files
 * that belong together, whenever the process is killed.
 */
import type { ModelLike, OptimizerLike } from "../experiment";
import type { Hyperparameters } from "../hyperparameters";
import type { MonitorState } from "./epoch-monitor";
import type { NamedTensor, Safetensors } from "./safetensors";
import { decodeSafetensors, encodeSafetensors } from "./safetensors";
import type { SavedState } from "./saved-state";
import { entriesOf, isTensorLike, readValues, saveState } from "./saved-state";
import type { WeightedSums } from "./scalars";

/** Where in a run training stands. */
export interface Position {
  /** Epochs that are over. */
  readonly epochs: number;
  /** Batches that the epoch after them has trained on. */
  readonly batches: number;
  /** Steps over the whole run. */
  readonly step: number;
  /** Seconds of training over the whole run. */
  readonly time: number;
}

/** A position, and what is to be known to go on from it. */
export interface Progress extends Position {
  /** The numbers of the epoch under way, for its means. */
  readonly sums: WeightedSums;
  /** The random generator's states, as JSON: when the epoch under way began, and now. */
  readonly random: { readonly epochStart: unknown; readonly now: unknown };
  /** The best epoch so far. */
  readonly monitor: MonitorState;
  /** What the schedule remembers; null where there is none or it does not tell. */
  readonly schedule: unknown;
}

/** What a checkpoint holds beside the weights and the optimizer's tensors. */
export interface CheckpointInfo {
  readonly experiment: string;
  readonly hyperparameters: Hyperparameters;
  readonly progress: Progress;
}

export interface Checkpoint extends CheckpointInfo {
  readonly weights: readonly NamedTensor[];
  /** Undefined for an optimizer without a `stateDict()`. */
  readonly optimizer: SavedState | undefined;
}

/** The files of a checkpoint, in the order in which they have to be written. */
export interface CheckpointFiles {
  readonly state: { readonly name: string; readonly content: Uint8Array };
  readonly weights: { readonly name: string; readonly content: Uint8Array };
}

export const weightsName = "last.safetensors";
/** The names of all second files: those that are not the last one's are left over. */
export const stateName = /^state-\d+\.safetensors$/;

/**
 * A model and its optimizer as the files of a checkpoint; undefined where the model has no `stateDict()`.
 *
 * @throws TypeError where an entry of a state cannot be saved.
 */
export async function encodeCheckpoint(
  model: ModelLike,
  optimizer: OptimizerLike,
  info: CheckpointInfo,
): Promise<CheckpointFiles | undefined> {
  const name = `state-${info.progress.step}.safetensors`;
  const weights = await encodeWeights(model, { experiment: info.experiment, state: name });
  if (!weights) return undefined;
  const state = optimizer.stateDict && (await saveState(await optimizer.stateDict(), "The optimizer's stateDict()"));
  const rest = JSON.stringify({ ...info, ...(state ? { optimizer: state.structure } : {}) });
  return {
    state: { name, content: encodeSafetensors(state?.tensors ?? [], { checkpoint: rest }) },
    weights: { name: weightsName, content: weights },
  };
}

/** A model's weights alone, as a file; undefined where the model has no `stateDict()`. */
export async function encodeWeights(
  model: ModelLike,
  metadata: Readonly<Record<string, string>>,
): Promise<Uint8Array | undefined> {
  const weights = model.stateDict?.();
  if (typeof weights !== "object" || weights === null) return undefined;
  const tensors = await Promise.all(entriesOf(weights).map(([entry, value]) => readWeight(entry, value)));
  return encodeSafetensors(tensors, metadata);
}

async function readWeight(name: string, value: unknown): Promise<NamedTensor> {
  if (!isTensorLike(value)) throw new TypeError(`stateDict(): the entry "${name}" is not a tensor.`);
  return { name, shape: value.shape, data: await readValues(value, `stateDict(): the entry "${name}"`) };
}

/**
 * Reads a checkpoint.
 *
 * @param read gives a file's content by its name.
 * @throws RangeError whose message continues "The checkpoint cannot be used: …"; whatever `read` throws.
 */
export function decodeCheckpoint(read: (name: string) => Uint8Array): Checkpoint {
  const weights = decode(weightsName, read);
  const name = weights.metadata["state"] ?? "";
  // The name becomes part of a path.
  if (!stateName.test(name)) throw new RangeError(`${weightsName} does not say where the optimizer's state is`);
  const state = decode(name, read);
  const { optimizer, ...info } = parseInfo(name, state.metadata["checkpoint"] ?? "");
  return {
    ...info,
    weights: weights.tensors,
    optimizer: optimizer === undefined ? undefined : { structure: optimizer, tensors: state.tensors },
  };
}

function decode(name: string, read: (name: string) => Uint8Array): Safetensors {
  const content = read(name);
  try {
    return decodeSafetensors(content);
  } catch (error) {
    throw new RangeError(`${name} is damaged (${(error as Error).message})`, { cause: error });
  }
}

function parseInfo(name: string, text: string): CheckpointInfo & { optimizer?: unknown } {
  let info: Partial<CheckpointInfo & { optimizer: unknown }> | null;
  try {
    info = JSON.parse(text) as typeof info;
  } catch {
    info = null;
  }
  if (typeof info?.experiment !== "string" || !info.hyperparameters || !info.progress?.random) {
    throw new RangeError(`${name} does not say where training stood`);
  }
  return info as CheckpointInfo & { optimizer?: unknown };
}
