import { MetricsTail } from "../../../client/src/training/metrics-tail";
import type { MetricPoint } from "../../../client/src/training/run-files";

/** What the training of a run recorded. What it tells of the process every two seconds comes as the machine has time. */
export function trainingPoints(folder: string): MetricPoint[] {
  return new MetricsTail(folder).read().filter(({ values }) => !("memory (MB)" in values));
}
