/**
 * An experiment: everything needed to train one model, as a value in the user's file.
 *
 * The types are structural on purpose. An experiment is usually written with `shapewright/torch`, but nothing
 * here imports it, so that the runner, the tests and a hand-written model share one contract.
 */
import { checkExperiment } from "./check-experiment";
import type { Hyperparameters, Ranges } from "./hyperparameters";

/** A number, or a tensor of one element. */
export type Scalar = number | { item(): number };

/** A tensor of one element that knows what it was computed from. */
export interface LossLike {
  item(): number;
  backward(): unknown;
}

/** Losses by name, each of them to be minimised: what is differentiated is their sum. */
export type NamedLosses = Readonly<Record<string, LossLike & { add(other: never): unknown }>>;

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

/**
 * A model of TensorFlow.js (`tf.sequential`, `tf.model`), which can be given as it is: its weights go into checkpoints. It takes a
 * `step` of the experiment's own.
 */
export interface LayersModelLike {
  apply(inputs: never, settings?: never): unknown;
  predict(inputs: never, settings?: never): unknown;
  readonly weights: readonly { readonly shape: readonly unknown[] }[];
}

/** An optimizer of `tf.train`: a `step` of the experiment's own minimizes with it, and its state goes into checkpoints. */
export interface TensorFlowOptimizerLike {
  getWeights(): Promise<readonly { readonly name: string; readonly tensor: unknown }[]>;
  setWeights(weights: never): Promise<void>;
}

export interface OptimizerLike {
  step(): unknown;
  zeroGrad(): unknown;
  /** What the optimizer remembers: tensors and plain values, nested at will. Without it, a resumed run starts afresh. */
  stateDict?(): unknown;
  loadStateDict?(state: never): unknown;
}

/** What changes the learning rate while a run goes on; every scheduler of `optim.lrScheduler` does. */
export interface SchedulerLike {
  /** Called with the monitored metric, which most schedulers ignore. */
  step(metric: number): unknown;
  /** Numbers and lists of them. Without it, a resumed run's schedule starts over. */
  stateDict?(): unknown;
  loadStateDict?(state: never): unknown;
}

/** A scheduler that is stepped once an epoch, or one with the interval at which it is. */
export type Schedule = SchedulerLike | { readonly scheduler: SchedulerLike; readonly every: "epoch" | "step" };

/** The metric by which epochs are compared: of the validation data where there is some, else the mean over the epoch. */
export interface Monitor {
  /** `loss`, one of the named losses, or one of the metrics. */
  readonly metric: string;
  readonly mode: "min" | "max";
}

export interface EarlyStopping {
  /** How many epochs in a row may pass without a better one. */
  readonly patience: number;
  /** What a value has to differ by to count as better; 0 unless said otherwise. */
  readonly minDelta?: number;
}

/** A text, or a tensor that is a picture or a batch of pictures, with brightness from 0 to 1. */
export type Sample = string | { readonly shape: readonly number[]; data(): unknown };

/** Bounds for the gradients: of their common norm, of each element, or both. */
export interface GradientClipping {
  readonly maxNorm?: number;
  readonly maxValue?: number;
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

/**
 * What a model's `forward` returns. Never, where that is not known: TypeScript looks at functions with types of their own, as in
 * `loss: crossEntropy`, before it has seen the model, and refuses them if they might be given anything.
 */
export type OutputOf<Model extends ModelLike | LayersModelLike> = Model extends ModelLike
  ? unknown extends ReturnType<Model["forward"]>
    ? never
    : ReturnType<Model["forward"]>
  : Model extends LayersModelLike
    ? unknown extends ReturnType<Model["predict"]>
      ? never
      : Exclude<ReturnType<Model["predict"]>, readonly unknown[]>
    : never;

/** What a model's `parameters` returns. Never, where that is not known, as above. */
export type ParametersOf<Model extends ModelLike | LayersModelLike> = Model extends ModelLike
  ? unknown extends ReturnType<Model["parameters"]>
    ? never
    : ReturnType<Model["parameters"]>
  : Model extends LayersModelLike
    ? Model["weights"]
    : never;

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
  Model extends ModelLike | LayersModelLike,
  Optimizer extends OptimizerLike | TensorFlowOptimizerLike,
> {
  /** What the sidebar and the run history call it. */
  readonly name: string;
  readonly hyperparameters: H;
  /** What the hyperparameters are limited to: `{ learningRate: { min: 0, max: 1 }, optimizer: { choices: ["sgd", "adam"] } }`. */
  readonly ranges?: Ranges<H>;
  /** Loads the data. Each batch is `[...inputs, target]`. */
  readonly data: (hyperparameters: H) => ExperimentData<Batch> | Promise<ExperimentData<Batch>>;
  readonly model: (hyperparameters: H) => Model;
  /** A scalar to be minimised, or several by name, whose sum is. Required unless `step` is given. */
  readonly loss?: (output: OutputOf<Model>, target: TargetOf<Batch>) => LossLike | NamedLosses;
  readonly optimizer: (parameters: ParametersOf<Model>, hyperparameters: H) => Optimizer;
  /** How the learning rate changes. `stepsPerEpoch` is null where the data does not tell how many batches it has. */
  readonly schedule?: (
    optimizer: Optimizer,
    hyperparameters: H,
    data: { readonly stepsPerEpoch: number | null },
  ) => Schedule;
  /** Applied between `backward()` and the optimizer's step; a `step` of your own does it itself. */
  readonly clipGradients?: GradientClipping;
  /**
   * What makes an epoch the best: its weights are kept beside the last ones, and early stopping looks at it.
   * The loss, the lower the better, unless said otherwise.
   */
  readonly monitor?: Monitor;
  /**
   * Shows what the model does by now: called after each epoch, without gradients and in evaluation mode. Texts and pictures
   * are shown in the dashboard, epoch by epoch. Tensors are `[height, width]` or `[channels, height, width]`, or batches of these.
   */
  readonly samples?: (context: {
    readonly model: Model;
    readonly epoch: number;
    readonly hyperparameters: H;
  }) => Readonly<Record<string, Sample>> | Promise<Readonly<Record<string, Sample>>>;
  /** Records how weights and gradients are distributed, every so many epochs; it costs reading all of them each time. */
  readonly histograms?: { readonly everyEpochs: number };
  /** Ends the run when the monitored metric has stopped improving. */
  readonly earlyStopping?: EarlyStopping;
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
  Model extends ModelLike | LayersModelLike = ModelLike,
  Optimizer extends OptimizerLike | TensorFlowOptimizerLike = OptimizerLike,
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
  Model extends ModelLike | LayersModelLike,
  Optimizer extends OptimizerLike | TensorFlowOptimizerLike,
>(definition: ExperimentDefinition<H, Batch, Model, Optimizer>): Experiment<H, Batch, Model, Optimizer> {
  checkExperiment(definition);
  return Object.freeze({ ...definition, [brand]: true as const });
}

/** Whether a value was made by {@link defineExperiment}, by this copy of the library or another one. */
export function isExperiment(value: unknown): value is Experiment {
  return typeof value === "object" && value !== null && (value as { [brand]?: unknown })[brand] === true;
}
