/** Adam with a warm-up of its own, and with Nesterov's momentum: RAdam, NAdam. */
import { named } from "../trailing";
import type { Trailing } from "../trailing";
import * as tf from "@tensorflow/tfjs-core";
import { raw } from "../kernel";
import type { Parameter } from "../nn/module";
import type { Tensor } from "../tensor";
import { checkBetas, checkNotNegative, decayed, moved, Optimizer, stateLike, update } from "./optimizer";
import type { CommonOptions, ParameterState, ParametersOrGroups } from "./optimizer";

interface Moments extends ParameterState {
  step: number;
  readonly expAvg: Tensor;
  readonly expAvgSq: Tensor;
}

export interface RAdamOptions extends CommonOptions {
  lr: number;
  betas: readonly [number, number];
  eps: number;
  weightDecay: number;
  /** Shrinks the parameter instead of changing the gradient, as AdamW does. */
  decoupledWeightDecay: boolean;
}

function check({ betas, eps, weightDecay }: RAdamOptions): void {
  checkBetas(betas);
  checkNotNegative("epsilon", eps);
  checkNotNegative("weight_decay", weightDecay);
}

/** Updates the moments; returns the gradient as it entered them. */
function updateMoments(parameter: Parameter, gradient: Tensor, state: Moments, settings: RAdamOptions) {
  const { lr, betas, weightDecay, decoupledWeightDecay } = settings;
  const { expAvg, expAvgSq } = state;
  state.step++;
  if (decoupledWeightDecay && weightDecay !== 0) {
    update(parameter, () => tf.mul(raw(parameter), 1 - lr * weightDecay));
  }
  const g = () => decayed(parameter, gradient, decoupledWeightDecay ? 0 : weightDecay);
  update(expAvg, () => moved(expAvg, g(), betas[0]));
  update(expAvgSq, () => moved(expAvgSq, tf.square(g()), betas[1]));
  return g;
}

/** Adam with a rectified variance. Source: https://pytorch.org/docs/stable/generated/torch.optim.RAdam.html */
export class RAdam extends Optimizer<RAdamOptions, Moments> {
  constructor(
    parameters: ParametersOrGroups<RAdamOptions>,
    ...args: Trailing<Partial<RAdamOptions>, ["lr", "betas", "eps", "weightDecay"]>
  ) {
    const options = named<Partial<RAdamOptions>>(["lr", "betas", "eps", "weightDecay"], args);
    const defaults = { lr: 1e-3, betas: [0.9, 0.999] as const, eps: 1e-8, weightDecay: 0 };
    const settings = { ...defaults, decoupledWeightDecay: false, ...options };
    check(settings);
    super(parameters, settings);
  }

  protected initialState(parameter: Parameter): Moments {
    return { step: 0, expAvg: stateLike(parameter), expAvgSq: stateLike(parameter) };
  }

  protected update(parameter: Parameter, gradient: Tensor, state: Moments, settings: RAdamOptions): void {
    updateMoments(parameter, gradient, state, settings);
    const { lr, betas, eps } = settings;
    const { expAvg, expAvgSq, step } = state;
    const [power1, power2] = [betas[0] ** step, betas[1] ** step];
    // The length of the average's memory, at most and now: below 5 its variance cannot be relied on.
    const longest = 2 / (1 - betas[1]) - 1;
    const length = longest - (2 * step * power2) / (1 - power2);
    const rate = lr / (1 - power1);
    if (length <= 5) {
      update(parameter, () => tf.sub(raw(parameter), tf.mul(raw(expAvg), rate)));
      return;
    }
    const rectified = Math.sqrt(((length - 4) * (length - 2) * longest) / ((longest - 4) * (longest - 2) * length));
    const factor = rate * rectified * Math.sqrt(1 - power2);
    update(parameter, () =>
      tf.sub(raw(parameter), tf.mul(tf.div(raw(expAvg), tf.add(tf.sqrt(raw(expAvgSq)), eps)), factor)),
    );
  }
}

export interface NAdamOptions extends RAdamOptions {
  momentumDecay: number;
}

interface NAdamState extends Moments {
  muProduct: number;
}

/** Adam with Nesterov's momentum. Source: https://pytorch.org/docs/stable/generated/torch.optim.NAdam.html */
export class NAdam extends Optimizer<NAdamOptions, NAdamState> {
  constructor(
    parameters: ParametersOrGroups<NAdamOptions>,
    ...args: Trailing<Partial<NAdamOptions>, ["lr", "betas", "eps", "weightDecay", "momentumDecay"]>
  ) {
    const options = named<Partial<NAdamOptions>>(["lr", "betas", "eps", "weightDecay", "momentumDecay"], args);
    const defaults = { lr: 2e-3, betas: [0.9, 0.999] as const, eps: 1e-8, weightDecay: 0, momentumDecay: 4e-3 };
    const settings = { ...defaults, decoupledWeightDecay: false, ...options };
    check(settings);
    checkNotNegative("momentum_decay", settings.momentumDecay);
    super(parameters, settings);
  }

  protected initialState(parameter: Parameter): NAdamState {
    return { step: 0, muProduct: 1, expAvg: stateLike(parameter), expAvgSq: stateLike(parameter) };
  }

  protected update(parameter: Parameter, gradient: Tensor, state: NAdamState, settings: NAdamOptions): void {
    const g = updateMoments(parameter, gradient, state, settings);
    const { lr, betas, eps, momentumDecay } = settings;
    const { expAvg, expAvgSq, step } = state;
    const momentum = (at: number) => betas[0] * (1 - 0.5 * 0.96 ** (at * momentumDecay));
    const [now, next] = [momentum(step), momentum(step + 1)];
    state.muProduct *= now;
    const byGradient = (lr * (1 - now)) / (1 - state.muProduct);
    const byAverage = (lr * next) / (1 - state.muProduct * next);
    const correction = 1 - betas[1] ** step;
    update(parameter, () => {
      const size = tf.add(tf.sqrt(tf.div(raw(expAvgSq), correction)), eps);
      const change = tf.div(tf.add(tf.mul(g(), byGradient), tf.mul(raw(expAvg), byAverage)), size);
      return tf.sub(raw(parameter), change);
    });
  }
}
