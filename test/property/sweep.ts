import * as tf from "@tensorflow/tfjs";
import { compareWithRuns } from "../engine/claims";
import { Random, randomProgram, type Dialect } from "./program";

/** Each program is run this often, with other tosses of the coin. */
const RUNS = 3;

/** What was claimed about some random programs, and what their runs say of it. */
export interface Sweep {
  /** How many tensors the runs had, and of how many every size had been claimed. */
  readonly shown: number;
  readonly known: number;
  /** Shapes that were excluded and came all the same, and diagnostics about programs that run. */
  readonly wrong: readonly string[];
}

/** Makes programs from the seeds, analyses and runs them. `tell` is told of every hundredth. */
export async function sweep(
  dialect: Dialect,
  seeds: { readonly first: number; readonly count: number },
  tell: (done: number, so: Sweep) => void = () => undefined,
): Promise<Sweep> {
  const wrong: string[] = [];
  let shown = 0;
  let known = 0;
  for (let i = 0; i < seeds.count; i++) {
    const seed = seeds.first + i;
    const runs = Array.from({ length: RUNS }, (_, run) => outside(seed * RUNS + run));
    const claims = await compareWithRuns(randomProgram(seed, dialect), runs).catch((error: unknown) => {
      throw new Error(`seed ${seed}`, { cause: error });
    });
    wrong.push(...claims.wrong.map((each) => `seed ${seed}: ${each}`));
    shown += claims.shown;
    known += claims.known;
    if (i % 100 === 99) tell(i + 1, { shown, known, wrong });
  }
  tf.disposeVariables();
  return { shown, known, wrong };
}

export function describe(dialect: Dialect, count: number, { shown, known, wrong }: Sweep): string {
  return `${dialect}: ${count} programs, ${shown} shapes seen, ${Math.round((100 * known) / shown)}% known, ${wrong.length} contradictions`;
}

/** What a program finds that the analysis does not see, with a coin of its own. */
function outside(seed: number): Readonly<Record<string, unknown>> {
  const random = new Random(seed);
  const coin = (): boolean => random.chance(0.5);
  const kept: { readonly targets: unknown[]; readonly callbacks: (() => void)[] } = { targets: [], callbacks: [] };
  let calls = 0;
  const mystery = (target?: unknown, callback?: () => void): void => {
    if (target !== undefined) kept.targets.push(target);
    if (callback) kept.callbacks.push(callback);
    // Bounded, since a function that calls back may be called by what it calls.
    if (calls++ > 40) return;
    for (const each of kept.targets) if (coin()) change(each, random);
    for (const each of kept.callbacks) if (coin()) each();
  };
  return { coin, mystery };
}

function change(target: unknown, random: Random): void {
  if (Array.isArray(target)) {
    if (target.length < 8) target.push(random.below(5));
  } else if (target instanceof Map) target.set(random.pick(["x", "v"]), random.below(9));
  else if (typeof target === "object" && target !== null) {
    const name = random.pick(["n", "width", "out"]);
    if (name in target) (target as Record<string, number>)[name] = random.below(9);
  }
}
