import { named } from "../trailing";
import type { Trailing } from "../trailing";
import * as tf from "@tensorflow/tfjs-core";
import { adamInPlace } from "../fused";
import { raw } from "../kernel";
import type { Parameter } from "../nn/module";
import type { Tensor } from "../tensor";
import { checkBetas, checkNotNegative, decayed, moved, Optimizer, stateLike, update } from "./optimizer";
import type { CommonOptions, ParametersOrGroups } from "./optimizer";

export interface AdamOptions extends CommonOptions {
  lr: number;
  betas: readonly [number, number];
  eps: number;
  weightDecay: number;
  /** Divides by the largest second moment seen so far. Source: "On the Convergence of Adam and Beyond" */
  amsgrad: boolean;
}

/** Steps taken, the running means of the gradient and of its square, and with `amsgrad` the largest of the latter. */
type State = {
  step: number;
  readonly expAvg: Tensor;
  readonly expAvgSq: Tensor;
  readonly maxExpAvgSq: Tensor | null;
};

/** Adam. Source: https://pytorch.org/docs/stable/generated/torch.optim.Adam.html */
export class Adam extends Optimizer<AdamOptions, State> {
  constructor(
    parameters: ParametersOrGroups<AdamOptions>,
    ...args: Trailing<Partial<AdamOptions>, ["lr", "betas", "eps", "weightDecay", "amsgrad"]>
  ) {
    const options = named<Partial<AdamOptions>>(["lr", "betas", "eps", "weightDecay", "amsgrad"], args);
    const settings = { lr: 1e-3, betas: [0.9, 0.999] as const, eps: 1e-8, weightDecay: 0, amsgrad: false, ...options };
    checkNotNegative("epsilon", settings.eps);
    checkNotNegative("weight_decay", settings.weightDecay);
    checkBetas(settings.betas);
    super(parameters, settings);
  }

  protected initialState(parameter: Parameter, { amsgrad }: AdamOptions): State {
    const maxExpAvgSq = amsgrad ? stateLike(parameter) : null;
    return { step: 0, expAvg: stateLike(parameter), expAvgSq: stateLike(parameter), maxExpAvgSq };
  }

  /** Times the parameter is added to the gradient: Adam's weight decay. */
  protected decay({ weightDecay }: AdamOptions): number {
    return weightDecay;
  }

  /** The factor that shrinks a parameter before each step; AdamW's weight decay. */
  protected shrinkage(_settings: AdamOptions): number {
    return 1;
  }

  protected update(parameter: Parameter, gradient: Tensor, state: State, settings: AdamOptions): void {
    const { lr, betas, eps } = settings;
    const [beta1, beta2] = betas;
    const { expAvg, expAvgSq, maxExpAvgSq } = state;
    state.step++;
    const correction1 = 1 - beta1 ** state.step;
    const correction2 = Math.sqrt(1 - beta2 ** state.step);
    const [shrinkage, decay] = [this.shrinkage(settings), this.decay(settings)];
    const tensors = { parameter, gradient, first: expAvg, second: expAvgSq, largest: maxExpAvgSq };
    const rates = { beta1, beta2, rate: lr / correction1, correction: 1 / correction2, eps, shrinkage, decay };
    if (adamInPlace(tensors, rates)) return;
    const g = () => decayed(parameter, gradient, decay);
    update(expAvg, () => moved(expAvg, g(), beta1));
    update(expAvgSq, () => moved(expAvgSq, tf.square(g()), beta2));
    if (maxExpAvgSq) update(maxExpAvgSq, () => tf.maximum(raw(maxExpAvgSq), raw(expAvgSq)));
    update(parameter, () => {
      const denominator = tf.add(tf.mul(tf.sqrt(raw(maxExpAvgSq ?? expAvgSq)), 1 / correction2), eps);
      const change = tf.mul(tf.div(raw(expAvg), denominator), lr / correction1);
      const from = shrinkage === 1 ? raw(parameter) : tf.mul(raw(parameter), shrinkage);
      return tf.sub(from, change);
    });
  }
}

/** Adam with weight decay apart from the gradient. Source: arXiv 1711.05101 */
export class AdamW extends Adam {
  constructor(
    parameters: ParametersOrGroups<AdamOptions>,
    ...args: Trailing<Partial<AdamOptions>, ["lr", "betas", "eps", "weightDecay", "amsgrad"]>
  ) {
    const options = named<Partial<AdamOptions>>(["lr", "betas", "eps", "weightDecay", "amsgrad"], args);
    super(parameters, { weightDecay: 0.01, ...options });
  }

  protected override decay(): number {
    return 0;
  }

  protected override shrinkage({ lr, weightDecay }: AdamOptions): number {
    return 1 - lr * weightDecay;
  }
}
