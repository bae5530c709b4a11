import { at } from "./vector";

/** out = gradient where y > 0, else 0: the gradient of ReLU by its result. */
export function reluGradient(gradient: usize, y: usize, count: i32, out: usize): void {
  const zero = f32x4.splat(0);
  let index = 0;
  for (; index + 4 <= count; index += 4) {
    v128.store(at(out, index), v128.and(v128.load(at(gradient, index)), f32x4.gt(v128.load(at(y, index)), zero)));
  }
  for (; index < count; index++) {
    store<f32>(at(out, index), load<f32>(at(y, index)) > 0 ? load<f32>(at(gradient, index)) : 0);
  }
}
