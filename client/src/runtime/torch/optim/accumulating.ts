/** Optimizers that divide by a running size of the gradient: Adagrad, RMSprop, Adadelta. */
import { named } from "../trailing";
import type { Trailing } from "../trailing";
import * as tf from "@tensorflow/tfjs-core";
import { compute, raw } from "../kernel";
import type { Parameter } from "../nn/module";
import type { Tensor } from "../tensor";
import { checkNotNegative, decayed, moved, Optimizer, stateLike, update } from "./optimizer";
import type { CommonOptions, ParameterState, ParametersOrGroups } from "./optimizer";

export interface AdagradOptions extends CommonOptions {
  lr: number;
  lrDecay: number;
  weightDecay: number;
  initialAccumulatorValue: number;
  eps: number;
}

interface AdagradState extends ParameterState {
  step: number;
  readonly sum: Tensor;
}

/** Adagrad. Source: https://pytorch.org/docs/stable/generated/torch.optim.Adagrad.html */
export class Adagrad extends Optimizer<AdagradOptions, AdagradState> {
  constructor(
    parameters: ParametersOrGroups<AdagradOptions>,
    ...args: Trailing<Partial<AdagradOptions>, ["lr", "lrDecay", "weightDecay", "initialAccumulatorValue", "eps"]>
  ) {
    const options = named<Partial<AdagradOptions>>(
      ["lr", "lrDecay", "weightDecay", "initialAccumulatorValue", "eps"],
      args,
    );
    const settings = { lr: 1e-2, lrDecay: 0, weightDecay: 0, initialAccumulatorValue: 0, eps: 1e-10, ...options };
    checkNotNegative("lr_decay", settings.lrDecay);
    checkNotNegative("weight_decay", settings.weightDecay);
    checkNotNegative("initial_accumulator_value", settings.initialAccumulatorValue);
    checkNotNegative("epsilon", settings.eps);
    super(parameters, settings);
  }

  protected initialState(parameter: Parameter, { initialAccumulatorValue }: AdagradOptions): AdagradState {
    const sum = stateLike(parameter);
    if (initialAccumulatorValue !== 0) sum.fill_(initialAccumulatorValue);
    return { step: 0, sum };
  }

  protected update(parameter: Parameter, gradient: Tensor, state: AdagradState, settings: AdagradOptions): void {
    const { lr, lrDecay, weightDecay, eps } = settings;
    const { sum } = state;
    state.step++;
    const rate = lr / (1 + (state.step - 1) * lrDecay);
    const g = () => decayed(parameter, gradient, weightDecay);
    update(sum, () => tf.add(raw(sum), tf.square(g())));
    update(parameter, () => tf.sub(raw(parameter), tf.mul(tf.div(g(), tf.add(tf.sqrt(raw(sum)), eps)), rate)));
  }
}

export interface RmsPropOptions extends CommonOptions {
  lr: number;
  alpha: number;
  eps: number;
  weightDecay: number;
  momentum: number;
  /** Divides by an estimate of the variance instead of the second moment. */
  centered: boolean;
}

interface RmsPropState extends ParameterState {
  readonly squareAvg: Tensor;
  readonly gradAvg: Tensor | null;
  readonly momentumBuffer: Tensor | null;
}

/** RMSprop. Source: https://pytorch.org/docs/stable/generated/torch.optim.RMSprop.html */
export class RMSprop extends Optimizer<RmsPropOptions, RmsPropState> {
  constructor(
    parameters: ParametersOrGroups<RmsPropOptions>,
    ...args: Trailing<Partial<RmsPropOptions>, ["lr", "alpha", "eps", "weightDecay", "momentum", "centered"]>
  ) {
    const options = named<Partial<RmsPropOptions>>(["lr", "alpha", "eps", "weightDecay", "momentum", "centered"], args);
    const defaults = { lr: 1e-2, alpha: 0.99, eps: 1e-8, weightDecay: 0, momentum: 0, centered: false };
    const settings = { ...defaults, ...options };
    checkNotNegative("epsilon", settings.eps);
    checkNotNegative("momentum", settings.momentum);
    checkNotNegative("weight_decay", settings.weightDecay);
    checkNotNegative("alpha", settings.alpha);
    super(parameters, settings);
  }

  protected initialState(parameter: Parameter, { centered, momentum }: RmsPropOptions): RmsPropState {
    return {
      squareAvg: stateLike(parameter),
      gradAvg: centered ? stateLike(parameter) : null,
      momentumBuffer: momentum > 0 ? stateLike(parameter) : null,
    };
  }

  protected update(parameter: Parameter, gradient: Tensor, state: RmsPropState, settings: RmsPropOptions): void {
    const { lr, alpha, eps, weightDecay, momentum } = settings;
    const { squareAvg, gradAvg, momentumBuffer } = state;
    const g = () => decayed(parameter, gradient, weightDecay);
    update(squareAvg, () => moved(squareAvg, tf.square(g()), alpha));
    if (gradAvg) update(gradAvg, () => moved(gradAvg, g(), alpha));
    const direction = () => {
      const size = gradAvg ? tf.sub(raw(squareAvg), tf.square(raw(gradAvg))) : raw(squareAvg);
      return tf.div(g(), tf.add(tf.sqrt(size), eps));
    };
    if (momentumBuffer) update(momentumBuffer, () => tf.add(tf.mul(raw(momentumBuffer), momentum), direction()));
    update(parameter, () => tf.sub(raw(parameter), tf.mul(momentumBuffer ? raw(momentumBuffer) : direction(), lr)));
  }
}

export interface AdadeltaOptions extends CommonOptions {
  lr: number;
  rho: number;
  eps: number;
  weightDecay: number;
}

interface AdadeltaState extends ParameterState {
  readonly squareAvg: Tensor;
  readonly accDelta: Tensor;
}

/** Adadelta. Source: https://pytorch.org/docs/stable/generated/torch.optim.Adadelta.html */
export class Adadelta extends Optimizer<AdadeltaOptions, AdadeltaState> {
  constructor(
    parameters: ParametersOrGroups<AdadeltaOptions>,
    ...args: Trailing<Partial<AdadeltaOptions>, ["lr", "rho", "eps", "weightDecay"]>
  ) {
    const options = named<Partial<AdadeltaOptions>>(["lr", "rho", "eps", "weightDecay"], args);
    const settings = { lr: 1, rho: 0.9, eps: 1e-6, weightDecay: 0, ...options };
    if (!(settings.rho >= 0 && settings.rho <= 1)) throw new RangeError(`Invalid rho value: ${settings.rho}`);
    checkNotNegative("epsilon", settings.eps);
    checkNotNegative("weight_decay", settings.weightDecay);
    super(parameters, settings);
  }

  protected initialState(parameter: Parameter): AdadeltaState {
    return { squareAvg: stateLike(parameter), accDelta: stateLike(parameter) };
  }

  protected update(parameter: Parameter, gradient: Tensor, state: AdadeltaState, settings: AdadeltaOptions): void {
    const { lr, rho, eps, weightDecay } = settings;
    const { squareAvg, accDelta } = state;
    const g = () => decayed(parameter, gradient, weightDecay);
    update(squareAvg, () => moved(squareAvg, tf.square(g()), rho));
    // Both changes are written in terms of the step; the parameter's comes last, since weight decay reads it.
    const step = () => tf.mul(tf.sqrt(tf.div(tf.add(raw(accDelta), eps), tf.add(raw(squareAvg), eps))), g());
    const change = compute("float32", parameter.shape, step);
    update(accDelta, () => moved(accDelta, tf.square(raw(change)), rho));
    update(parameter, () => tf.sub(raw(parameter), tf.mul(raw(change), lr)));
  }
}
