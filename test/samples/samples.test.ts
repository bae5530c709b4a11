import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ExperimentDefinition, Hyperparameters, LossLike, ModelLike, OptimizerLike } from "shapewright";
import { chooseBackend } from "../../client/src/runtime/backends";
import { analyze } from "../../server/src/interpreter/analyze";
import type { Fact } from "../../server/src/interpreter/recorder";
import { diskFileSystem, Workspace } from "../../server/src/compiler";
import { libraries } from "../../server/src/ops";
import { evaluate, formatDim, symbolsOf } from "../../server/src/shape/dim";
import type { Dim } from "../../server/src/shape/dim";
import type { Observation, Place } from "./observe";
import { instrument, observing } from "./observe";

const samples = resolve(import.meta.dirname, "../../samples");
const copies = resolve(import.meta.dirname, "../.out/observed-samples");

type AnyExperiment = ExperimentDefinition<Hyperparameters, readonly unknown[], ModelLike, OptimizerLike>;

beforeAll(async () => {
  await chooseBackend("wasm");
  rmSync(copies, { recursive: true, force: true });
  mkdirSync(copies, { recursive: true });
  // Without the configuration, whose paths hold only where the samples lie.
  cpSync(samples, copies, { recursive: true, filter: (file) => !file.endsWith("tsconfig.json") });
});
afterAll(() => rmSync(copies, { recursive: true, force: true }));

const names = readdirSync(samples).filter((name) => name.endsWith(".ts"));

describe.each(names)("samples/%s", (name) => {
  const path = join(samples, name);
  const workspace = new Workspace(diskFileSystem);
  const analysis = analyze(
    { module: (file) => workspace.module(file), resolve: (specifier, from) => workspace.resolve(specifier, from) },
    [path],
    { libraries },
  ).files.get(path);
  const text = readFileSync(path, "utf8");
  const expressions = (analysis?.facts ?? []).filter(
    (fact) => fact.role === "expression" && fact.value.kind !== "object",
  );

  test("traces clean, with every tensor expression known", () => {
    const unknown = expressions.filter(
      (fact) => fact.value.kind !== "tensor" || !fact.value.shape?.every((dim) => formatDim(dim) !== "?"),
    );
    expect(analysis?.diagnostics.map((diagnostic) => diagnostic.message)).toEqual([]);
    expect(unknown.map((fact) => text.slice(fact.span.start, fact.span.end))).toEqual([]);
    expect(analysis?.coverage.known).toBe(analysis?.coverage.tensorExpressions);
    expect(analysis?.coverage.tensorExpressions).toBeGreaterThan(5);
  });

  test("every traced shape, stride and dtype is the one that a run has", async () => {
    const places = placesOf(expressions);
    writeFileSync(join(copies, name), instrument(text, places));
    const module = (await import(pathToFileURL(join(copies, name)).href)) as { default: AnyExperiment };
    const seen = await observing(() => trainOneStep(module.default));
    const wrong: string[] = [];
    let compared = 0;
    for (const [id, observations] of seen) {
      const place = places[id];
      const facts = expressions.filter((fact) => fact.span.start === place?.start && fact.span.end === place.end);
      for (const observation of observations) {
        compared++;
        if (!facts.some((fact) => agrees(fact, observation))) {
          wrong.push(
            `${text.slice(place?.start, place?.end)}: run ${JSON.stringify(observation)}, traced ${facts.map(describeFact).join(" or ")}`,
          );
        }
      }
    }
    expect([...new Set(wrong)]).toEqual([]);
    expect(compared).toBeGreaterThan(5);
  });
});

/** One batch through data, model, loss, gradients, optimizer and metrics, as the runner does it. */
async function trainOneStep(experiment: AnyExperiment): Promise<void> {
  const { hyperparameters } = experiment;
  const data = await experiment.data(hyperparameters);
  const model = experiment.model(hyperparameters);
  const optimizer = experiment.optimizer(model.parameters(), hyperparameters);
  for await (const batch of data.train) {
    if (experiment.step) {
      await experiment.step({ model, optimizer, batch, hyperparameters, epoch: 1, step: 1 });
      return;
    }
    const output = (model.forward as (...inputs: unknown[]) => unknown)(...batch.slice(0, -1));
    const target = batch.at(-1) as never;
    const loss = experiment.loss?.(output as never, target) as LossLike;
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    for (const metric of Object.values(experiment.metrics ?? {})) metric(output as never, target);
    return;
  }
}

function placesOf(facts: readonly Fact[]): Place[] {
  const places = new Map(facts.map(({ span }) => [`${span.start}:${span.end}`, { start: span.start, end: span.end }]));
  return [...places.values()];
}

/** Whether a traced shape is the one of a run, for one choice of sizes for its symbols. */
function agrees(fact: Fact, run: Observation): boolean {
  if (fact.value.kind !== "tensor" || !fact.value.shape) return true;
  const { shape, dtype, strides } = fact.value;
  if (shape.length !== run.shape.length) return false;
  const sizes = new Map<string, number>();
  for (const [axis, dim] of shape.entries())
    if (symbolsOf(dim)[0] === dim) sizes.set(formatDim(dim), run.shape[axis] ?? 0);
  const fits = (dim: Dim, size: number | undefined): boolean => {
    if (!symbolsOf(dim).every((symbol) => sizes.has(formatDim(symbol)))) return true;
    return evaluate(dim, (name) => sizes.get(name) ?? NaN) === size;
  };
  if (!shape.every((dim, axis) => fits(dim, run.shape[axis]))) return false;
  if (dtype && dtype !== run.dtype.replace("torch.", "")) return false;
  // The stride of a dimension of size 1 has no meaning.
  return (
    !strides ||
    !run.stride ||
    strides.every((stride, axis) => run.shape[axis] === 1 || fits(stride, run.stride?.[axis]))
  );
}

function describeFact(fact: Fact): string {
  if (fact.value.kind !== "tensor") return "unknown";
  const { shape, strides, dtype } = fact.value;
  return `[${shape?.map(formatDim).join(", ")}] stride ${strides?.map(formatDim).join(",")} ${dtype}`;
}
