import type { MetricValues } from "../../training/run-files";
import type { ExperimentData, ModelLike } from "../experiment";
import { sampleCount, splitBatch } from "./batches";
import { firstBadPart } from "./bad-numbers";
import type { Losses } from "./losses";
import { losses, readLosses } from "./losses";
import { readScalars, WeightedMeans } from "./scalars";
import { TrainingError } from "./training-error";
import type { Prepared, TrainingHost } from "./training-host";

/** Which step it is. Both are counted from 1. */
export interface StepPlace {
  readonly epoch: number;
  readonly step: number;
}

/** What is done with a batch: a step of training, or a pass without gradients. */
export class TrainStep {
  constructor(
    private readonly prepared: Prepared,
    private readonly host: TrainingHost,
  ) {}

  /**
   * Trains on one batch.
   *
   * @param recorded whether the step's numbers are wanted: reading them may hold up the device.
   * @returns the numbers; undefined where they were not wanted.
   * @throws TrainingError where the loss is no longer finite, before the weights have changed.
   */
  async train(batch: unknown, place: StepPlace, recorded: boolean): Promise<MetricValues | undefined> {
    const { experiment, hyperparameters, given, schedule } = this.prepared;
    const values = experiment.step
      ? await this.#own(experiment.step, { ...given, batch, hyperparameters, ...place }, recorded)
      : await this.#usual(batch, place, recorded);
    if (schedule?.every === "step") schedule.scheduler.step(values?.["loss"] ?? Number.NaN);
    return values;
  }

  async #own(
    step: NonNullable<Prepared["experiment"]["step"]>,
    context: Parameters<NonNullable<Prepared["experiment"]["step"]>>[0],
    recorded: boolean,
  ): Promise<MetricValues | undefined> {
    const logged = await step(context);
    return recorded ? this.#check(await readScalars(logged), context) : undefined;
  }

  async #usual(batch: unknown, place: StepPlace, recorded: boolean): Promise<MetricValues | undefined> {
    const { experiment, model, optimizer } = this.prepared;
    optimizer.zeroGrad();
    const { inputs, target } = splitBatch(batch);
    const output = forward(model, inputs);
    const loss = this.#loss(output, target);
    // Read before the weights change, so that a loss that is no number leaves them as they were.
    const values = recorded ? this.#check(await readLosses(loss), place, inputs) : undefined;
    const metrics = recorded ? await this.#metrics(output, target) : undefined;
    loss.total.backward();
    if (experiment.clipGradients) this.host.clipGradients(experiment.clipGradients);
    optimizer.step();
    return values && { ...values, ...metrics };
  }

  /** The means over the validation data, or over what was seen of it when a stop was asked for. */
  async validate(batches: NonNullable<ExperimentData<unknown>["validation"]>): Promise<MetricValues> {
    const { experiment, model } = this.prepared;
    const means = new WeightedMeans();
    model.eval?.();
    for await (const batch of batches) {
      const { inputs, target } = splitBatch(batch);
      const values = await this.host.noGrad(async () => {
        const output = forward(model, inputs);
        const loss = experiment.loss ? await readLosses(this.#loss(output, target)) : {};
        return { ...loss, ...(await this.#metrics(output, target)) };
      });
      means.add(values, sampleCount(batch));
      await new Promise(setImmediate);
      if (this.host.stopRequested()) break;
    }
    return means.get();
  }

  #loss(output: unknown, target: unknown): Losses {
    const { loss } = this.prepared.experiment;
    // `defineExperiment` has seen to it that there is a loss or a step.
    if (!loss) throw new TrainingError("The experiment has no `loss`.");
    return losses(loss(output as never, target as never));
  }

  #metrics(output: unknown, target: unknown): Promise<Record<string, number>> {
    const metrics = Object.entries(this.prepared.experiment.metrics ?? {});
    if (metrics.length === 0) return Promise.resolve({});
    return this.host.noGrad(() =>
      this.host.measure([output, target], async (output, target) => {
        const values = metrics.map(([name, metric]) => [name, metric(output as never, target as never)] as const);
        return readScalars(Object.fromEntries(values));
      }),
    );
  }

  #check(values: MetricValues, { epoch, step }: StepPlace, inputs?: readonly unknown[]): MetricValues {
    const { loss } = values;
    if (loss === undefined || Number.isFinite(loss)) return values;
    const { model, hyperparameters } = this.prepared;
    // Of several losses, the one that spoilt the sum.
    const [name] = Object.entries(values).find(([key, value]) => key !== "loss" && !Number.isFinite(value)) ?? [];
    const what = name === undefined ? `The loss became ${loss}` : `The loss "${name}" became ${values[name]}`;
    const where = inputs && this.host.noGrad(() => firstBadPart(model, inputs));
    const rate = hyperparameters["learningRate"];
    const hint = rate === undefined ? "a lower learning rate" : `a lower learning rate than ${rate}`;
    throw new TrainingError(
      `${what} at step ${step} (epoch ${epoch}), so training cannot go on.${where === undefined ? "" : ` ${where}`} ` +
        `Try ${hint}, clip the gradients, and look for logarithms or divisions of zero.`,
    );
  }
}

function forward(model: ModelLike, inputs: readonly unknown[]): unknown {
  return (model.forward as (...inputs: unknown[]) => unknown)(...inputs);
}
