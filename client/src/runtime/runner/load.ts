import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as os from "node:os";
import * as path from "node:path";
import type { Jiti, JitiOptions, TransformOptions } from "jiti";
import { createJiti } from "jiti/static";
import type { Experiment } from "../experiment";
import { isExperiment } from "../experiment";
import type { InstrumentedSource } from "./protocol";
import { ReplacedSources, replaceNativeSources } from "./replace-sources";
import type { NamedTensor } from "./safetensors";
import { UserError } from "./user-error";

/** What the runner itself needs of the authoring library, from the very copy that the user's code runs on. */
export interface AuthoringLibrary {
  noGrad<T>(compute: () => T): T;
  manualSeed(seed: number): unknown;
  /** The random generator's state, as JSON. */
  getRngState(): unknown;
  setRngState(state: unknown): void;
  clipGradNorm(parameters: unknown, maxNorm: number): unknown;
  clipGradValue(parameters: unknown, maxValue: number): unknown;
  tensor(values: NamedTensor["data"]): { reshape(shape: readonly number[]): unknown };
}

export interface Loaded {
  readonly experiment: Experiment;
  readonly library: AuthoringLibrary;
}

/**
 * Loads the experiment that a TypeScript or JavaScript file exports as its default.
 *
 * `shapewright` and `@tensorflow/tfjs` are the ones installed beside the file; where there are none, the copies
 * that ship with this package stand in, so that a single file in an empty folder trains.
 *
 * @param distribution the folder of the bundles, with the library under `lib/`.
 * @param sources what is run in place of files.
 * @throws UserError where the file exports no experiment; whatever the file itself throws.
 */
export async function loadExperiment(
  file: string,
  distribution: string,
  sources?: readonly InstrumentedSource[],
): Promise<Loaded> {
  const jiti = createLoader(file, standIns(file, distribution), sources);
  const exports = await jiti.import<{ default?: unknown }>(file);
  if (!isExperiment(exports.default)) {
    throw new UserError(
      `${path.basename(file)} does not export an experiment as its default. ` +
        'Write `export default defineExperiment({ … })`, with `defineExperiment` imported from "shapewright".',
    );
  }
  return { experiment: exports.default, library: await loadLibrary(jiti) };
}

/**
 * What loads a file, TypeScript or JavaScript in either style of modules, and what it imports.
 *
 * @param sources what is run in place of files.
 */
export function createLoader(
  file: string,
  aliases: Readonly<Record<string, string>>,
  sources: readonly InstrumentedSource[] = [],
): Jiti {
  const replaced = new ReplacedSources(sources);
  if (replaced.size > 0) replaceNativeSources(replaced);
  const options: JitiOptions = {
    alias: { ...aliases },
    // Compiled files go to the system's temporary folder: a training run leaves nothing in the workspace but runs.
    // What takes a file's place is not what the cache would know it by.
    fsCache: replaced.size === 0 && path.join(os.tmpdir(), "shapewright-modules"),
    sourceMaps: true,
  };
  const plain = createJiti(file, options);
  // What is compiled knows no `require.main`, by which scripts ask whether they were started or only imported.
  const transform = (what: TransformOptions) => {
    const code = plain.transform({ ...what, source: replaced.get(what.filename ?? "") ?? what.source });
    return { code: what.filename === file ? code.replaceAll("require.main", "module") : code };
  };
  return createJiti(file, { ...options, transform });
}

/** The specifiers that cannot be resolved from the file, with the bundles that take their place. */
export function standIns(file: string, distribution: string): Record<string, string> {
  const fromFile = createRequire(file);
  const resolve = (specifier: string) => {
    try {
      return fromFile.resolve(specifier);
    } catch {
      return undefined;
    }
  };
  const tensorflow = path.join(distribution, "lib", "tfjs.js");
  const candidates: Record<string, string> = {
    "shapewright/torch": path.join(distribution, "lib", "torch.js"),
    shapewright: path.join(distribution, "lib", "index.js"),
    "@tensorflow/tfjs": tensorflow,
    // What these bring beside TensorFlow.js itself is the device, which is chosen already.
    "@tensorflow/tfjs-node": resolve("@tensorflow/tfjs") ?? tensorflow,
    "@tensorflow/tfjs-node-gpu": resolve("@tensorflow/tfjs") ?? tensorflow,
  };
  const needed = Object.entries(candidates).filter(
    ([specifier, standIn]) => !resolve(specifier) && fs.existsSync(standIn),
  );
  return Object.fromEntries(needed);
}

function withoutLibrary(): never {
  throw new TypeError("`clipGradients` needs a model that is written with shapewright/torch.");
}

/** For a model that is written without the library, and so has neither its gradients nor its random numbers. */
const noLibrary: AuthoringLibrary = {
  noGrad: (compute) => compute(),
  manualSeed: () => undefined,
  getRngState: () => null,
  setRngState: () => undefined,
  clipGradNorm: withoutLibrary,
  clipGradValue: withoutLibrary,
  tensor: (data) => ({ reshape: (shape) => ({ shape, data: () => data }) }),
};

/** What is used of `shapewright/torch`. */
interface TorchModule {
  readonly torch: Omit<AuthoringLibrary, "clipGradNorm" | "clipGradValue">;
  readonly nn: {
    readonly utils: {
      clipGradNorm_(parameters: unknown, maxNorm: number): unknown;
      clipGradValue_(parameters: unknown, maxValue: number): unknown;
    };
  };
}

async function loadLibrary(jiti: Jiti): Promise<AuthoringLibrary> {
  if (!jiti.esmResolve("shapewright/torch", { try: true })) return noLibrary;
  const { torch, nn } = await jiti.import<TorchModule>("shapewright/torch");
  return { ...torch, clipGradNorm: nn.utils.clipGradNorm_, clipGradValue: nn.utils.clipGradValue_ };
}
