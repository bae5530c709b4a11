import type { MetricPoint, MetricValues, Split } from "../../training/run-files";
import type { Batches, Experiment, ExperimentData, LossLike, ModelLike } from "../experiment";
import { sampleCount, skipBatches, splitBatch } from "./batches";
import type { Progress } from "./checkpoint";
import { readScalar, readScalars, WeightedMeans } from "./scalars";
import { Throughput } from "./throughput";
import { TrainingError } from "./training-error";
import type { Prepared, TrainingHost } from "./training-host";

/** At most ten reports a second: more cannot be seen, and each one is read, sent and drawn. */
const reportInterval = 100;

/**
 * Steps that are recorded one by one. Beyond them only the reported steps are, which bounds the metrics of a
 * run by its duration (36,000 points an hour) rather than by the speed of its steps.
 */
const recordedSteps = 10_000;

/** Milliseconds between two checkpoints: flushing to the disk must not hold up epochs that are shorter than that. */
const checkpointInterval = 1000;

/**
 * Trains until the epochs are over or a stop is asked for, with a checkpoint after epochs and at the end.
 *
 * @param from where an earlier training of the same model was interrupted.
 * @throws TrainingError where the loss is no longer a number or there is nothing to train on; whatever the user's code throws.
 */
export async function train(prepared: Prepared, host: TrainingHost, from?: Progress): Promise<"done" | "stopped"> {
  return new Training(prepared, host, from).run();
}

/** Where the loop stands, without what it knows at any moment. */
type Place = Omit<Progress, "step" | "time">;

class Training {
  readonly #start: number;
  readonly #throughput = new Throughput();
  readonly #last: Partial<Record<Split, MetricValues>> = {};
  #points: MetricPoint[] = [];
  #reported = -Infinity;
  #checkpointed = -Infinity;
  #epoch: number;
  #step: number;
  /** Steps before the epoch at work. */
  #stepsBefore = 0;
  /** The generator's state when the epoch at work began, and the numbers recorded in it. */
  #epochRandom: unknown;
  #means = new WeightedMeans();
  /** The interrupted epoch, until it goes on. */
  #interrupted: Progress | undefined;
  /** Batches in an epoch, told by the data or counted in the first epoch. */
  #stepsPerEpoch: number | null;

  constructor(
    private readonly prepared: Prepared,
    private readonly host: TrainingHost,
    from: Progress | undefined,
  ) {
    this.#start = host.now() - (from?.time ?? 0) * 1000;
    this.#epoch = from?.epochs ?? 0;
    this.#step = from?.step ?? 0;
    this.#interrupted = from;
    this.#stepsPerEpoch = prepared.data.train.length ?? null;
  }

  async run(): Promise<"done" | "stopped"> {
    const { hyperparameters, data } = this.prepared;
    while (this.#epoch < hyperparameters.epochs) {
      this.#epoch++;
      const means = await this.#trainEpoch();
      // Validation may draw random numbers, too; a run that goes on repeats it from here.
      const random = this.host.randomState();
      if (this.host.stopRequested()) return this.#stop(random);
      const validation = data.validation ? await this.#validate(data.validation) : null;
      if (this.host.stopRequested()) return this.#stop(random);
      if (validation) this.#record("validation", validation);
      const isLast = this.#epoch === hyperparameters.epochs;
      if (isLast || this.host.now() - this.#checkpointed >= checkpointInterval)
        await this.#checkpoint(this.#nextEpoch());
      this.#report({ train: means, validation });
    }
    return "done";
  }

  async #stop(random: unknown): Promise<"stopped"> {
    await this.#checkpoint({
      epochs: this.#epoch - 1,
      batches: this.#step - this.#stepsBefore,
      sums: this.#means.sums(),
      random: { epochStart: this.#epochRandom, now: random },
    });
    this.#report();
    return "stopped";
  }

  /** The place between the epoch that has ended and the next one. */
  #nextEpoch(): Place {
    const random = this.host.randomState();
    return { epochs: this.#epoch, batches: 0, sums: {}, random: { epochStart: random, now: random } };
  }

  async #checkpoint(place: Place): Promise<void> {
    // The points come first: those after the checkpoint are dropped by a run that goes on, those before it must be there.
    this.#flush();
    await this.host.checkpoint({ ...place, step: this.#step, time: this.#time() });
    this.#checkpointed = this.host.now();
  }

  /** @returns the means of what was recorded over the epoch. */
  async #trainEpoch(): Promise<MetricValues> {
    const { data, model } = this.prepared;
    const interrupted = this.#interrupted;
    this.#interrupted = undefined;
    if (interrupted) this.host.setRandomState(interrupted.random.epochStart);
    this.#epochRandom = interrupted?.random.epochStart ?? this.host.randomState();
    this.#means = new WeightedMeans(interrupted?.sums);
    const means = this.#means;
    const first = this.#step - (interrupted?.batches ?? 0);
    this.#stepsBefore = first;
    const batches = interrupted?.batches ? this.#rest(data.train, interrupted) : data.train;
    model.train?.();
    let before = this.host.now();
    for await (const batch of batches) {
      this.#step++;
      const samples = sampleCount(batch);
      const values = await this.#trainStep(batch);
      if (values) {
        means.add(values, samples);
        this.#record("train", values);
      }
      // Messages from the host are only received between two turns of the event loop.
      await new Promise(setImmediate);
      const after = this.host.now();
      this.#throughput.step(after - before, samples);
      before = after;
      if (this.host.stopRequested()) return means.get();
      if (this.#due()) this.#report();
    }
    if (this.host.stopRequested()) return means.get();
    if (this.#step === first) {
      throw new TrainingError("There is nothing to train on: `data` returned no training batches.");
    }
    this.#stepsPerEpoch = this.#step - first;
    return means.get();
  }

  /** What the interrupted epoch has not trained on yet. */
  #rest(batches: Batches<unknown>, { batches: count, random }: Progress): AsyncIterable<unknown> {
    return skipBatches(batches, count, {
      stopRequested: () => this.host.stopRequested(),
      skipped: () => this.host.setRandomState(random.now),
    });
  }

  /** @returns the step's numbers where they are recorded, undefined where they were not even read. */
  async #trainStep(batch: unknown): Promise<MetricValues | undefined> {
    const { experiment, hyperparameters, model, optimizer } = this.prepared;
    const recorded = this.#due() || (this.host.readsAreCheap && this.#step <= recordedSteps);
    if (experiment.step) {
      const context = { model, optimizer, batch, hyperparameters, epoch: this.#epoch, step: this.#step };
      const logged = await experiment.step(context);
      return recorded ? this.#check(readScalars(logged)) : undefined;
    }
    optimizer.zeroGrad();
    const { inputs, target } = splitBatch(batch);
    const output = forward(model, inputs);
    const loss = lossOf(experiment, output, target);
    // Read before the weights change, so that a loss that is no number leaves them as they were.
    const values = recorded ? this.#check({ loss: readScalar(loss) }) : undefined;
    const metrics = recorded ? this.host.noGrad(() => this.#metrics(output, target)) : undefined;
    loss.backward();
    optimizer.step();
    return values && { ...values, ...metrics };
  }

  async #validate(batches: NonNullable<ExperimentData<unknown>["validation"]>): Promise<MetricValues> {
    const { experiment, model } = this.prepared;
    const before = this.host.now();
    const means = new WeightedMeans();
    model.eval?.();
    for await (const batch of batches) {
      const { inputs, target } = splitBatch(batch);
      const values = this.host.noGrad(() => {
        const output = forward(model, inputs);
        const loss = experiment.loss ? { loss: readScalar(lossOf(experiment, output, target)) } : {};
        return { ...loss, ...this.#metrics(output, target) };
      });
      means.add(values, sampleCount(batch));
      await new Promise(setImmediate);
      if (this.host.stopRequested()) break;
    }
    this.#throughput.validation(this.host.now() - before);
    return means.get();
  }

  #metrics(output: unknown, target: unknown): Record<string, number> {
    const { metrics } = this.prepared.experiment;
    const values = Object.entries(metrics ?? {}).map(([name, metric]): [string, number] => [
      name,
      readScalar(metric(output as never, target as never)),
    ]);
    return Object.fromEntries(values);
  }

  #check(values: MetricValues): MetricValues {
    const { loss } = values;
    if (loss === undefined || Number.isFinite(loss)) return values;
    const rate = this.prepared.hyperparameters["learningRate"];
    const hint = rate === undefined ? "a lower learning rate" : `a lower learning rate than ${rate}`;
    throw new TrainingError(
      `The loss became ${loss} at step ${this.#step} (epoch ${this.#epoch}), so training cannot go on. ` +
        `Try ${hint}, clip the gradients, and look for logarithms or divisions of zero.`,
    );
  }

  #record(split: Split, values: MetricValues): void {
    // JSON has no NaN and no infinity; a metric that is none on this batch is left out of the point.
    const finite = Object.fromEntries(Object.entries(values).filter(([, value]) => Number.isFinite(value)));
    this.#last[split] = { ...this.#last[split], ...finite };
    this.#points.push({ step: this.#step, epoch: this.#epoch, time: this.#time(), split, values: finite });
  }

  /** Seconds of training so far. */
  #time(): number {
    return Math.round(this.host.now() - this.#start) / 1000;
  }

  #due(): boolean {
    return this.host.now() - this.#reported >= reportInterval;
  }

  #flush(): void {
    this.host.record(this.#points);
    this.#points = [];
  }

  #report(epochEnd?: { readonly train: MetricValues; readonly validation: MetricValues | null }): void {
    this.#flush();
    this.#reported = this.host.now();
    const { epochs } = this.prepared.hyperparameters;
    const steps = this.#stepsPerEpoch === null ? null : this.#stepsPerEpoch * epochs;
    const epochsEnded = epochEnd ? this.#epoch : this.#epoch - 1;
    this.host.report({
      type: "progress",
      progress: {
        epoch: this.#epoch,
        epochs,
        step: this.#step,
        steps,
        samplesPerSecond: this.#throughput.samplesPerSecond(),
        secondsLeft: this.#throughput.secondsLeft(
          steps === null ? null : Math.max(0, steps - this.#step),
          epochs - epochsEnded,
        ),
      },
      last: { ...this.#last },
      ...(epochEnd ? { epochEnd } : {}),
    });
  }
}

function forward(model: ModelLike, inputs: readonly unknown[]): unknown {
  return (model.forward as (...inputs: unknown[]) => unknown)(...inputs);
}

function lossOf(experiment: Experiment, output: unknown, target: unknown): LossLike {
  const { loss } = experiment;
  // `defineExperiment` has seen to it that there is a loss or a step.
  if (!loss) throw new TrainingError("The experiment has no `loss`.");
  return loss(output as never, target as never);
}
