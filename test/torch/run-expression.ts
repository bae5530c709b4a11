import { readFileSync } from "node:fs";
import { F, nn, torch } from "shapewright/torch";
import type { Tensor } from "shapewright/torch";

/** Evaluates an expression of the torch dialect, as the recorded fixtures hold them, with names for its tensors. */
export function evaluate(expression: string, names: Readonly<Record<string, unknown>>): unknown {
  const scope = { torch, nn, F, ...names };
  const run = new Function(...Object.keys(scope), `"use strict"; return (${expression});`) as (
    ...values: unknown[]
  ) => unknown;
  return run(...Object.values(scope));
}

/** A tensor from what a fixture says of it. */
export function tensorFrom({ shape, values }: RecordedTensor): Tensor {
  return torch.tensor(Float32Array.from(values)).view(shape);
}

/** The largest difference, relative to the size of the numbers. */
export function largestError(actual: ArrayLike<number>, expected: readonly number[]): number {
  const scale = Math.max(1, ...expected.map(Math.abs));
  return expected.reduce((worst, value, i) => Math.max(worst, Math.abs((actual[i] ?? NaN) - value) / scale), 0);
}

/** A fixture recorded from PyTorch. */
export function recorded<Case>(name: string): Case[] {
  return JSON.parse(readFileSync(new URL(`../fixtures/torch/${name}.json`, import.meta.url), "utf8")) as Case[];
}

/** A tensor as fixtures hold it. */
export interface RecordedTensor {
  shape: number[];
  values: number[];
}
