// No sample leaks: what is alive on the backend does not grow with the rounds of its batches. `npm run leaks` trains for 1,000 steps.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { chooseBackend } from "../../client/src/runtime/backends";
import type { AnyExperiment } from "./experiment";
import { liveMemoryAfter } from "./live-memory";
import { sampleNames, samplesFolder } from "./sample";

beforeAll(async () => {
  await chooseBackend("wasm");
});

test.each(sampleNames)("samples/%s", async (name) => {
  const path = pathToFileURL(join(samplesFolder, name)).href;
  const { default: experiment } = (await import(path)) as { default: AnyExperiment };
  const [early, late] = await liveMemoryAfter(experiment, [4, 13]);
  // What was thrown away while the sample was loaded may go later.
  expect(late?.tensors).toBeLessThanOrEqual(early?.tensors ?? 0);
  expect(late?.bytes).toBeLessThanOrEqual(early?.bytes ?? 0);
});
