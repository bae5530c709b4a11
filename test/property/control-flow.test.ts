import * as tf from "@tensorflow/tfjs";
import { expect, test } from "vitest";
import { analyzeFixture, MAIN } from "../engine/check";
import { instrument, observing } from "../samples/observe";
import { asNumber } from "../../server/src/shape/dim";
import type { Fact } from "../../server/src/interpreter/recorder";
import { Random, randomProgram } from "./program";

/** More are run with SHAPEWRIGHT_PROGRAMS=10000; SHAPEWRIGHT_SEED moves to programs nobody has seen. */
const count = Number(process.env["SHAPEWRIGHT_PROGRAMS"] ?? 300);
const firstSeed = Number(process.env["SHAPEWRIGHT_SEED"] ?? 1);
/** Each program is run this often, with other tosses of the coin. */
const RUNS = 3;
/** A place with more facts than this has lost some. */
const MOST_FACTS = 15;

test(
  `what is claimed about ${count} programs with control flow holds when they run`,
  { timeout: 3_600_000 },
  async () => {
    const wrong: string[] = [];
    let shown = 0;
    let known = 0;
    for (let seed = firstSeed; seed < firstSeed + count; seed++) {
      const source = randomProgram(seed);
      const { analysis, diagnostics } = analyzeFixture({ [MAIN]: source });
      if (diagnostics.length > 0) wrong.push(`seed ${seed}: false alarm ${diagnostics[0]?.message}`);
      const facts = (analysis.files.get(MAIN)?.facts ?? []).filter(
        (fact) => fact.role === "expression" && fact.value.kind === "tensor",
      );
      const places = [...source.matchAll(/tf\.zeros\(\[.*\]\)/g)].map((match) => ({
        start: match.index,
        end: match.index + match[0].length,
      }));
      const code = instrument(source, places).replace(/^import.*$/m, "");
      for (let run = 0; run < RUNS; run++) {
        for (const [id, observations] of await observing(() => execute(code, seed * RUNS + run))) {
          const place = places[id];
          const here = facts.filter((fact) => fact.span.start === place?.start && fact.span.end === place.end);
          if (here.length > MOST_FACTS) continue;
          for (const { shape } of observations) {
            shown++;
            if (here.some((fact) => holds(fact, shape) && isKnown(fact))) known++;
            else if (!here.some((fact) => holds(fact, shape)))
              wrong.push(`seed ${seed}: run [${shape.join(", ")}] at ${source.slice(place?.start, place?.end)}`);
          }
        }
      }
    }
    tf.disposeVariables();
    console.log(
      `${count} programs, ${shown} shapes seen, ${Math.round((100 * known) / shown)}% known, ${wrong.length} contradictions`,
    );
    expect([...new Set(wrong)].slice(0, 10)).toEqual([]);
  },
);

function holds(fact: Fact, shape: readonly number[]): boolean {
  if (fact.value.kind !== "tensor" || !fact.value.shape) return true;
  return fact.value.shape.every((dim, axis) => asNumber(dim) === undefined || asNumber(dim) === shape[axis]);
}

function isKnown(fact: Fact): boolean {
  return fact.value.kind === "tensor" && fact.value.shape?.every((dim) => asNumber(dim) !== undefined) === true;
}

/** Runs a program with a coin of its own. A program that does not end by itself is none that the generator makes. */
function execute(code: string, seed: number): void {
  const random = new Random(seed);
  const coin = (): boolean => random.chance(0.5);
  const mystery = (target?: Record<string, number> | number[], callback?: () => void): void => {
    // Bounded, since a function that doubles the list may be called often.
    if (Array.isArray(target)) {
      if (target.length < 8) target.push(random.below(5));
    } else if (target) target["n"] = random.below(9);
    while (callback && coin()) callback();
  };
  const recorder = (globalThis as unknown as Record<string, unknown>)["__observed"];
  tf.tidy(() => {
    new Function("tf", "coin", "mystery", "__observed", `"use strict";\n${code}`)(tf, coin, mystery, recorder);
  });
}
