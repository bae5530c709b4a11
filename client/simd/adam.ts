import { at, loadLanes, multiplyAdd, storeLanes } from "./vector";

/**
 * One step of Adam for one parameter, in place: the means of the gradient and of its square move on, and the parameter
 * goes `rate` · first / (√second · correction + eps) down.
 *
 * @param shrinkage what the parameter is multiplied by before: decoupled weight decay
 * @param decay times the parameter is added to the gradient: weight decay as L2 regularisation
 * @param largest the largest second mean so far (AMSGrad), or 0
 */
export function adam(
  count: i32,
  parameter: usize,
  gradient: usize,
  first: usize,
  second: usize,
  largest: usize,
  beta1: f32,
  beta2: f32,
  rate: f32,
  correction: f32,
  eps: f32,
  shrinkage: f32,
  decay: f32,
): void {
  for (let index = 0; index < count; index += 4) {
    const lanes = count - index;
    let p = loadLanes(at(parameter, index), lanes);
    const g = multiplyAdd(p, f32x4.splat(decay), loadLanes(at(gradient, index), lanes));
    const m = multiplyAdd(
      f32x4.sub(g, loadLanes(at(first, index), lanes)),
      f32x4.splat(1 - beta1),
      loadLanes(at(first, index), lanes),
    );
    const v = multiplyAdd(
      loadLanes(at(second, index), lanes),
      f32x4.splat(beta2),
      f32x4.mul(f32x4.mul(g, g), f32x4.splat(1 - beta2)),
    );
    storeLanes(at(first, index), m, lanes);
    storeLanes(at(second, index), v, lanes);
    let scale = v;
    if (largest) {
      scale = f32x4.max(v, loadLanes(at(largest, index), lanes));
      storeLanes(at(largest, index), scale, lanes);
    }
    const denominator = multiplyAdd(f32x4.sqrt(scale), f32x4.splat(correction), f32x4.splat(eps));
    p = f32x4.mul(p, f32x4.splat(shrinkage));
    p = f32x4.sub(p, f32x4.div(f32x4.mul(m, f32x4.splat(rate)), denominator));
    storeLanes(at(parameter, index), p, lanes);
  }
}
