import * as tf from "@tensorflow/tfjs-core";
import { raw } from "../kernel";
import type { Parameter } from "../nn/module";
import type { Tensor } from "../tensor";
import { Optimizer, stateLike, update } from "./optimizer";
import type { ParametersOrGroups } from "./optimizer";

export interface AdamOptions {
  lr: number;
  betas: readonly [number, number];
  eps: number;
  weightDecay: number;
}

/** Steps taken, and the running means of the gradient and of its square. */
type State = { step: number; readonly expAvg: Tensor; readonly expAvgSq: Tensor };

function checkOptions({ betas, eps }: AdamOptions): void {
  if (!(eps >= 0)) throw new RangeError(`Invalid epsilon value: ${eps}`);
  betas.forEach((beta, i) => {
    if (!(beta >= 0 && beta < 1)) throw new RangeError(`Invalid beta parameter at index ${i}: ${beta}`);
  });
}

/** Adam. Source: https://pytorch.org/docs/stable/generated/torch.optim.Adam.html */
export class Adam extends Optimizer<AdamOptions, State> {
  constructor(parameters: ParametersOrGroups<AdamOptions>, options: Partial<AdamOptions> = {}) {
    const settings = { lr: 1e-3, betas: [0.9, 0.999] as const, eps: 1e-8, weightDecay: 0, ...options };
    checkOptions(settings);
    super(parameters, settings);
  }

  protected initialState(parameter: Parameter): State {
    return { step: 0, expAvg: stateLike(parameter), expAvgSq: stateLike(parameter) };
  }

  /** The gradient with weight decay added, as Adam has it. */
  protected decayedGradient(parameter: Parameter, gradient: Tensor, { weightDecay }: AdamOptions): tf.Tensor {
    const g = raw(gradient);
    return weightDecay === 0 ? g : tf.add(g, tf.mul(raw(parameter), weightDecay));
  }

  /** The factor that shrinks a parameter before each step; AdamW's weight decay. */
  protected shrinkage(_settings: AdamOptions): number {
    return 1;
  }

  protected update(parameter: Parameter, gradient: Tensor, state: State, settings: AdamOptions): void {
    const { lr, betas, eps } = settings;
    const [beta1, beta2] = betas;
    const { expAvg: mean, expAvgSq: square } = state;
    state.step++;
    const correction1 = 1 - beta1 ** state.step;
    const correction2 = Math.sqrt(1 - beta2 ** state.step);
    const g = () => this.decayedGradient(parameter, gradient, settings);
    update(mean, () => tf.add(tf.mul(raw(mean), beta1), tf.mul(g(), 1 - beta1)));
    update(square, () => tf.add(tf.mul(raw(square), beta2), tf.mul(tf.square(g()), 1 - beta2)));
    const shrinkage = this.shrinkage(settings);
    update(parameter, () => {
      const denominator = tf.add(tf.mul(tf.sqrt(raw(square)), 1 / correction2), eps);
      const change = tf.mul(tf.div(raw(mean), denominator), lr / correction1);
      const from = shrinkage === 1 ? raw(parameter) : tf.mul(raw(parameter), shrinkage);
      return tf.sub(from, change);
    });
  }
}

/** Adam with weight decay apart from the gradient. Source: arXiv 1711.05101 */
export class AdamW extends Adam {
  constructor(parameters: ParametersOrGroups<AdamOptions>, options: Partial<AdamOptions> = {}) {
    super(parameters, { weightDecay: 0.01, ...options });
  }

  protected override decayedGradient(_parameter: Parameter, gradient: Tensor): tf.Tensor {
    return raw(gradient);
  }

  protected override shrinkage({ lr, weightDecay }: AdamOptions): number {
    return 1 - lr * weightDecay;
  }
}
