import type { BestValue, MetricValues, Split } from "./run-files";

/** Metrics that are better the lower they are, told by their names; every other one is better the higher. */
const lowerIsBetter = /loss|error|perplexity|distance|divergence|\b(mse|mae|rmse|nll)\b/i;

/** The best values so far, with those of another epoch taken into account. */
export function updateBest(
  best: Readonly<Record<string, BestValue>>,
  split: Split,
  epoch: number,
  values: MetricValues,
): Record<string, BestValue> {
  const updated = { ...best };
  for (const [name, value] of Object.entries(values)) {
    if (!Number.isFinite(value)) continue;
    const previous = updated[name];
    if (!previous || isBetter(name, value, previous.value)) updated[name] = { split, value, epoch };
  }
  return updated;
}

function isBetter(name: string, value: number, than: number): boolean {
  return lowerIsBetter.test(name) ? value < than : value > than;
}

/** The metric that says most about a run: the first that is not the loss, else the loss. */
export function headlineMetric(best: Readonly<Record<string, BestValue>>): [string, BestValue] | undefined {
  const entries = Object.entries(best);
  return entries.find(([name]) => name !== "loss") ?? entries[0];
}
