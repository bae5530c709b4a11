import { torch } from "shapewright/torch";
import type { nn, Tensor } from "shapewright/torch";

/** A float32 tensor of computed numbers. */
export function tensorOf(shape: readonly number[], value: (i: number) => number): Tensor {
  const numel = shape.reduce((product, size) => product * size, 1);
  return torch.tensor(Float32Array.from({ length: numel }, (_, i) => value(i))).view([...shape]);
}

/** Numbers without a pattern, the same as the recording programs use. */
export function wave(shape: readonly number[], phase: number, scale: number): Tensor {
  return tensorOf(shape, (i) => scale * Math.sin(0.37 * i * i + 0.9 * i + phase));
}

const alphabetically = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : 1);

/** Gives the parameters of a module, in the order of their names, the numbers that they were given when the answers were recorded. */
export function fillParameters(module: nn.Module): void {
  module
    .namedParameters()
    .sort(alphabetically)
    .forEach(([, parameter], k) => {
      torch.noGrad(() => parameter.copy_(wave(parameter.shape, 0.4 + 1.3 * k, 0.6)));
    });
}
