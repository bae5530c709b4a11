/**
 * An experiment: everything needed to train one model, as a value in the user's file.
 *
 * The types are structural on purpose. An experiment is usually written with `shapewright/torch`, but nothing
 * here imports it, so that the runner, the tests and a hand-written model share one contract.
 */

/** A setting of an experiment that can be changed without editing the file (`--set learningRate=0.01`). */
export type HyperparameterValue = number | string | boolean;

/** `epochs` is required; `batchSize`, `learningRate` and `seed` are the conventional names of the others. */
export type Hyperparameters = Readonly<Record<string, HyperparameterValue>> & { readonly epochs: number };

/** A number, or a tensor of one element. */
export type Scalar = number | { item(): number };

/** A tensor of one element that knows what it was computed from. */
export interface LossLike {
  item(): number;
  backward(): unknown;
}

/** What a model must offer to be trained; every `nn.Module` does. */
export interface ModelLike {
  forward(...inputs: never[]): unknown;
  parameters(): unknown;
  /** Switches dropout, batch normalisation and the like to training or back to inference. */
  train?(mode?: boolean): unknown;
  eval?(): unknown;
  /** Named tensors, written to the run's checkpoints. */
  stateDict?(): unknown;
  /** Takes over tensors of a checkpoint, by the same names; without it a run cannot be resumed. May be asynchronous. */
  loadStateDict?(state: never): unknown;
}

export interface OptimizerLike {
  step(): unknown;
  zeroGrad(): unknown;
  /** What the optimizer remembers: tensors and plain values, nested at will. Without it, a resumed run starts afresh. */
  stateDict?(): unknown;
  loadStateDict?(state: never): unknown;
}

/**
 * Batches that can be gone through once per epoch: a `DataLoader`, an array, any iterable.
 * `length` is the number of batches; where it is missing, progress is by epoch until the first one has ended.
 */
export type Batches<Batch> = (Iterable<Batch> | AsyncIterable<Batch>) & { readonly length?: number };

export interface ExperimentData<Batch> {
  readonly train: Batches<Batch>;
  /** Gone through after each epoch without gradients. */
  readonly validation?: Batches<Batch>;
}

/** The last item of a batch: the target. The items before it are the model's inputs. */
export type TargetOf<Batch> = Batch extends readonly [...unknown[], infer Target]
  ? Target
  : Batch extends readonly (infer Item)[]
    ? Item
    : never;

export type OutputOf<Model extends ModelLike> = ReturnType<Model["forward"]>;

/** What a custom training step is given. */
export interface StepContext<H, Batch, Model, Optimizer> {
  readonly model: Model;
  readonly optimizer: Optimizer;
  readonly batch: Batch;
  readonly hyperparameters: H;
  /** Counted from 1. */
  readonly epoch: number;
  /** Counted from 1 over the whole run. */
  readonly step: number;
}

export interface ExperimentDefinition<
  H extends Hyperparameters,
  Batch,
  Model extends ModelLike,
  Optimizer extends OptimizerLike,
> {
  /** What the sidebar and the run history call it. */
  readonly name: string;
  readonly hyperparameters: H;
  /** Loads the data. Each batch is `[...inputs, target]`. */
  readonly data: (hyperparameters: H) => ExperimentData<Batch> | Promise<ExperimentData<Batch>>;
  readonly model: (hyperparameters: H) => Model;
  /** A scalar to be minimised. Required unless `step` is given. */
  readonly loss?: (output: OutputOf<Model>, target: TargetOf<Batch>) => LossLike;
  readonly optimizer: (parameters: ReturnType<Model["parameters"]>, hyperparameters: H) => Optimizer;
  /** Numbers to watch beside the loss, for example `accuracy`. The mean over the validation batches is shown. */
  readonly metrics?: Readonly<Record<string, (output: OutputOf<Model>, target: TargetOf<Batch>) => Scalar>>;
  /**
   * Replaces the usual step (zero the gradients, forward, loss, backward, optimizer step). Returns the numbers to
   * plot, by name; `loss` is the one that a run is judged by.
   */
  readonly step?: (
    context: StepContext<H, Batch, Model, Optimizer>,
  ) => Readonly<Record<string, Scalar>> | Promise<Readonly<Record<string, Scalar>>>;
}

// Registered globally: the user's copy of this library and the runner's own must recognise each other's values.
const brand: unique symbol = Symbol.for("shapewright.experiment") as never;

/** A checked definition, recognised by {@link isExperiment}. */
export interface Experiment<
  H extends Hyperparameters = Hyperparameters,
  Batch = unknown,
  Model extends ModelLike = ModelLike,
  Optimizer extends OptimizerLike = OptimizerLike,
> extends ExperimentDefinition<H, Batch, Model, Optimizer> {
  readonly [brand]: true;
}

/**
 * Declares an experiment. A file that exports one as its default is listed under *Models* in the sidebar and is
 * what `shapewright train FILE` runs.
 *
 * @throws TypeError where a part is missing or of the wrong kind, RangeError where a hyperparameter makes no sense.
 */
export function defineExperiment<
  H extends Hyperparameters,
  Batch,
  Model extends ModelLike,
  Optimizer extends OptimizerLike,
>(definition: ExperimentDefinition<H, Batch, Model, Optimizer>): Experiment<H, Batch, Model, Optimizer> {
  check(definition);
  return Object.freeze({ ...definition, [brand]: true as const });
}

/** Whether a value was made by {@link defineExperiment}, by this copy of the library or another one. */
export function isExperiment(value: unknown): value is Experiment {
  return typeof value === "object" && value !== null && (value as { [brand]?: unknown })[brand] === true;
}

/**
 * The experiment's hyperparameters with some of them replaced. A string that stands for a number or a boolean is
 * read as one, since a command line has nothing but strings.
 *
 * @throws RangeError where a name does not exist or a value has another type than the one it replaces.
 */
export function overrideHyperparameters(
  hyperparameters: Hyperparameters,
  overrides: Readonly<Record<string, HyperparameterValue>>,
): Hyperparameters {
  const result: Record<string, HyperparameterValue> & { epochs: number } = { ...hyperparameters };
  for (const [name, value] of Object.entries(overrides)) {
    const current = hyperparameters[name];
    if (current === undefined) {
      const known = Object.keys(hyperparameters).join(", ");
      throw new RangeError(`The experiment has no hyperparameter "${name}". It has: ${known}.`);
    }
    const converted = convert(value, current);
    if (converted === undefined) {
      throw new RangeError(`The hyperparameter "${name}" is a ${typeof current}; ${JSON.stringify(value)} is not.`);
    }
    result[name] = converted;
  }
  checkHyperparameters(result);
  return result;
}

function convert(value: HyperparameterValue, current: HyperparameterValue): HyperparameterValue | undefined {
  if (typeof value === typeof current) return value;
  if (typeof value !== "string") return undefined;
  if (typeof current === "boolean") return value === "true" ? true : value === "false" ? false : undefined;
  const number = Number(value);
  return value.trim() === "" || Number.isNaN(number) ? undefined : number;
}

/** The parts in the form that can be checked at run time, where a JavaScript user may have left anything out. */
interface Unchecked {
  readonly name?: unknown;
  readonly hyperparameters?: unknown;
  readonly metrics?: unknown;
  readonly [part: string]: unknown;
}

function check(definition: object): void {
  const parts = definition as Unchecked;
  if (typeof parts.name !== "string" || parts.name.trim() === "") {
    throw new TypeError("defineExperiment: `name` must be a string that is not empty.");
  }
  if (typeof parts.hyperparameters !== "object" || parts.hyperparameters === null) {
    throw new TypeError("defineExperiment: `hyperparameters` must be an object, for example { epochs: 6 }.");
  }
  checkHyperparameters(parts.hyperparameters as Readonly<Record<string, unknown>>);
  for (const part of ["data", "model", "optimizer"]) {
    if (typeof parts[part] !== "function") throw new TypeError(`defineExperiment: \`${part}\` must be a function.`);
  }
  if (typeof parts["loss"] !== "function" && typeof parts["step"] !== "function") {
    throw new TypeError("defineExperiment: give a `loss` function, or a `step` of your own.");
  }
  for (const [name, metric] of Object.entries(parts.metrics ?? {})) {
    if (typeof metric !== "function") throw new TypeError(`defineExperiment: the metric "${name}" must be a function.`);
    if (name === "loss") throw new TypeError('defineExperiment: a metric cannot be called "loss".');
  }
}

function checkHyperparameters(hyperparameters: Readonly<Record<string, unknown>>): void {
  for (const name of ["epochs", "batchSize"]) {
    const value = hyperparameters[name];
    if (value === undefined && name !== "epochs") continue;
    if (typeof value !== "number" || !Number.isInteger(value) || value < 1) {
      throw new RangeError(`The hyperparameter "${name}" must be a whole number of at least 1.`);
    }
  }
  for (const [name, value] of Object.entries(hyperparameters)) {
    if (!["number", "string", "boolean"].includes(typeof value)) {
      throw new TypeError(`The hyperparameter "${name}" must be a number, a string or a boolean.`);
    }
  }
}
