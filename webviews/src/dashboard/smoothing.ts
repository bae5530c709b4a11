import { Column } from "./column";

/**
 * Exponential smoothing without the pull towards zero at the start: the moving average is divided by the weight it has
 * gathered so far, as Adam does with its moments (Kingma and Ba, 2015, section 3). A value that is not finite is passed
 * through and leaves the average alone. Values that were smoothed once are kept, so that a curve that grows costs what is new.
 */
export class Smoothing {
  readonly #smoothed = new Column();
  #average = 0;
  #gathered = 0;

  /** @param weight how much of the past is kept, 0 (none) to below 1. */
  constructor(readonly weight: number) {}

  /** One value for each one given. @param values those of the call before, with others behind them. */
  of(values: Float64Array): Float64Array {
    if (this.weight <= 0) return values;
    for (let index = this.#smoothed.length; index < values.length; index++)
      this.#smoothed.push(this.#next(values[index]!));
    return this.#smoothed.values;
  }

  #next(value: number): number {
    if (!Number.isFinite(value)) return value;
    this.#average = this.weight * this.#average + (1 - this.weight) * value;
    this.#gathered = this.weight * this.#gathered + (1 - this.weight);
    return this.#average / this.#gathered;
  }
}
