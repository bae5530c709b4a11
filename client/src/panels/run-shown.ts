import * as fs from "node:fs";
import * as path from "node:path";
import { LineTail } from "../training/line-tail";
import type { Histogram } from "../training/run-files";
import { parseHistogramLine, runPaths } from "../training/run-files";

/** A sample of a run: a text, or the file of a picture. */
export interface ShownSample {
  readonly epoch: number;
  readonly name: string;
  readonly text: string;
  readonly file: string | undefined;
}

/** What is shown of a longer text. */
const longestText = 10_000;
/** Of a run with more, the newest are shown. */
const mostEpochs = 200;

/** Follows what an experiment shows of its model: samples and histograms. */
export class RunShown {
  readonly #histograms: LineTail;
  readonly #paths: ReturnType<typeof runPaths>;
  /** The epochs whose samples were given last. */
  #epochs = "";
  #isNew = true;

  constructor(folder: string) {
    this.#paths = runPaths(folder);
    this.#histograms = new LineTail(this.#paths.histograms);
  }

  /** All samples where some were added, and the histograms that were. */
  read(): {
    readonly samples: readonly ShownSample[] | undefined;
    readonly histograms: { readonly restart: boolean; readonly added: readonly Histogram[] };
  } {
    const added = this.#histograms.read().flatMap((line) => parseHistogramLine(line) ?? []);
    const restart = this.#isNew || this.#histograms.restarted;
    this.#isNew = false;
    return { samples: this.#newSamples(), histograms: { restart, added } };
  }

  #newSamples(): ShownSample[] | undefined {
    const epochs = entries(this.#paths.samples)
      .filter((name) => /^\d+$/.test(name))
      .slice(-mostEpochs);
    if (epochs.join() === this.#epochs) return undefined;
    this.#epochs = epochs.join();
    return epochs.flatMap((epoch) => this.#samplesOf(epoch));
  }

  #samplesOf(epoch: string): ShownSample[] {
    const folder = path.join(this.#paths.samples, epoch);
    return entries(folder).flatMap((entry): ShownSample[] => {
      const file = path.join(folder, entry);
      const { name, ext } = path.parse(entry);
      if (ext === ".png") return [{ epoch: Number(epoch), name, text: "", file }];
      if (ext !== ".txt") return [];
      return [{ epoch: Number(epoch), name, text: readText(file), file: undefined }];
    });
  }
}

/** The names in a folder, in order; none where there is no such folder. */
function entries(folder: string): string[] {
  try {
    return fs.readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function readText(file: string): string {
  try {
    return fs.readFileSync(file, "utf8").slice(0, longestText);
  } catch {
    return "";
  }
}
