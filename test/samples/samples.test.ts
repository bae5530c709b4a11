// Every sample, as a learner uses it: traced without a diagnostic and without a gap, then run for a few steps, with the shape, stride
// and dtype of every expression compared with what was traced.
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { torch } from "shapewright/torch";
import { chooseBackend } from "../../client/src/runtime/backends";
import { instrument } from "../../server/src/compiler";
import type { SeenSizes, SeenTensor } from "../../server/src/ide/agreement";
import { agrees, learnSizes } from "../../server/src/ide/agreement";
import { MOST_FACTS_PER_PLACE } from "../../server/src/interpreter/recorder";
import type { Fact } from "../../server/src/interpreter/recorder";
import { formatDim } from "../../server/src/shape/dim";
import { callEntries } from "./entries";
import type { AnyExperiment } from "./experiment";
import { exercise } from "./experiment";
import { observing } from "./observe";
import { analyzeFiles, filesOf, sampleNames, samplesFolder, tensorExpressions } from "./sample";

const copies = resolve(import.meta.dirname, "../.out/observed-samples");

beforeAll(async () => {
  await chooseBackend("wasm");
  rmSync(copies, { recursive: true, force: true });
});
afterAll(() => rmSync(copies, { recursive: true, force: true }));

/** A range of a sample's source, with what was traced there. */
interface TracedPlace {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly facts: Fact[];
}

describe.each(sampleNames)("samples/%s", (name) => {
  const files = filesOf(name);
  const analyses = analyzeFiles(files);
  const path = join(samplesFolder, name);
  const places = files.flatMap((file) => {
    const analysis = analyses.get(file.path);
    return placesOf(file.path, file.text, analysis ? tensorExpressions(analysis) : []);
  });

  test("traces clean, with every tensor expression known", () => {
    for (const { diagnostics, coverage } of analyses.values()) {
      expect(diagnostics.map(({ message }) => message)).toEqual([]);
      expect(coverage.known).toBe(coverage.tensorExpressions);
    }
    expect(places.filter(({ facts }) => facts.some(isUnknown)).map(({ text }) => text)).toEqual([]);
    expect(analyses.get(path)?.coverage.tensorExpressions).toBeGreaterThan(5);
  });

  test("trains, and every traced shape, stride and dtype is the one that the run has", async () => {
    const folder = join(copies, name.replaceAll("/", "-"));
    copyInstrumented(folder, files, places);
    const copy = join(folder, relative(samplesFolder, path));
    let losses: number[] = [];
    const seen = await observing(async () => {
      const module = (await import(pathToFileURL(copy).href)) as { default: AnyExperiment };
      const trained = await exercise(module.default, { steps: 6 });
      losses = trained.losses;
      torch.noGrad(() => callEntries(files[0]?.text ?? "", { ...module }, trained.model));
    });
    expect([...new Set(disagreements(places, seen))]).toEqual([]);
    expect(places.filter((place, id) => place.path === path && !seen.has(id)).map(({ text }) => text)).toEqual([]);
    expect(losses.every(Number.isNaN) || losses.at(-1)! < losses[0]!, `the loss falls: ${losses.join(", ")}`).toBe(
      true,
    );
  });
});

function placesOf(path: string, text: string, facts: readonly Fact[]): TracedPlace[] {
  const places = new Map<string, TracedPlace>();
  for (const fact of facts) {
    const { start, end } = fact.span;
    const key = `${start}:${end}`;
    const place = places.get(key) ?? { path, start, end, text: text.slice(start, end), facts: [] };
    place.facts.push(fact);
    places.set(key, place);
  }
  return [...places.values()];
}

function isUnknown({ value }: Fact): boolean {
  return value.kind !== "tensor" || !value.shape?.every((dim) => formatDim(dim) !== "?");
}

/** The samples' folder with this sample's files instrumented; a place is named by its position in `places`. */
function copyInstrumented(folder: string, files: ReturnType<typeof filesOf>, places: readonly TracedPlace[]): void {
  // Without the configuration, whose paths hold only where the samples lie, and without the other samples.
  cpSync(samplesFolder, folder, { recursive: true, filter: (file) => !/\.(ts|js)$|tsconfig\.json$/.test(file) });
  for (const { path, text } of files) {
    const copy = join(folder, relative(samplesFolder, path));
    mkdirSync(dirname(copy), { recursive: true });
    writeFileSync(
      copy,
      instrument(
        path,
        text,
        places.map((place, id) => ({ ...place, id })).filter((place) => place.path === path),
      ),
    );
  }
}

function disagreements(places: readonly TracedPlace[], seen: ReadonlyMap<number, readonly SeenTensor[]>): string[] {
  const sizes: SeenSizes = new Map();
  for (const [id, observations] of seen)
    for (const fact of places[id]?.facts ?? []) for (const run of observations) learnSizes(fact, run, sizes);
  return [...seen].flatMap(([id, observations]) => {
    const { text = "", facts = [] } = places[id] ?? {};
    // Of a place with as many facts as are kept, some may have been dropped.
    if (facts.length >= MOST_FACTS_PER_PLACE) return [];
    return observations
      .filter((run) => !facts.some((fact) => agrees(fact, run, sizes)))
      .map((run) => `${text}: run ${JSON.stringify(run)}, traced ${facts.map(describeFact).join(" or ")}`);
  });
}

function describeFact({ value }: Fact): string {
  if (value.kind !== "tensor") return "unknown";
  const { shape, strides, dtype } = value;
  return `[${shape?.map(formatDim).join(", ")}] stride ${strides?.map(formatDim).join(",")} ${dtype}`;
}
