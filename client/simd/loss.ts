import { at, exponential, loadPart, logarithm, maxLane, storePart, sumLanes, zeroFloats } from "./vector";

/**
 * Softmax and cross-entropy of rows of logits, with the gradient: softmax − one-hot, divided like the loss.
 *
 * @param classes the class of each row; a row of `ignored` counts neither in the loss nor in its divisor
 * @param mean whether the loss is divided by the number of rows that count
 * @returns the loss
 */
export function softmaxCrossEntropy(
  logits: usize,
  classes: usize,
  rows: i32,
  columns: i32,
  ignored: i32,
  mean: bool,
  gradient: usize,
): f32 {
  let counted = 0;
  for (let row = 0; row < rows; row++) {
    if (load<i32>(at(classes, row)) !== ignored) counted++;
  }
  const scale: f32 = mean ? <f32>1 / <f32>counted : 1;
  let total: f64 = 0;
  for (let row = 0; row < rows; row++) {
    const read = at(logits, row * columns);
    const write = at(gradient, row * columns);
    const chosen = load<i32>(at(classes, row));
    if (chosen === ignored || chosen < 0 || chosen >= columns) {
      zeroFloats(write, columns);
      continue;
    }
    const largest = maximum(read, columns);
    const sum = exponentials(read, columns, largest, write);
    total += logarithm(sum) - <f64>(load<f32>(at(read, chosen)) - largest);
    scaleRow(write, columns, scale / sum);
    const hit = at(write, chosen);
    store<f32>(hit, load<f32>(hit) - scale);
  }
  return <f32>(mean ? total / <f64>counted : total);
}

/** The largest of some floats; NaN where one of them is. */
export function maximum(x: usize, count: i32): f32 {
  let lanes = f32x4.splat(-Infinity);
  let index = 0;
  for (; index + 4 <= count; index += 4) lanes = f32x4.max(lanes, v128.load(at(x, index)));
  if (index < count) lanes = f32x4.max(lanes, loadPart(at(x, index), count - index, -Infinity));
  return maxLane(lanes);
}

/** out = e^(x − shift). Returns the sum. */
export function exponentials(x: usize, count: i32, shift: f32, out: usize): f32 {
  const shifts = f32x4.splat(shift);
  let sums = f32x4.splat(0);
  let index = 0;
  for (; index + 4 <= count; index += 4) {
    const value = exponential(f32x4.sub(v128.load(at(x, index)), shifts));
    sums = f32x4.add(sums, value);
    v128.store(at(out, index), value);
  }
  if (index < count) {
    const part = count - index;
    const value = exponential(f32x4.sub(loadPart(at(x, index), part, -Infinity), shifts));
    sums = f32x4.add(sums, value);
    storePart(at(out, index), value, part);
  }
  return sumLanes(sums);
}

export function scaleRow(x: usize, count: i32, factor: f32): void {
  const factors = f32x4.splat(factor);
  let index = 0;
  for (; index + 4 <= count; index += 4) v128.store(at(x, index), f32x4.mul(v128.load(at(x, index)), factors));
  for (; index < count; index++) store<f32>(at(x, index), load<f32>(at(x, index)) * factor);
}
