import { chooseBackend } from "../../client/src/runtime/backends";
import type { AnyExperiment } from "./experiment";
import { liveMemoryAfter } from "./live-memory";

/**
 * Trains a sample for `steps` steps and prints, as JSON, what is alive after the first ones, about the middle and the end.
 * Samples make tensors as they are loaded, so the backend comes first.
 */
export async function report(load: () => Promise<{ default: AnyExperiment }>, steps: number): Promise<void> {
  await chooseBackend("wasm");
  const { default: experiment } = await load();
  // At the same one of the batches that take turns.
  const places = [4, Math.ceil(steps / 2), steps].map((step) => step + ((((1 - step) % 3) + 3) % 3));
  process.stdout.write(`${JSON.stringify(await liveMemoryAfter(experiment, places))}\n`);
}
