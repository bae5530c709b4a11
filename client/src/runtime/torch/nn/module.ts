import { isGradEnabled, noGrad, storagesIn } from "../grad-mode";
import { formatSizes, sameSizes } from "../shape";
import { insideScope, lastStorageId, releaseDeviceMemory } from "../storage";
import { Tensor } from "../tensor";
import type { DType } from "../dtype";

/** A tensor that `Module.parameters()` finds and optimizers change. It stays on the backend. */
export class Parameter extends Tensor {
  constructor(data: Tensor, { requiresGrad = true }: { requiresGrad?: boolean } = {}) {
    const own = data.contiguous();
    super(own._view.storage, own.shape, own.stride(), own.storageOffset());
    this.requiresGrad_(requiresGrad);
    this._view.storage.pin();
  }
}

/** Names of the fields that `registerBuffer` made. Apart from the modules, so that they are no fields themselves. */
const bufferNames = new WeakMap<Module, Set<string>>();

let callDepth = 0;

/** The outermost call outside of gradient recording is a boundary (storage.ts): evaluation does not pile up memory. */
function callForward(module: Module, args: unknown[]): unknown {
  const since = lastStorageId();
  callDepth++;
  let result: unknown;
  try {
    result = module.forward(...(args as never[]));
  } finally {
    callDepth--;
  }
  if (callDepth === 0 && !isGradEnabled() && !insideScope() && !(result instanceof Promise)) {
    releaseDeviceMemory({ since, except: storagesIn(result) });
  }
  return result;
}

/** A function with a module's prototype, which runs its `forward`. */
function callable(prototype: object): Module {
  const self = ((...args: unknown[]) => callForward(self, args)) as unknown as Module;
  // A function's own `name` and `length` would stand in the way of fields of those names.
  delete (self as { name?: unknown }).name;
  delete (self as { length?: unknown }).length;
  Object.setPrototypeOf(self, prototype);
  return self;
}

export type StateDict = Record<string, Tensor>;

/**
 * The base of all layers and models. Fields that are parameters, modules or buffers are found by name, in the order in
 * which they were set. An instance is a function: `layer(x)` runs `layer.forward(x)` with its types.
 */
// The interface gives instances their call signature, which a class cannot declare.
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging
export abstract class Module {
  /** Whether dropout, batch normalisation and the like behave as in training. */
  declare training: boolean;

  constructor() {
    const self = callable(new.target.prototype as object) as this;
    // Not a field initialiser: those of this class run on the object that the function replaces.
    self.training = true;
    return self;
  }

  abstract forward(...inputs: never[]): unknown;

  /** @internal What a field is called in paths and in the state: for the layers of this library, as in PyTorch. */
  _stateName(field: string): string {
    return field;
  }

  /** A tensor that belongs to the state but is not trained, such as running statistics. */
  registerBuffer(name: string, tensor: Tensor): void {
    const names = bufferNames.get(this) ?? new Set();
    bufferNames.set(this, names.add(name));
    tensor._view.storage.pin();
    Object.assign(this, { [name]: tensor });
  }

  /** A field set by name. */
  registerParameter(name: string, parameter: Parameter): void {
    Object.assign(this, { [name]: parameter });
  }

  /** A field set by name. */
  registerModule(name: string, module: Module): void {
    Object.assign(this, { [name]: module });
  }

  /** The fields that are modules, by name. */
  namedChildren(): [string, Module][] {
    return fields(this)
      .filter((entry): entry is [string, Module] => entry[1] instanceof Module)
      .map(([field, child]) => [this._stateName(field), child]);
  }

  children(): Module[] {
    return this.namedChildren().map(([, child]) => child);
  }

  /** This module and every module below it, each once, with the path to it. */
  namedModules(prefix = ""): [string, Module][] {
    const found: [string, Module][] = [];
    const seen = new Set<Module>();
    const visit = (module: Module, path: string): void => {
      if (seen.has(module)) return;
      seen.add(module);
      found.push([path, module]);
      for (const [name, child] of module.namedChildren()) visit(child, joined(path, name));
    };
    visit(this, prefix);
    return found;
  }

  modules(): Module[] {
    return this.namedModules().map(([, module]) => module);
  }

  /** Every parameter of this module and those below it, each once, with its path: `conv1.weight`. */
  namedParameters(prefix = ""): [string, Parameter][] {
    const seen = new Set<Parameter>();
    return this.namedModules(prefix).flatMap(([path, module]) =>
      fields(module)
        .filter((entry): entry is [string, Parameter] => entry[1] instanceof Parameter)
        .filter(([, parameter]) => !seen.has(parameter) && seen.add(parameter))
        .map(([field, parameter]): [string, Parameter] => [joined(path, module._stateName(field)), parameter]),
    );
  }

  parameters(): Parameter[] {
    return this.namedParameters().map(([, parameter]) => parameter);
  }

  /** Every buffer of this module and those below it, with its path: `bn1.running_mean`. */
  namedBuffers(prefix = ""): [string, Tensor][] {
    return this.namedModules(prefix).flatMap(([path, module]) => {
      const names = bufferNames.get(module);
      return fields(module)
        .filter((entry): entry is [string, Tensor] => (names?.has(entry[0]) ?? false) && entry[1] instanceof Tensor)
        .map(([field, buffer]): [string, Tensor] => [joined(path, module._stateName(field)), buffer]);
    });
  }

  buffers(): Tensor[] {
    return this.namedBuffers().map(([, buffer]) => buffer);
  }

  /** All parameters and buffers by path: what a checkpoint holds. They share the module's memory. */
  stateDict(): StateDict {
    const entries = [...this.namedParameters(), ...this.namedBuffers()];
    return Object.fromEntries(entries.map(([name, tensor]) => [name, tensor.detach()]));
  }

  /**
   * Copies saved values into the parameters and buffers. A field `downSample` takes what PyTorch saved of `down_sample`.
   * @throws where names are missing or unexpected (unless `strict` is false), or sizes differ; nothing is copied then
   */
  loadStateDict(state: Readonly<StateDict>, { strict = true }: { strict?: boolean } = {}): void {
    const own = new Map<string, Tensor>([...this.namedParameters(), ...this.namedBuffers()]);
    const problems: string[] = [];
    const saved = new Map(Object.entries(state).map(([name, tensor]) => [snakeCase(name), tensor]));
    const expected = new Set([...own.keys()].map(snakeCase));
    const missing = [...own.keys()].filter((name) => !saved.has(snakeCase(name)));
    const unexpected = Object.keys(state).filter((name) => !expected.has(snakeCase(name)));
    if (strict && missing.length > 0) problems.push(`Missing key(s) in state_dict: ${missing.join(", ")}.`);
    if (strict && unexpected.length > 0) problems.push(`Unexpected key(s) in state_dict: ${unexpected.join(", ")}.`);
    for (const [name, tensor] of own) {
      const given = saved.get(snakeCase(name));
      if (!given || sameSizes(given.shape, tensor.shape)) continue;
      problems.push(
        `size mismatch for ${name}: copying a param with shape ${formatSizes(given.shape)} from checkpoint, the shape in current model is ${formatSizes(tensor.shape)}.`,
      );
    }
    if (problems.length > 0) {
      throw new Error(`Error(s) in loading state_dict for ${this.constructor.name}:\n\t${problems.join("\n\t")}`);
    }
    noGrad(() => {
      for (const [name, tensor] of own) {
        const given = saved.get(snakeCase(name));
        if (given) tensor.copy_(given);
      }
    });
  }

  /** Switches this module and those below it to training, or with `false` to evaluation. */
  train(mode = true): this {
    for (const module of this.modules()) module.training = mode;
    return this;
  }

  eval(): this {
    return this.train(false);
  }

  requiresGrad_(value = true): this {
    for (const parameter of this.parameters()) parameter.requiresGrad_(value);
    return this;
  }

  /** Forgets the gradients of all parameters. */
  zeroGrad(): void {
    for (const parameter of this.parameters()) parameter._setGrad(null);
  }

  /** Accepted for familiarity: all tensors live on the backend in use, and parameters are float32. */
  to(_target: string | DType): this {
    return this;
  }

  /** Runs a function on every module below this one, then on this one. */
  apply(run: (module: Module) => void): this {
    for (const child of this.children()) child.apply(run);
    run(this);
    return this;
  }

  /** @internal A module of the same kind with copies of all parameters, buffers and modules. */
  _copy(): this {
    const copy = callable(Object.getPrototypeOf(this) as object) as this;
    for (const [name, value] of fields(this)) {
      if (value instanceof Module) copy.registerModule(name, value._copy());
      else if (value instanceof Parameter) {
        const { requiresGrad } = value;
        copy.registerParameter(
          name,
          new Parameter(
            noGrad(() => value.clone()),
            { requiresGrad },
          ),
        );
      } else if (bufferNames.get(this)?.has(name) && value instanceof Tensor) copy.registerBuffer(name, value.clone());
      else Object.assign(copy, { [name]: value });
    }
    return copy;
  }

  /** What stands in the parentheses of `toString()`. */
  extraRepr(): string {
    return "";
  }

  toString(): string {
    const children = this.namedChildren().map(([name, child]) => `(${name}): ${child.toString()}`);
    const name = this.constructor.name;
    if (children.length === 0) return `${name}(${this.extraRepr()})`;
    return `${name}(\n${children.join("\n").replaceAll(/^/gm, "  ")}\n)`;
  }
}

// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging
export interface Module {
  (...inputs: Parameters<this["forward"]>): ReturnType<this["forward"]>;
}

/** `runningMean` as `running_mean`: what PyTorch calls it. */
export function snakeCase(name: string): string {
  return name.replaceAll(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
}

function joined(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

function fields(module: Module): [string, unknown][] {
  return Object.entries(module);
}
