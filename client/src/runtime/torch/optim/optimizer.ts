import { noGrad } from "../grad-mode";
import { compute } from "../kernel";
import type { Parameter } from "../nn/module";
import { zeros } from "../ops/index";
import { releaseDeviceMemory } from "../storage";
import type { Tensor } from "../tensor";
import type * as tf from "@tensorflow/tfjs-core";

/** Parameters that share settings. Schedulers change `lr`. */
export type ParameterGroup<Settings> = { params: Parameter[] } & Settings;

/** Parameters, or groups of them with settings of their own. */
export type ParametersOrGroups<Settings> =
  Iterable<Parameter> | readonly ({ params: Iterable<Parameter> } & Partial<Settings>)[];

function isGroup<Settings>(value: unknown): value is { params: Iterable<Parameter> } & Partial<Settings> {
  return typeof value === "object" && value !== null && "params" in value;
}

/** Replaces a tensor's values by the result of backend code. */
export function update(target: Tensor, run: () => tf.Tensor): void {
  target._view.storage.replaceBy(compute("float32", target.shape, run)._view.storage);
}

/** A state tensor: zeros that stay on the backend. */
export function stateLike(parameter: Tensor): Tensor {
  const state = zeros(parameter.shape);
  state._view.storage.pin();
  return state;
}

/** The base of all optimizers: one `update` of a parameter by its gradient, applied to every parameter that has one. */
export abstract class Optimizer<Settings extends { lr: number } = { lr: number }, State = unknown> {
  readonly paramGroups: ParameterGroup<Settings>[];
  readonly #states = new Map<Parameter, State>();

  constructor(parameters: ParametersOrGroups<Settings>, defaults: Settings) {
    const all: readonly unknown[] = [...parameters];
    if (all.length === 0) throw new Error("optimizer got an empty parameter list");
    this.paramGroups = all.every((each) => isGroup<Settings>(each))
      ? all.map((group) => ({ ...defaults, ...group, params: [...group.params] }))
      : [{ ...defaults, params: all as Parameter[] }];
    for (const { lr } of this.paramGroups) {
      if (!(lr >= 0)) throw new RangeError(`Invalid learning rate: ${lr}`);
    }
  }

  protected abstract initialState(parameter: Parameter): State;

  /** Changes a parameter, and its state, by one gradient. */
  protected abstract update(parameter: Parameter, gradient: Tensor, state: State, settings: Settings): void;

  /** Changes every parameter that has a gradient. The end of a training step, at which temporaries leave the backend. */
  step(): void {
    noGrad(() => {
      for (const group of this.paramGroups) {
        for (const parameter of group.params) {
          const gradient = parameter._peekGrad();
          if (!gradient) continue;
          const state = this.#states.get(parameter) ?? this.initialState(parameter);
          this.#states.set(parameter, state);
          this.update(parameter, gradient, state, group);
        }
      }
    });
    releaseDeviceMemory();
  }

  /** Forgets the gradients, which `backward()` otherwise adds to. */
  zeroGrad(): void {
    for (const group of this.paramGroups) {
      for (const parameter of group.params) parameter._setGrad(null);
    }
  }
}
