import { addFloats, at, zeroFloats } from "./vector";

/** Rows added up before their sum is added to the others, which keeps rounding small. */
const blockLength: i32 = 32;

/** Sums [outer, count, inner] over its middle dimension. `partial` has room for `inner` floats. */
export function sumMiddle(x: usize, outer: i32, count: i32, inner: i32, out: usize, partial: usize): void {
  for (let block = 0; block < outer; block++) {
    const start = at(x, block * count * inner);
    if (inner === 1) store<f32>(at(out, block), sumRun(start, count));
    else sumRows(start, count, inner, at(out, block * inner), partial);
  }
}

/** In double precision: the length of a run has no limit. */
function sumRun(x: usize, count: i32): f32 {
  let even = f64x2.splat(0);
  let odd = f64x2.splat(0);
  let index = 0;
  for (; index + 4 <= count; index += 4) {
    const lanes = v128.load(at(x, index));
    even = f64x2.add(even, f64x2.promote_low_f32x4(lanes));
    odd = f64x2.add(odd, f64x2.promote_low_f32x4(v128.shuffle<i64>(lanes, lanes, 1, 0)));
  }
  const sums = f64x2.add(even, odd);
  let total = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  for (; index < count; index++) total += <f64>load<f32>(at(x, index));
  return <f32>total;
}

/** out = the sum of `count` rows of `length` floats. */
export function sumRows(x: usize, count: i32, length: i32, out: usize, partial: usize): void {
  zeroFloats(out, length);
  for (let row = 0; row < count; row += blockLength) {
    const end = min(count, row + blockLength);
    zeroFloats(partial, length);
    for (let each = row; each < end; each++) addFloats(at(x, each * length), partial, length);
    addFloats(partial, out, length);
  }
}
