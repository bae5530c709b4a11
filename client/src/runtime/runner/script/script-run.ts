import type { MetricPoint, MetricValues, Split } from "../../../training/run-files";
import type { Control } from "../control";
import type { Report } from "../protocol";
import type { RunWriter } from "../run-writer";
import { SystemValues } from "../system-values";
import { Throughput } from "../throughput";

/** As often as the progress of an experiment is reported. */
const reportInterval = 100;
/** Steps that are recorded one by one, as those of an experiment are. */
const recordedSteps = 10_000;

/** What a script's training has told of itself, recorded and reported as that of an experiment is. */
export class ScriptRun {
  readonly #start = performance.now();
  readonly #throughput = new Throughput();
  readonly #last: Partial<Record<Split, MetricValues>> = {};
  #points: MetricPoint[] = [];
  #reported = -Infinity;
  readonly #system = new SystemValues(performance.now());
  #before = performance.now();
  #step = 0;
  #epoch = 1;
  #epochs = 1;
  /** Steps of the run as far as is known; null where the script does not say. */
  #expected: number | null = null;

  constructor(
    readonly control: Control,
    private readonly writer: Pick<RunWriter, "appendMetrics">,
    private readonly report: (report: Extract<Report, { type: "progress" }>) => void,
  ) {}

  /** The steps taken so far. */
  get steps(): number {
    return this.#step;
  }

  /** Whether the numbers of the next step are wanted: reading them may hold up the device. */
  get wanted(): boolean {
    return this.#step < recordedSteps || this.#due();
  }

  /** Further epochs begin, of so many steps each where that is known. */
  expect(epochs: number, stepsPerEpoch: number | null): void {
    const before = this.#step === 0 ? 0 : this.#epoch;
    this.#epochs = before + epochs;
    this.#expected = stepsPerEpoch === null ? null : this.#step + epochs * stepsPerEpoch;
    this.#before = performance.now();
  }

  beginEpoch(): void {
    if (this.#step > 0) this.#epoch++;
    this.#epochs = Math.max(this.#epochs, this.#epoch);
  }

  /** A step has been taken. Its numbers may be left out. */
  step(values: MetricValues | undefined, samples: number): void {
    this.#step++;
    const now = performance.now();
    this.#throughput.step(now - this.#before, samples);
    this.#before = now;
    if (values) this.#record("train", values);
    if (this.#due()) this.#send();
  }

  /** An epoch is over, with the means of its steps and those of the validation data. */
  endEpoch(train: MetricValues, validation: MetricValues | null): void {
    if (validation) this.#record("validation", validation);
    this.#send({ train: finite(train), validation: validation && finite(validation) });
  }

  /** Writes and reports what is left. */
  end(): void {
    this.#send();
  }

  #record(split: Split, values: MetricValues): void {
    const known = finite(values);
    this.#last[split] = { ...this.#last[split], ...known };
    this.#addPoint(split, known);
  }

  #addPoint(split: Split, values: MetricValues): void {
    const time = Math.round(performance.now() - this.#start) / 1000;
    this.#points.push({ step: this.#step, epoch: this.#epoch, time, split, values });
  }

  #due(): boolean {
    return performance.now() - this.#reported >= reportInterval;
  }

  #send(epochEnd?: { readonly train: MetricValues; readonly validation: MetricValues | null }): void {
    const system = this.#system.due(performance.now(), this.#throughput);
    if (system) this.#addPoint("train", system);
    this.writer.appendMetrics(this.#points);
    this.#points = [];
    this.#reported = performance.now();
    const left = this.#expected === null ? null : Math.max(0, this.#expected - this.#step);
    this.report({
      type: "progress",
      progress: {
        epoch: this.#epoch,
        epochs: this.#epochs,
        step: this.#step,
        steps: this.#expected,
        samplesPerSecond: this.#throughput.samplesPerSecond(),
        secondsLeft: this.#throughput.secondsLeft(left, 0),
      },
      last: { ...this.#last },
      ...(epochEnd ? { epochEnd } : {}),
    });
  }
}

/** JSON has no NaN and no infinity. */
function finite(values: MetricValues): MetricValues {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => Number.isFinite(value)));
}
