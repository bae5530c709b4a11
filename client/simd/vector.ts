/** Four floats at a time: what every kernel of this module builds on. */

/** a · b + c; one instruction, rounded once, in the build for machines that have it. */
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return v128.relaxed_madd<f32>(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** The sum of the four lanes. */
export function sumLanes(x: v128): f32 {
  const pairs = f32x4.add(x, v128.shuffle<i32>(x, x, 2, 3, 0, 1));
  return f32x4.extract_lane(f32x4.add(pairs, v128.shuffle<i32>(pairs, pairs, 1, 0, 3, 2)), 0);
}

/** The largest of the four lanes. */
export function maxLane(x: v128): f32 {
  const pairs = f32x4.max(x, v128.shuffle<i32>(x, x, 2, 3, 0, 1));
  return f32x4.extract_lane(f32x4.max(pairs, v128.shuffle<i32>(pairs, pairs, 1, 0, 3, 2)), 0);
}

/**
 * eˣ to about 1e-7 of its size; 0 below the smallest normal number, infinity above the largest, NaN of NaN.
 * A polynomial on [−½ ln 2, ½ ln 2], scaled by a power of two. Source: Cephes, expf.
 */
export function exponential(x: v128): v128 {
  const clamped = f32x4.min(f32x4.max(x, f32x4.splat(-87.3)), f32x4.splat(88.7));
  const power = f32x4.nearest(f32x4.mul(clamped, f32x4.splat(1.44269504088896341)));
  let rest = f32x4.sub(clamped, f32x4.mul(power, f32x4.splat(0.693359375)));
  rest = f32x4.sub(rest, f32x4.mul(power, f32x4.splat(-2.1219444e-4)));
  let sum = f32x4.splat(1.98756915e-4);
  sum = multiplyAdd(sum, rest, f32x4.splat(1.3981999507e-3));
  sum = multiplyAdd(sum, rest, f32x4.splat(8.3334519073e-3));
  sum = multiplyAdd(sum, rest, f32x4.splat(4.1665795894e-2));
  sum = multiplyAdd(sum, rest, f32x4.splat(1.6666665459e-1));
  sum = multiplyAdd(sum, rest, f32x4.splat(5.0000001201e-1));
  sum = multiplyAdd(sum, f32x4.mul(rest, rest), f32x4.add(rest, f32x4.splat(1)));
  const exponent = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(power), i32x4.splat(127)), 23);
  const value = f32x4.mul(sum, exponent);
  const finite = v128.bitselect(f32x4.splat(f32.POSITIVE_INFINITY), value, f32x4.gt(x, f32x4.splat(88.72)));
  return v128.andnot(finite, f32x4.lt(x, f32x4.splat(-87.3)));
}

/** 1 / (1 + e⁻ˣ) */
export function sigmoid(x: v128): v128 {
  return f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), exponential(f32x4.neg(x))));
}

/** (e²ˣ − 1) / (e²ˣ + 1), by its Taylor series close to 0, where the difference would lose digits. */
export function hyperbolicTangent(x: v128): v128 {
  const far = f32x4.sub(
    f32x4.splat(1),
    f32x4.div(f32x4.splat(2), f32x4.add(f32x4.splat(1), exponential(f32x4.add(x, x)))),
  );
  const square = f32x4.mul(x, x);
  let near = multiplyAdd(square, f32x4.splat(-0.053968254), f32x4.splat(0.1333333333));
  near = multiplyAdd(square, near, f32x4.splat(-0.3333333333));
  near = multiplyAdd(f32x4.mul(square, x), near, x);
  return v128.bitselect(near, far, f32x4.lt(f32x4.abs(x), f32x4.splat(0.1)));
}

/** The address of the float number `index` from `base` on. */
export function at(base: usize, index: i32): usize {
  return base + ((<usize>index) << 2);
}

export function copyFloats(from: usize, to: usize, count: i32): void {
  let index = 0;
  for (; index + 4 <= count; index += 4) v128.store(at(to, index), v128.load(at(from, index)));
  for (; index < count; index++) store<f32>(at(to, index), load<f32>(at(from, index)));
}

export function addFloats(from: usize, to: usize, count: i32): void {
  let index = 0;
  for (; index + 4 <= count; index += 4) {
    const target = at(to, index);
    v128.store(target, f32x4.add(v128.load(target), v128.load(at(from, index))));
  }
  for (; index < count; index++) {
    const target = at(to, index);
    store<f32>(target, load<f32>(target) + load<f32>(at(from, index)));
  }
}

export function zeroFloats(target: usize, count: i32): void {
  memory.fill(target, 0, (<usize>count) << 2);
}

/** The four lanes at `address`, of which only the first `count` are there; the others are `rest`. */
export function loadPart(address: usize, count: i32, rest: f32): v128 {
  let lanes = f32x4.splat(rest);
  lanes = f32x4.replace_lane(lanes, 0, load<f32>(address));
  if (count > 1) lanes = f32x4.replace_lane(lanes, 1, load<f32>(address, 4));
  if (count > 2) lanes = f32x4.replace_lane(lanes, 2, load<f32>(address, 8));
  return lanes;
}

/** Writes the first `count` of four lanes, fewer than four. */
export function storePart(address: usize, lanes: v128, count: i32): void {
  store<f32>(address, f32x4.extract_lane(lanes, 0));
  if (count > 1) store<f32>(address, f32x4.extract_lane(lanes, 1), 4);
  if (count > 2) store<f32>(address, f32x4.extract_lane(lanes, 2), 8);
}

/** Four lanes, or as many of them as are there with zeros behind. */
export function loadLanes(address: usize, lanes: i32): v128 {
  return lanes >= 4 ? v128.load(address) : loadPart(address, lanes, 0);
}

/** Writes four lanes, or as many of them as there is room for. */
export function storeLanes(address: usize, values: v128, lanes: i32): void {
  if (lanes >= 4) v128.store(address, values);
  else storePart(address, values, lanes);
}

/**
 * The natural logarithm of a positive normal number, by the series of (1 + s) / (1 − s). The standard library's has a
 * table, which would be written over the memory of the backend.
 */
export function logarithm(x: f32): f64 {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === f32.POSITIVE_INFINITY) return Infinity;
  const bits = reinterpret<i32>(x) - 0x3f3504f3;
  const exponent = bits >> 23;
  const mantissa = <f64>reinterpret<f32>((bits & 0x7fffff) + 0x3f3504f3);
  const s = (mantissa - 1) / (mantissa + 1);
  const t = s * s;
  const series = 2 * s * (1 + t * (1.0 / 3 + t * (1.0 / 5 + t * (1.0 / 7 + t * (1.0 / 9)))));
  return <f64>exponent * 0.6931471805599453 + series;
}
