import { createRequire } from "node:module";
import * as path from "node:path";
import { keepBackend } from "../../backends";
import type { Control } from "../control";
import { createLoader, standIns } from "../load";
import type { InstrumentedSource, Report } from "../protocol";
import type { RunWriter } from "../run-writer";
import type { Outcome } from "../train";
import { UserError } from "../user-error";
import { registerFileModels } from "./file-models";
import { observe, ScriptStopped } from "./observe";
import type { TensorFlowModule } from "./observe";
import { ScriptRun } from "./script-run";

/** The packages that a script may train with; all of them share one engine. */
const packages = ["@tensorflow/tfjs", "@tensorflow/tfjs-node", "@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-layers"];
/** The optimizers are here, whichever of the others a script imports. */
const core = "@tensorflow/tfjs-core";

interface ScriptCommand {
  readonly file: string;
  /** What the script finds behind its own name in `process.argv`. */
  readonly scriptArguments: readonly string[];
  /** What is run in place of files. */
  readonly sources?: readonly InstrumentedSource[];
}

/**
 * Runs a plain script that trains with TensorFlow.js, to its end, and records what it trains.
 *
 * @param distribution the folder of the bundles, with what stands in for packages that the script does not have.
 * @throws whatever the script throws.
 */
export async function runScript(
  { file, scriptArguments, sources }: ScriptCommand,
  distribution: string,
  {
    control,
    writer,
    report,
  }: { control: Control; writer: Pick<RunWriter, "appendMetrics">; report: (report: Report) => void },
): Promise<Outcome> {
  const run = new ScriptRun(control, writer, report);
  const aliases = standIns(file, distribution);
  process.argv = [process.argv[0] as string, file, ...scriptArguments];
  // Scripts in CommonJS ask with `require.main === module` whether they were started or only imported.
  const { cache } = createRequire(file);
  Object.defineProperty(process, "mainModule", { get: () => cache[file], configurable: true });
  await keepBackend(() => {
    for (const tensorflow of loadTensorFlow(file, aliases)) {
      observe(tensorflow, run);
      if (tensorflow.io) registerFileModels(tensorflow.io);
    }
    return Promise.resolve();
  });
  // A script may end its process itself, and its run is over then like any other.
  const exited = (code: number) => {
    run.end();
    if (code === 0 && run.steps > 0) report({ type: "finished", outcome: "done", message: null });
  };
  process.once("exit", exited);
  const ended = new Promise<void>((resolve) => process.once("beforeExit", () => resolve()));
  // Waiting for orders must not keep the script alive: it is over when it has nothing left to do.
  process.channel?.unref();
  try {
    const failed = new Promise<never>((_, reject) => {
      process.removeAllListeners("unhandledRejection").on("unhandledRejection", reject);
      process.removeAllListeners("uncaughtException").on("uncaughtException", reject);
    });
    await Promise.race([
      createLoader(file, aliases, sources)
        .import(file)
        .then(() => ended),
      failed,
    ]);
  } catch (error) {
    if (!(error instanceof ScriptStopped)) throw error;
  } finally {
    process.off("exit", exited);
    run.end();
  }
  if (run.steps === 0 && !control.stopRequested) {
    const name = path.basename(file);
    throw new UserError(
      `${name} neither exports an experiment as its default nor trains with TensorFlow.js. Write ` +
        '`export default defineExperiment({ … })`, with `defineExperiment` imported from "shapewright".',
    );
  }
  return { outcome: control.stopRequested ? "stopped" : "done", message: null };
}

/** The copies of TensorFlow.js that the script will get, loaded before it is. */
function loadTensorFlow(file: string, aliases: Readonly<Record<string, string>>): TensorFlowModule[] {
  const require = createRequire(file);
  const entries = packages.flatMap((name) => {
    try {
      return [aliases[name] ?? require.resolve(name)];
    } catch {
      return [];
    }
  });
  return [...new Set(entries)].flatMap((entry) => {
    const modules = [require(entry) as TensorFlowModule];
    try {
      // The copy that this package itself computes with, which may be another than the workspace's own.
      modules.push(createRequire(path.join(path.dirname(entry), "any.js"))(core) as TensorFlowModule);
    } catch {
      // A bundle that brings everything along.
    }
    return modules;
  });
}
