import * as tf from "@tensorflow/tfjs-core";
import { Tensor } from "shapewright/torch";
import type { AnyExperiment } from "./experiment";
import { prepare, trainStep } from "./experiment";

/** What is alive on the backend. */
export interface LiveMemory {
  readonly step: number;
  readonly tensors: number;
  readonly bytes: number;
}

/** So many batches take turns, and so many rows of each are trained on: what leaks does so with few of them, too. */
const BATCHES = 3;
const ROWS = 4;

/** What is alive after some of the steps of a training, at the same batch of the round if they lie a multiple of 3 apart. */
export async function liveMemoryAfter(experiment: AnyExperiment, steps: readonly number[]): Promise<LiveMemory[]> {
  const { data, model, optimizer } = await prepare(experiment);
  const whole: (readonly unknown[])[] = [];
  for await (const batch of data.train) {
    if (whole.push(batch) === BATCHES) break;
  }
  const train = (batch: readonly unknown[] = [], step: number) =>
    trainStep(experiment, { model, optimizer, batch, step });
  const few = whole.map((batch) => batch.map(firstRows));
  // A graph cannot be cut into rows.
  const batches = await train(few[0], 1).then(
    () => few,
    () => whole,
  );
  const seen: LiveMemory[] = [];
  for (let step = 1; step <= Math.max(...steps); step++) {
    await train(batches[step % batches.length], step);
    // Garbage on devices that free it so is freed between tasks.
    await new Promise(setImmediate);
    const { numTensors, numBytes } = tf.memory();
    if (steps.includes(step)) seen.push({ step, tensors: numTensors, bytes: numBytes });
  }
  return seen;
}

function firstRows(part: unknown): unknown {
  if (part instanceof Tensor) return part.ndim > 0 && part.size(0) > ROWS ? part.narrow(0, 0, ROWS).clone() : part;
  if (part instanceof tf.Tensor && part.rank > 0) return tf.slice(part, 0, Math.min(ROWS, part.shape[0] ?? 0));
  return part;
}
