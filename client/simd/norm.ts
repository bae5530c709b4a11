/** Layer normalisation of rows. */
import { addFloats, at, copyFloats, sumLanes, zeroFloats } from "./vector";

/**
 * out = (x − mean) / √(variance + eps) · weight + bias by row; `weight` and `bias` may be 0.
 * @param statistics two floats for each row: mean and 1 / √(variance + eps)
 */
export function layerNorm(
  x: usize,
  weight: usize,
  bias: usize,
  rows: i32,
  width: i32,
  eps: f32,
  out: usize,
  statistics: usize,
): void {
  for (let row = 0; row < rows; row++) {
    const read = at(x, row * width);
    const write = at(out, row * width);
    const mean = sumOf(read, width) / <f32>width;
    const scale = <f32>1 / sqrt<f32>(squaredDistance(read, mean, width) / <f32>width + eps);
    store<f32>(at(statistics, 2 * row), mean);
    store<f32>(at(statistics, 2 * row + 1), scale);
    let index = 0;
    for (; index + 4 <= width; index += 4) {
      let value = f32x4.mul(f32x4.sub(v128.load(at(read, index)), f32x4.splat(mean)), f32x4.splat(scale));
      if (weight) value = f32x4.mul(value, v128.load(at(weight, index)));
      if (bias) value = f32x4.add(value, v128.load(at(bias, index)));
      v128.store(at(write, index), value);
    }
    for (; index < width; index++) {
      let value = (load<f32>(at(read, index)) - mean) * scale;
      if (weight) value *= load<f32>(at(weight, index));
      if (bias) value += load<f32>(at(bias, index));
      store<f32>(at(write, index), value);
    }
  }
}

/**
 * The gradients by the rows, the weight and the bias.
 * @param scratch room for two rows
 */
export function layerNormGradient(
  x: usize,
  weight: usize,
  statistics: usize,
  dy: usize,
  rows: i32,
  width: i32,
  dx: usize,
  dWeight: usize,
  dBias: usize,
  scratch: usize,
): void {
  zeroFloats(dWeight, width);
  zeroFloats(dBias, width);
  const normalised = scratch;
  const arriving = at(scratch, width);
  for (let row = 0; row < rows; row++) {
    const read = at(x, row * width);
    const upstream = at(dy, row * width);
    const mean = load<f32>(at(statistics, 2 * row));
    const scale = load<f32>(at(statistics, 2 * row + 1));
    standardise(read, mean, scale, width, normalised);
    addFloats(upstream, dBias, width);
    addProducts(upstream, normalised, width, dWeight);
    copyFloats(upstream, arriving, width);
    if (weight) multiply(arriving, weight, width);
    const even = sumOf(arriving, width) / <f32>width;
    const along = dot(arriving, normalised, width) / <f32>width;
    write(arriving, normalised, even, along, scale, width, at(dx, row * width));
  }
}

function sumOf(x: usize, count: i32): f32 {
  let lanes = f32x4.splat(0);
  let index = 0;
  for (; index + 4 <= count; index += 4) lanes = f32x4.add(lanes, v128.load(at(x, index)));
  let sum = sumLanes(lanes);
  for (; index < count; index++) sum += load<f32>(at(x, index));
  return sum;
}

function squaredDistance(x: usize, mean: f32, count: i32): f32 {
  let lanes = f32x4.splat(0);
  let index = 0;
  for (; index + 4 <= count; index += 4) {
    const distance = f32x4.sub(v128.load(at(x, index)), f32x4.splat(mean));
    lanes = f32x4.add(lanes, f32x4.mul(distance, distance));
  }
  let sum = sumLanes(lanes);
  for (; index < count; index++) {
    const distance = load<f32>(at(x, index)) - mean;
    sum += distance * distance;
  }
  return sum;
}

export function dot(a: usize, b: usize, count: i32): f32 {
  let lanes = f32x4.splat(0);
  let index = 0;
  for (; index + 4 <= count; index += 4) {
    lanes = f32x4.add(lanes, f32x4.mul(v128.load(at(a, index)), v128.load(at(b, index))));
  }
  let sum = sumLanes(lanes);
  for (; index < count; index++) sum += load<f32>(at(a, index)) * load<f32>(at(b, index));
  return sum;
}

function standardise(x: usize, mean: f32, scale: f32, count: i32, out: usize): void {
  let index = 0;
  for (; index + 4 <= count; index += 4) {
    const centred = f32x4.sub(v128.load(at(x, index)), f32x4.splat(mean));
    v128.store(at(out, index), f32x4.mul(centred, f32x4.splat(scale)));
  }
  for (; index < count; index++) store<f32>(at(out, index), (load<f32>(at(x, index)) - mean) * scale);
}

function addProducts(a: usize, b: usize, count: i32, target: usize): void {
  let index = 0;
  for (; index + 4 <= count; index += 4) {
    const product = f32x4.mul(v128.load(at(a, index)), v128.load(at(b, index)));
    v128.store(at(target, index), f32x4.add(v128.load(at(target, index)), product));
  }
  for (; index < count; index++) {
    store<f32>(at(target, index), load<f32>(at(target, index)) + load<f32>(at(a, index)) * load<f32>(at(b, index)));
  }
}

function multiply(x: usize, by: usize, count: i32): void {
  let index = 0;
  for (; index + 4 <= count; index += 4) {
    v128.store(at(x, index), f32x4.mul(v128.load(at(x, index)), v128.load(at(by, index))));
  }
  for (; index < count; index++) store<f32>(at(x, index), load<f32>(at(x, index)) * load<f32>(at(by, index)));
}

function write(arriving: usize, normalised: usize, even: f32, along: f32, scale: f32, count: i32, out: usize): void {
  let index = 0;
  for (; index + 4 <= count; index += 4) {
    const centred = f32x4.sub(v128.load(at(arriving, index)), f32x4.splat(even));
    const slope = f32x4.sub(centred, f32x4.mul(v128.load(at(normalised, index)), f32x4.splat(along)));
    v128.store(at(out, index), f32x4.mul(slope, f32x4.splat(scale)));
  }
  for (; index < count; index++) {
    const centred = load<f32>(at(arriving, index)) - even;
    store<f32>(at(out, index), (centred - load<f32>(at(normalised, index)) * along) * scale);
  }
}
