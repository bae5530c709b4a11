import * as tf from "@tensorflow/tfjs";
import { expect, test } from "vitest";
import { compareWithRuns } from "../engine/claims";
import { DIALECTS, Random, randomProgram } from "./program";

/** More are run with SHAPEWRIGHT_PROGRAMS=10000; SHAPEWRIGHT_SEED moves to programs nobody has seen. */
const count = Number(process.env["SHAPEWRIGHT_PROGRAMS"] ?? 200);
const firstSeed = Number(process.env["SHAPEWRIGHT_SEED"] ?? 1);
/** Each program is run this often, with other tosses of the coin. */
const RUNS = 3;

test.each(DIALECTS)(
  `what is claimed about ${count} programs with control flow holds when they run: %s`,
  { timeout: 3_600_000 },
  async (dialect) => {
    const wrong: string[] = [];
    let shown = 0;
    let known = 0;
    for (let seed = firstSeed; seed < firstSeed + count; seed++) {
      const runs = Array.from({ length: RUNS }, (_, run) => outside(seed * RUNS + run));
      const claims = await compareWithRuns(randomProgram(seed, dialect), runs);
      wrong.push(...claims.wrong.map((each) => `seed ${seed}: ${each}`));
      shown += claims.shown;
      known += claims.known;
    }
    tf.disposeVariables();
    console.log(
      `${dialect}: ${count} programs, ${shown} shapes seen, ${Math.round((100 * known) / shown)}% known, ${wrong.length} contradictions`,
    );
    expect(wrong.slice(0, 10)).toEqual([]);
  },
);

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
