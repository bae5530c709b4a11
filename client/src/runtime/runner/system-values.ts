import type { MetricValues } from "../../training/run-files";
import type { Throughput } from "./throughput";

/** Milliseconds between two looks at the process: throughput and memory change slowly. */
const lookInterval = 2000;

/** How fast a process trains and how much memory it takes, for curves of their own beside the metrics. */
export class SystemValues {
  #looked: number;

  constructor(now: number) {
    this.#looked = now;
  }

  /** The values where it is time for them again. */
  due(now: number, throughput: Throughput): MetricValues | undefined {
    if (now - this.#looked < lookInterval) return undefined;
    this.#looked = now;
    const samples = throughput.samplesPerSecond();
    return {
      ...(samples === null ? {} : { "samples/s": Math.round(samples) }),
      "memory (MB)": Math.round(process.memoryUsage.rss() / 1e6),
    };
  }
}
