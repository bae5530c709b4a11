import * as tf from "@tensorflow/tfjs-core";
import { enableGrad, noGrad } from "../grad-mode";
import { compute, raw } from "../kernel";
import { snakeCase } from "../nn/module";
import type { Parameter } from "../nn/module";
import { zeros } from "../ops/index";
import { formatSizes, sameSizes } from "../shape";
import { releaseDeviceMemory } from "../storage";
import { Tensor } from "../tensor";

/** Parameters that share settings. Schedulers change `lr`. */
export type ParameterGroup<Settings> = { params: Parameter[] } & Settings & CommonOptions;

export interface CommonOptions {
  /** Goes up the gradient instead of down. */
  maximize?: boolean;
}

/** Parameters, or groups of them with settings of their own. */
export type ParametersOrGroups<Settings> =
  Iterable<Parameter> | readonly ({ params: Iterable<Parameter> } & Partial<Settings>)[];

/** What an optimizer remembers of one parameter, by PyTorch's names in camel case; null until there is something. */
export type ParameterState = Record<string, Tensor | number | null>;

/** What {@link Optimizer.stateDict} returns: PyTorch's structure and names. Parameters are numbered across the groups. */
export interface OptimizerStateDict {
  readonly state: Readonly<Record<string, Readonly<Record<string, Tensor | number>>>>;
  readonly param_groups: readonly ({ readonly params: readonly number[] } & Readonly<Record<string, unknown>>)[];
}

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

/** The gradient with weight decay added, as most optimizers have it. Inside `update`. */
export function decayed(parameter: Tensor, gradient: Tensor, weightDecay: number): tf.Tensor {
  const g = raw(gradient);
  return weightDecay === 0 ? g : tf.add(g, tf.mul(raw(parameter), weightDecay));
}

/** rate · average + (1 − rate) · value. Inside `update`. */
export function moved(average: Tensor, value: tf.Tensor, rate: number): tf.Tensor {
  return tf.add(tf.mul(raw(average), rate), tf.mul(value, 1 - rate));
}

/** Throws where a setting is negative. */
export function checkNotNegative(what: string, value: number): void {
  if (!(value >= 0)) throw new RangeError(`Invalid ${what} value: ${value}`);
}

export function checkBetas(betas: readonly [number, number]): void {
  betas.forEach((beta, i) => {
    if (!(beta >= 0 && beta < 1)) throw new RangeError(`Invalid beta parameter at index ${i}: ${beta}`);
  });
}

/** The base of all optimizers: one `update` of a parameter by its gradient, applied to every parameter that has one. */
export abstract class Optimizer<
  Settings extends { lr: number } = { lr: number },
  State extends ParameterState = ParameterState,
> {
  readonly paramGroups: ParameterGroup<Settings>[] = [];
  readonly #defaults: Settings;
  readonly #states = new Map<Parameter, State>();

  constructor(parameters: ParametersOrGroups<Settings>, defaults: Settings) {
    this.#defaults = defaults;
    const all: readonly unknown[] = [...parameters];
    if (all.length === 0) throw new Error("optimizer got an empty parameter list");
    if (all.every((each) => isGroup<Settings>(each))) all.forEach((group) => this.addParamGroup(group));
    else this.#addGroup({ ...defaults, params: all as Parameter[] });
  }

  protected abstract initialState(parameter: Parameter, settings: Settings): State;

  /** Changes a parameter, and its state, by one gradient. */
  protected abstract update(parameter: Parameter, gradient: Tensor, state: State, settings: Settings): void;

  /** Adds parameters, with settings of their own where they are given. */
  addParamGroup(group: { params: Iterable<Parameter> } & Partial<Settings>): void {
    this.#addGroup({ ...this.#defaults, ...group, params: [...group.params] });
  }

  /**
   * Changes every parameter that has a gradient. The end of a training step, at which temporaries leave the backend.
   * @param closure computes the loss and the gradients before the step; what it returns is returned
   */
  step(): void;
  step<Loss>(closure: () => Loss): Loss;
  step<Loss>(closure?: () => Loss): Loss | undefined {
    const loss = closure && enableGrad(closure);
    noGrad(() => {
      for (const group of this.paramGroups) {
        for (const parameter of group.params) {
          const gradient = parameter._peekGrad();
          if (!gradient) continue;
          const state = this.#states.get(parameter) ?? this.initialState(parameter, group);
          this.#states.set(parameter, state);
          this.update(parameter, group.maximize ? gradient.neg() : gradient, state, group);
        }
      }
    });
    releaseDeviceMemory();
    return loss;
  }

  /** Forgets the gradients, which `backward()` otherwise adds to. */
  zeroGrad(): void {
    for (const group of this.paramGroups) {
      for (const parameter of group.params) parameter._setGrad(null);
    }
  }

  /** Everything that {@link step} depends on beside the parameters. The tensors share the optimizer's memory. */
  stateDict(): OptimizerStateDict {
    const parameters = this.#parameters();
    const state = parameters.flatMap((parameter, index) => {
      const entries = Object.entries(this.#states.get(parameter) ?? {}).filter(([, value]) => value !== null);
      if (entries.length === 0) return [];
      const named = entries.map(([name, value]) => [snakeCase(name), value instanceof Tensor ? value.detach() : value]);
      return [[index, Object.fromEntries(named)]];
    });
    const groups = this.paramGroups.map(({ params, ...settings }) => ({
      ...Object.fromEntries(Object.entries(settings).map(([name, value]) => [snakeCase(name), value])),
      params: params.map((parameter) => parameters.indexOf(parameter)),
    }));
    return { state: Object.fromEntries(state), param_groups: groups };
  }

  /**
   * Takes over the state and the settings of the groups. Settings that the saved groups do not have stay as they are.
   * @throws where the groups are others, or a saved tensor is of another size than its parameter; nothing changes then
   */
  loadStateDict({ state, param_groups: groups }: OptimizerStateDict): void {
    if (groups.length !== this.paramGroups.length) {
      throw new Error("loaded state dict has a different number of parameter groups");
    }
    if (groups.some(({ params }, index) => params.length !== this.paramGroups[index]?.params.length)) {
      throw new Error("loaded state dict contains a parameter group that doesn't match the size of optimizer's group");
    }
    // Saved numbers stand for the parameters by their places in the groups.
    const places = new Map(groups.flatMap(({ params }) => params).map((index, place) => [String(index), place]));
    const parameters = this.paramGroups.flatMap(({ params }) => params);
    const states = Object.entries(state).flatMap(([index, saved]): [Parameter, State][] => {
      const parameter = parameters[places.get(index) ?? -1];
      return parameter ? [[parameter, this.#restored(parameter, saved)]] : [];
    });
    this.#states.clear();
    for (const [parameter, restored] of states) this.#states.set(parameter, restored);
    this.paramGroups.forEach((group, index) => {
      const settings = Object.keys(group).filter((name) => name !== "params" && snakeCase(name) in groups[index]!);
      Object.assign(group, Object.fromEntries(settings.map((name) => [name, groups[index]![snakeCase(name)]])));
    });
  }

  #addGroup(group: ParameterGroup<Settings>): void {
    if (!(group.lr >= 0)) throw new RangeError(`Invalid learning rate: ${group.lr}`);
    if (group.params.some((parameter) => !parameter.isLeaf)) throw new Error("can't optimize a non-leaf Tensor");
    const known = new Set(this.#parameters());
    if (group.params.some((parameter) => known.has(parameter))) {
      throw new Error("some parameters appear in more than one parameter group");
    }
    this.paramGroups.push(group);
  }

  #parameters(): Parameter[] {
    return [...new Set(this.paramGroups.flatMap(({ params }) => params))];
  }

  #restored(parameter: Parameter, saved: Readonly<Record<string, Tensor | number>>): State {
    const group = this.paramGroups.find(({ params }) => params.includes(parameter)) as ParameterGroup<Settings>;
    const initial = this.initialState(parameter, group);
    const restored = Object.entries(initial).map(([name, value]) => {
      const given = saved[snakeCase(name)];
      if (given === undefined) return [name, value];
      // PyTorch counts steps in tensors.
      if (typeof value === "number" || typeof given === "number") return [name, numberOf(given)];
      return [name, copyOf(given, parameter, name)];
    });
    return Object.fromEntries(restored) as State;
  }
}

function numberOf(value: Tensor | number): number {
  return typeof value === "number" ? value : value.item();
}

function copyOf(saved: Tensor, parameter: Parameter, name: string): Tensor {
  if (!sameSizes(saved.shape, parameter.shape)) {
    const [was, is] = [formatSizes(saved.shape), formatSizes(parameter.shape)];
    throw new Error(`size mismatch for ${snakeCase(name)}: its shape is ${was}, that of the parameter ${is}`);
  }
  const copy = stateLike(parameter);
  noGrad(() => copy.copy_(saved));
  return copy;
}
