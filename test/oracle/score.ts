import { pathToFileURL } from "node:url";
import { chooseBackend } from "../../client/src/runtime/backends/index";
import { releaseDeviceMemory } from "../../client/src/runtime/torch/storage";
import { readCases, staticFindings, TORCH, type RecordedCase } from "./cases";
import { runDifferences } from "./run-program";

/** What `npm run oracle` prints: how the analysis and the library fare against programs that PyTorch has just answered. */
export async function score(file: string, show: number): Promise<boolean> {
  await chooseBackend("cpu");
  const cases = readCases(pathToFileURL(file));
  const differences: string[] = [];
  const count = {
    failing: 0,
    found: 0,
    sameKind: 0,
    falseAlarms: 0,
    results: 0,
    shapes: 0,
    strided: 0,
    strides: 0,
    wrong: 0,
    run: 0,
  };
  for (const [index, recorded] of cases.entries()) {
    // Memory of tensors that are gone is freed between tasks.
    if (index % 20 === 0) await new Promise(setImmediate);
    const found = staticFindings(recorded, TORCH);
    const kind = codeOfFailure(recorded);
    if (kind !== undefined) {
      count.failing++;
      if (found.detected.length > 0) count.found++;
      if (found.detected.includes(kind)) count.sameKind++;
    }
    if (found.falseAlarms.length > 0) count.falseAlarms++;
    count.results += found.results;
    count.shapes += found.shapesKnown;
    count.strided += found.strided;
    count.strides += found.stridesKnown;
    count.wrong += found.wrong.length;
    const missed = kind !== undefined && found.detected.length === 0 ? [`missed: ${kind}`] : [];
    const ran = runDifferences(recorded);
    releaseDeviceMemory();
    if (ran.length > 0) count.run++;
    const told = [...found.falseAlarms, ...found.wrong, ...missed].map(
      (each) => `analysis: ${each}\n${recorded.program.join("\n")}`,
    );
    differences.push(
      ...told.map((each) => `${recorded.id} (${recorded.family}) ${each}`),
      ...ran.map((each) => `run: ${each}`),
    );
  }
  for (const each of differences.slice(0, show)) console.log(`--- ${each}`);
  const percent = (part: number, whole: number) =>
    `${((100 * part) / Math.max(whole, 1)).toFixed(2)}% (${part}/${whole})`;
  console.log(
    `errors found       ${percent(count.found, count.failing)}, with PyTorch's kind ${percent(count.sameKind, count.failing)}`,
  );
  console.log(`false alarms       ${count.falseAlarms} in ${cases.length} programs`);
  console.log(`shapes known       ${percent(count.shapes, count.results)}`);
  console.log(
    `strides known      ${percent(count.strides, count.strided)}; wrong shapes, types or strides: ${count.wrong}`,
  );
  console.log(`run as PyTorch     ${percent(cases.length - count.run, cases.length)}`);
  return count.falseAlarms + count.wrong + count.run === 0;
}

/** The kind of error that shapes and types tell; undefined for programs without one. */
function codeOfFailure({ expect }: RecordedCase): string | undefined {
  const failure = expect.find((each) => "error" in each);
  return failure && "error" in failure && failure.error !== "autograd" ? failure.error : undefined;
}
