/**
 * Exponential smoothing without the pull towards zero at the start: the moving average is divided by the weight it has
 * gathered so far, as Adam does with its moments (Kingma and Ba, 2015, section 3).
 *
 * @param weight how much of the past is kept, 0 (none) to below 1.
 * @returns one value for each one given; a value that is not finite is passed through and leaves the average alone.
 */
export function smooth(values: readonly number[], weight: number): number[] {
  if (weight <= 0) return [...values];
  let average = 0;
  let gathered = 0;
  return values.map((value) => {
    if (!Number.isFinite(value)) return value;
    average = weight * average + (1 - weight) * value;
    gathered = weight * gathered + (1 - weight);
    return average / gathered;
  });
}
