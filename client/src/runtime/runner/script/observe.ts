/**
 * Watches TensorFlow.js train: `fit`, `fitDataset` and `trainOnBatch` of layers models, and optimizers to which gradients
 * are applied, by `minimize` or by the script itself. The script need not know.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { MetricValues } from "../../../training/run-files";
import type { ScriptRun } from "./script-run";

/** Ends a script whose run was asked to stop, from inside one of its steps. */
export class ScriptStopped extends Error {
  override readonly name = "ScriptStopped";

  constructor() {
    super("The run was stopped.");
  }
}

/** What of a copy of TensorFlow.js is watched. Each copy has classes of its own; all share one engine. */
export interface TensorFlowModule {
  readonly LayersModel?: { readonly prototype: ModelPrototype };
  readonly CustomCallback?: new (callbacks: object, yieldEvery?: unknown) => object;
  readonly io?: typeof tf.io;
  readonly [name: string]: unknown;
}

type Method = (this: never, ...args: never[]) => unknown;
type ModelPrototype = Record<"fit" | "fitDataset" | "trainOnBatch", Method>;

interface FitSettings {
  readonly epochs?: number;
  readonly batchesPerEpoch?: number;
  readonly callbacks?: unknown;
  readonly yieldEvery?: unknown;
}

interface Model {
  stopTraining: boolean;
  readonly metricsNames: readonly string[];
}

type Logs = Readonly<Record<string, number>> | undefined;

const watched = new WeakSet<object>();

/** Set while a layers model trains by itself: its optimizer is not watched then. */
let inside = 0;
/** The value that gradients were last computed of. */
let lastValue: tf.Tensor | undefined;

/** Watches a copy of TensorFlow.js. Repeating the call for one copy is harmless. */
export function observe(tensorflow: TensorFlowModule, run: ScriptRun): void {
  rememberValues();
  const model = tensorflow.LayersModel?.prototype;
  if (model && !watched.has(model)) {
    watched.add(model);
    observeModel(model, tensorflow.CustomCallback, run);
  }
  for (const [name, value] of Object.entries(tensorflow)) {
    if (!name.endsWith("Optimizer") || typeof value !== "function") continue;
    const prototype = (value as { prototype: { applyGradients?: Method } }).prototype;
    if (watched.has(prototype) || !Object.hasOwn(prototype, "applyGradients")) continue;
    watched.add(prototype);
    observeOptimizer(prototype as { applyGradients: Method }, run);
  }
}

/** Every gradient of every copy is computed by the engine that all of them share. */
function rememberValues(): void {
  const engine = tf.engine() as unknown as { gradients: (...args: unknown[]) => { value: tf.Tensor } };
  if (watched.has(engine)) return;
  watched.add(engine);
  const gradients = engine.gradients.bind(engine);
  engine.gradients = (...args) => {
    const result = gradients(...args);
    lastValue = result.value;
    return result;
  };
}

function observeOptimizer(prototype: { applyGradients: Method }, run: ScriptRun): void {
  const apply = prototype.applyGradients;
  prototype.applyGradients = function (this: never, ...args: never[]) {
    // The classes of optimizers extend each other, and layers models use them, too.
    if (inside > 0) return apply.apply(this, args);
    if (run.control.stopRequested) throw new ScriptStopped();
    inside++;
    try {
      return apply.apply(this, args);
    } finally {
      inside--;
      run.step(run.wanted ? readLoss() : undefined, 0);
    }
  };
}

/** The loss that was last differentiated, where it is a number that can be read at once. */
function readLoss(): MetricValues | undefined {
  if (!lastValue || lastValue.isDisposed || lastValue.size !== 1) return undefined;
  try {
    return { loss: lastValue.dataSync()[0] as number };
  } catch {
    return undefined;
  }
}

function observeModel(prototype: ModelPrototype, Callback: TensorFlowModule["CustomCallback"], run: ScriptRun): void {
  const { fit, fitDataset, trainOnBatch } = prototype;
  const training = async (call: () => unknown) => {
    inside++;
    try {
      return await call();
    } finally {
      inside--;
    }
  };
  prototype.fit = function (this: never, x: never, y: never, settings: FitSettings = {}) {
    return training(() => fit.call(this, x, y, withCallback(this, settings, Callback, run) as never));
  } as Method;
  prototype.fitDataset = function (this: never, dataset: never, settings: FitSettings) {
    return training(() => fitDataset.call(this, dataset, withCallback(this, settings, Callback, run) as never));
  } as Method;
  prototype.trainOnBatch = function (this: never, x: never, y: never) {
    if (run.control.stopRequested) throw new ScriptStopped();
    return training(async () => {
      const result = await trainOnBatch.call(this, x, y);
      const numbers = [result].flat() as number[];
      const names = (this as Model).metricsNames;
      const values = numbers.map((value, index) => [index === 0 ? "loss" : (names[index] ?? `metric ${index}`), value]);
      run.step(Object.fromEntries(values) as MetricValues, batchSize(x));
      return result;
    });
  } as Method;
}

function batchSize(x: unknown): number {
  const first = Array.isArray(x) ? (x[0] as unknown) : x;
  return (first as tf.Tensor | undefined)?.shape?.[0] ?? 0;
}

/** The settings of `fit` with one more callback, which records, pauses and stops. */
function withCallback(
  model: Model,
  settings: FitSettings,
  Callback: TensorFlowModule["CustomCallback"],
  run: ScriptRun,
): object {
  if (!Callback) return settings;
  // TensorFlow.js takes callbacks of one kind only: objects of functions, or instances of its classes.
  const given = settings.callbacks === undefined || settings.callbacks === null ? [] : [settings.callbacks].flat();
  const instances = given.map((each) =>
    typeof (each as { setParams?: unknown }).setParams === "function"
      ? (each as object)
      : new Callback(each as object, settings.yieldEvery),
  );
  const own: { params?: { epochs?: number; steps?: number | null } } = new Callback({
    onTrainBegin: () => run.expect(own.params?.epochs ?? settings.epochs ?? 1, own.params?.steps ?? null),
    onEpochBegin: () => run.beginEpoch(),
    onBatchEnd: async (_batch: number, logs: Logs) => {
      run.step(run.wanted ? numbers(logs, "train") : undefined, logs?.["size"] ?? 0);
      // Messages from the host are only received between two turns of the event loop.
      await new Promise(setImmediate);
      while (run.control.mustWait()) await run.control.next();
      if (run.control.stopRequested) model.stopTraining = true;
    },
    onEpochEnd: (_epoch: number, logs: Logs) => {
      const validation = numbers(logs, "validation");
      run.endEpoch(numbers(logs, "train"), Object.keys(validation).length > 0 ? validation : null);
      if (run.control.stopRequested) model.stopTraining = true;
    },
  });
  return { ...settings, callbacks: [...instances, own] };
}

/** The metrics of a split: those of the validation data are told by a prefix. */
function numbers(logs: Logs, split: "train" | "validation"): MetricValues {
  const prefix = "val_";
  return Object.fromEntries(
    Object.entries(logs ?? {}).flatMap(([name, value]): [string, number][] => {
      if (name === "batch" || name === "size" || typeof value !== "number") return [];
      if (name.startsWith(prefix)) return split === "validation" ? [[name.slice(prefix.length), value]] : [];
      return split === "train" ? [[name, value]] : [];
    }),
  );
}
