import { named } from "../trailing";
import type { Trailing } from "../trailing";
import * as tf from "@tensorflow/tfjs-core";
import { raw } from "../kernel";
import type { Parameter } from "../nn/module";
import type { Tensor } from "../tensor";
import { checkNotNegative, decayed, Optimizer, stateLike, update } from "./optimizer";
import type { CommonOptions, ParametersOrGroups } from "./optimizer";

export interface SgdOptions extends CommonOptions {
  lr: number;
  momentum: number;
  dampening: number;
  weightDecay: number;
  nesterov: boolean;
}

type State = { momentumBuffer: Tensor | null };

/** Stochastic gradient descent. Source: https://pytorch.org/docs/stable/generated/torch.optim.SGD.html */
export class SGD extends Optimizer<SgdOptions, State> {
  constructor(
    parameters: ParametersOrGroups<SgdOptions>,
    ...args: Trailing<Partial<SgdOptions>, ["lr", "momentum", "dampening", "weightDecay", "nesterov"]>
  ) {
    const options = named<Partial<SgdOptions>>(["lr", "momentum", "dampening", "weightDecay", "nesterov"], args);
    const { lr = 1e-3, momentum = 0, dampening = 0, weightDecay = 0, nesterov = false } = options;
    checkNotNegative("momentum", momentum);
    checkNotNegative("weight_decay", weightDecay);
    if (nesterov && (momentum <= 0 || dampening !== 0)) {
      throw new Error("Nesterov momentum requires a momentum and zero dampening");
    }
    super(parameters, { ...options, lr, momentum, dampening, weightDecay, nesterov });
  }

  protected initialState(): State {
    return { momentumBuffer: null };
  }

  protected update(parameter: Parameter, gradient: Tensor, state: State, settings: SgdOptions): void {
    const { lr, momentum, dampening, weightDecay, nesterov } = settings;
    const slope = () => decayed(parameter, gradient, weightDecay);
    if (momentum === 0) {
      update(parameter, () => tf.sub(raw(parameter), tf.mul(slope(), lr)));
      return;
    }
    // The first step starts the velocity with the gradient itself, undampened.
    const before = state.momentumBuffer;
    const velocity = before ?? stateLike(parameter);
    state.momentumBuffer = velocity;
    update(velocity, () => (before ? tf.add(tf.mul(raw(before), momentum), tf.mul(slope(), 1 - dampening)) : slope()));
    update(parameter, () => {
      const direction = nesterov ? tf.add(slope(), tf.mul(raw(velocity), momentum)) : raw(velocity);
      return tf.sub(raw(parameter), tf.mul(direction, lr));
    });
  }
}
