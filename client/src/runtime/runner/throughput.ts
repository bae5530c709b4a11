/** Milliseconds of recent training that the figures are taken over: steady, yet quick to notice a change. */
const windowLength = 4000;

/**
 * How fast training goes and how long it will take. Times are in milliseconds on any one clock;
 * validation and set-up do not count as training.
 */
export class Throughput {
  /** Recent steps: how long each took and how many samples it had. */
  #recent: { readonly duration: number; readonly samples: number }[] = [];
  #duration = 0;
  #samples = 0;
  #validation = 0;

  step(duration: number, samples: number): void {
    this.#recent.push({ duration, samples });
    this.#duration += duration;
    this.#samples += samples;
    while (this.#recent.length > 1 && this.#duration - this.#recent[0]!.duration >= windowLength) {
      const oldest = this.#recent.shift()!;
      this.#duration -= oldest.duration;
      this.#samples -= oldest.samples;
    }
  }

  /** Tells how long a pass over the validation data took; the last one stands for those to come. */
  validation(duration: number): void {
    this.#validation = duration;
  }

  samplesPerSecond(): number | null {
    if (this.#duration <= 0 || this.#samples === 0) return null;
    return (this.#samples / this.#duration) * 1000;
  }

  /** Seconds until the given numbers of steps and of validation passes are done. */
  secondsLeft(steps: number | null, validations: number): number | null {
    if (steps === null || this.#recent.length === 0) return null;
    const perStep = this.#duration / this.#recent.length;
    return (steps * perStep + validations * this.#validation) / 1000;
  }
}
