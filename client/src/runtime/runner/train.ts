import type { MetricPoint, MetricValues, Split } from "../../training/run-files";
import type { Batches } from "../experiment";
import { sampleCount, skipBatches } from "./batches";
import type { Progress } from "./checkpoint";
import { EpochMonitor } from "./epoch-monitor";
import { WeightedMeans } from "./scalars";
import { parameterHistograms } from "./histograms";
import { makeSamples } from "./samples";
import { learningRate } from "./schedule";
import { SystemValues } from "./system-values";
import { Throughput } from "./throughput";
import { TrainStep } from "./train-step";
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

/** How a run ended, and why where that is not plain. */
export interface Outcome {
  readonly outcome: "done" | "stopped";
  readonly message: string | null;
}

/**
 * Trains until the epochs are over, the experiment stops early or a stop is asked for, with a checkpoint after epochs and
 * at the end.
 *
 * @param from where an earlier training of the same model was interrupted.
 * @throws TrainingError where the loss is no longer a number or there is nothing to train on; whatever the user's code throws.
 */
export async function train(prepared: Prepared, host: TrainingHost, from?: Progress): Promise<Outcome> {
  return new Training(prepared, host, from).run();
}

/** Milliseconds without a checkpoint after which one is made in the middle of an epoch: what a killed process loses at most. */
const longestWithoutCheckpoint = 60_000;

/** Where the loop stands, without what it knows at any moment. */
type Place = Omit<Progress, "step" | "time" | "monitor" | "schedule">;

class Training {
  /** When training would have begun if it had never waited. */
  #start: number;
  readonly #batch: TrainStep;
  readonly #monitor: EpochMonitor;
  readonly #throughput = new Throughput();
  readonly #last: Partial<Record<Split, MetricValues>> = {};
  #points: MetricPoint[] = [];
  #reported = -Infinity;
  readonly #system: SystemValues;
  #checkpointed: number;
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
    this.#system = new SystemValues(host.now());
    this.#checkpointed = host.now() - checkpointInterval;
    this.#epoch = from?.epochs ?? 0;
    this.#step = from?.step ?? 0;
    this.#interrupted = from;
    this.#batch = new TrainStep(prepared, host);
    this.#monitor = new EpochMonitor(prepared.experiment, from?.monitor);
    this.#stepsPerEpoch = prepared.data.train.length ?? null;
  }

  async run(): Promise<Outcome> {
    try {
      return await this.#epochs();
    } catch (error) {
      // The step that failed is the last one that is told of.
      this.#report();
      throw error;
    }
  }

  async #epochs(): Promise<Outcome> {
    const { hyperparameters, data } = this.prepared;
    let stopEarly: string | undefined;
    while (this.#epoch < hyperparameters.epochs && stopEarly === undefined) {
      this.#epoch++;
      const means = await this.#trainEpoch();
      // Validation may draw random numbers, too; a run that goes on repeats it from here.
      const random = this.host.randomState();
      if (this.host.stopRequested()) return this.#stop(random);
      const validation = data.validation ? await this.#validate(data.validation) : null;
      if (this.host.stopRequested()) return this.#stop(random);
      if (validation) this.#record("validation", validation);
      await this.#epochEnded(validation ?? means);
      await this.#show();
      stopEarly = this.#monitor.reasonToStop(this.#epoch);
      const isLast = this.#epoch === hyperparameters.epochs || stopEarly !== undefined;
      if (isLast || this.host.now() - this.#checkpointed >= checkpointInterval)
        await this.#checkpoint(this.#nextEpoch());
      this.#report({ train: means, validation });
    }
    return { outcome: "done", message: stopEarly ?? null };
  }

  /** Compares the epoch with those before, and lets the schedule set the rates of the next one. */
  async #epochEnded(values: MetricValues): Promise<void> {
    const { schedule } = this.prepared;
    const { isBest, value } = this.#monitor.epochEnded(this.#epoch, values);
    if (isBest) await this.host.keepBest(this.#epoch);
    if (schedule?.every === "epoch") schedule.scheduler.step(value);
  }

  /** Lets the experiment show what the model does by now. */
  async #show(): Promise<void> {
    const { experiment, model } = this.prepared;
    const everyEpochs = experiment.histograms?.everyEpochs;
    if (everyEpochs !== undefined && this.#epoch % everyEpochs === 0) {
      this.host.writeHistograms(await parameterHistograms(model, this.#step, this.#epoch));
    }
    if (!experiment.samples) return;
    model.eval?.();
    const files = await this.host.noGrad(() => makeSamples(this.prepared, this.#epoch));
    this.host.writeSamples(this.#epoch, files);
  }

  async #validate(batches: Batches<unknown>): Promise<MetricValues> {
    const before = this.host.now();
    const means = await this.#batch.validate(batches);
    this.#throughput.validation(this.host.now() - before);
    return means;
  }

  async #stop(random: unknown): Promise<Outcome> {
    await this.#checkpoint(this.#withinEpoch(random));
    this.#report();
    return { outcome: "stopped", message: null };
  }

  /** Waits until the run may take its next step, with a checkpoint: a window that is closed meanwhile loses nothing. */
  async #pause(): Promise<void> {
    const before = this.host.now();
    await this.#checkpoint(this.#withinEpoch(this.host.randomState()));
    this.#report();
    this.host.report({ type: "paused", paused: true });
    do await this.host.nextCommand();
    while (this.host.mustWait());
    const waited = this.host.now() - before;
    this.#start += waited;
    this.host.report({ type: "paused", paused: false, waited: waited / 1000 });
  }

  /** The place after the last step, in the middle of the epoch at work. */
  #withinEpoch(random: unknown): Place {
    return {
      epochs: this.#epoch - 1,
      batches: this.#step - this.#stepsBefore,
      sums: this.#means.sums(),
      random: { epochStart: this.#epochRandom, now: random },
    };
  }

  /** The place between the epoch that has ended and the next one. */
  #nextEpoch(): Place {
    const random = this.host.randomState();
    return { epochs: this.#epoch, batches: 0, sums: {}, random: { epochStart: random, now: random } };
  }

  async #checkpoint(place: Place): Promise<void> {
    // The points come first: those after the checkpoint are dropped by a run that goes on, those before it must be there.
    this.#flush();
    const schedule = this.prepared.schedule?.scheduler.stateDict?.() ?? null;
    const { state: monitor } = this.#monitor;
    await this.host.checkpoint({ ...place, step: this.#step, time: this.#time(), monitor, schedule });
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
      const recorded = this.#due() || (this.host.readsAreCheap && this.#step <= recordedSteps);
      const rate = recorded ? this.#scheduledRate() : {};
      const values = await this.#batch.train(batch, { epoch: this.#epoch, step: this.#step }, recorded);
      if (values) {
        means.add(values, samples);
        this.#record("train", { ...values, ...rate });
      }
      // Messages from the host are only received between two turns of the event loop.
      await new Promise(setImmediate);
      const after = this.host.now();
      this.#throughput.step(after - before, samples);
      if (this.#due()) this.#report();
      if (this.host.mustWait()) await this.#pause();
      else if (this.host.now() - this.#checkpointed >= longestWithoutCheckpoint)
        await this.#checkpoint(this.#withinEpoch(this.host.randomState()));
      before = this.host.now();
      if (this.host.stopRequested()) return means.get();
    }
    if (this.host.stopRequested()) return means.get();
    if (this.#step === first) {
      throw new TrainingError("There is nothing to train on: `data` returned no training batches.");
    }
    this.#stepsPerEpoch = this.#step - first;
    return means.get();
  }

  /** The learning rate of the next step, where it changes and the optimizer tells it. */
  #scheduledRate(): MetricValues {
    const { schedule, optimizer } = this.prepared;
    const rate = schedule && learningRate(optimizer);
    return rate === undefined ? {} : { "learning rate": rate };
  }

  /** What the interrupted epoch has not trained on yet. */
  #rest(batches: Batches<unknown>, { batches: count, random }: Progress): AsyncIterable<unknown> {
    return skipBatches(batches, count, {
      stopRequested: () => this.host.stopRequested(),
      skipped: () => this.host.setRandomState(random.now),
    });
  }

  #record(split: Split, values: MetricValues): void {
    // JSON has no NaN and no infinity; a metric that is none on this batch is left out of the point.
    const finite = Object.fromEntries(Object.entries(values).filter(([, value]) => Number.isFinite(value)));
    this.#last[split] = { ...this.#last[split], ...finite };
    this.#addPoint(split, finite);
  }

  #addPoint(split: Split, values: MetricValues): void {
    this.#points.push({ step: this.#step, epoch: this.#epoch, time: this.#time(), split, values });
  }

  /** Seconds of training so far. */
  #time(): number {
    return Math.round(this.host.now() - this.#start) / 1000;
  }

  #due(): boolean {
    return this.host.now() - this.#reported >= reportInterval;
  }

  #flush(): void {
    const system = this.#system.due(this.host.now(), this.#throughput);
    if (system) this.#addPoint("train", system);
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
