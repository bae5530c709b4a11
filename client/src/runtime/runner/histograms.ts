import type { Histogram } from "../../training/run-files";
import type { ModelLike } from "../experiment";
import { isTensorLike, readValues } from "./saved-state";

const bins = 40;

/**
 * How the values of each parameter, and of its gradient where it has one, are distributed. Every value is read from the
 * device once.
 */
export async function parameterHistograms(model: ModelLike, step: number, epoch: number): Promise<Histogram[]> {
  const { namedParameters } = model as { namedParameters?: () => [string, unknown][] };
  const histograms: Histogram[] = [];
  for (const [name, parameter] of namedParameters?.call(model) ?? []) {
    const { grad } = parameter as { grad?: unknown };
    for (const [of, tensor] of [
      ["weights", parameter],
      ["gradients", grad],
    ] as const) {
      if (!isTensorLike(tensor)) continue;
      const data = await readValues(tensor, `The ${of} of ${name}`);
      histograms.push({ step, epoch, name, of, ...distribution(data) });
    }
  }
  return histograms;
}

/** The number of values in each of {@link bins} intervals of equal width, from the lowest finite value to the highest. */
function distribution(values: ArrayLike<number>): Pick<Histogram, "min" | "max" | "counts"> {
  let [min, max] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  if (min > max) return { min: 0, max: 0, counts: [] };
  const counts = new Array<number>(bins).fill(0);
  const scale = max > min ? bins / (max - min) : 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isFinite(value)) counts[Math.min(bins - 1, Math.floor((value - min) * scale))]!++;
  }
  return { min, max, counts };
}
