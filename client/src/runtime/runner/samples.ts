import { encodePicture } from "./sample-images";
import { isTensorLike, readValues } from "./saved-state";
import { TrainingError } from "./training-error";
import type { Prepared } from "./training-host";

/** A sample as the file that it becomes. */
export interface SampleFile {
  readonly name: string;
  readonly content: string | Uint8Array;
}

/**
 * Asks the experiment for samples of what the model does after an epoch: texts, and tensors that are pictures.
 *
 * @throws TrainingError where one is neither.
 */
export async function makeSamples(
  { experiment, given: { model }, hyperparameters }: Prepared,
  epoch: number,
): Promise<SampleFile[]> {
  const samples = await experiment.samples?.({ model, epoch, hyperparameters });
  const files: SampleFile[] = [];
  for (const [name, sample] of Object.entries(samples ?? {})) {
    const base = name.replaceAll(/[^\p{L}\p{N} ._-]+/gu, "-");
    if (typeof sample === "string") {
      files.push({ name: `${base}.txt`, content: sample });
    } else if (isTensorLike(sample)) {
      const data = await readValues(sample, `\`samples\`: "${name}"`);
      files.push({ name: `${base}.png`, content: encodePicture({ name, shape: sample.shape, data }) });
    } else {
      throw new TrainingError(`\`samples\`: "${name}" is neither a text nor a tensor.`);
    }
  }
  return files;
}
