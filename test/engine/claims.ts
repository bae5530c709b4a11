import * as tf from "@tensorflow/tfjs";
import ts from "typescript";
import { torch, nn } from "../../client/src/runtime/torch";
import type { Fact } from "../../server/src/interpreter/recorder";
import { asNumber } from "../../server/src/shape/dim";
import { instrument, type Place, RECORDER } from "../../server/src/compiler";
import { observing } from "../samples/observe";
import { analyzeFixture, MAIN } from "./check";

/** What comparing the claims about a program with its runs gave. */
export interface Claims {
  /** Shapes that a run has and the analysis excludes, and false alarms. Empty when the analysis is right. */
  readonly wrong: readonly string[];
  /** How many tensors the runs had, and of how many the analysis knew every size. */
  readonly shown: number;
  readonly known: number;
}

/** A place with more facts than this has lost some. */
const MOST_FACTS = 15;

/**
 * Analyses a program and runs it as often as there are `runs`, each with the variables it gives: they stand for what the analysis cannot
 * see. Every shape that a run has must be among those claimed for its place, and nothing is reported about a program that runs.
 */
export async function compareWithRuns(
  source: string,
  runs: readonly Readonly<Record<string, unknown>>[],
): Promise<Claims> {
  return compareFilesWithRuns({ [MAIN]: source }, MAIN, runs, (files) => compile(files[MAIN] ?? ""));
}

/** A program made to run: as a function of the variables that it does not declare. */
export type Runnable = (variables: Readonly<Record<string, unknown>>) => Promise<void>;

/** The same for a program of several files, of which `main` is run: `make` makes a function of them. */
export async function compareFilesWithRuns(
  files: Readonly<Record<string, string>>,
  main: string,
  runs: readonly Readonly<Record<string, unknown>>[],
  make: (files: Readonly<Record<string, string>>) => Runnable | Promise<Runnable>,
): Promise<Claims> {
  const { analysis, diagnostics } = analyzeFixture(files);
  const wrong = diagnostics.map(({ message }) => `false alarm: ${message}`);
  const facts = (analysis.files.get(main)?.facts ?? []).filter(
    ({ role, value }) => role === "expression" && value.kind !== "object",
  );
  const source = files[main] ?? "";
  const places = creations(source);
  const run = await make({ ...files, [main]: instrument(main, source, places) });
  let shown = 0;
  let known = 0;
  for (const variables of runs) {
    for (const [id, observations] of await observing(() => run(variables))) {
      const { start, end, isCertain } = places[id] as (typeof places)[number];
      const here = facts.filter(({ span }) => span.start === start && span.end === end);
      if (here.length > MOST_FACTS) continue;
      for (const { shape } of observations) {
        shown++;
        const holding = here.filter((fact) => holds(fact, shape));
        if (holding.some(isKnown)) known++;
        else if (holding.length === 0 && (isCertain || here.length > 0)) {
          const line = source.slice(0, start).split("\n").length;
          wrong.push(`line ${line} has [${shape.join(", ")}] at ${source.slice(start, end)}`);
        }
      }
    }
  }
  return { wrong: [...new Set(wrong)], shown, known };
}

/** Methods and functions of which the analysis knows that they give tensors, also where it does not know what of. */
const OPERATIONS = /^tf\.stack$|\.(reshape|expandDims|matMul)$/;

/** The calls that make tensors of given sizes, what a program shows of its numbers, and those that make tensors of others. */
function creations(source: string): (Place & { readonly isCertain: boolean })[] {
  const file = ts.createSourceFile(MAIN, source, ts.ScriptTarget.Latest, true);
  const places: (Place & { readonly isCertain: boolean })[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const callee = node.expression.getText(file);
      const isCertain = /^(tf|torch)\.(zeros|ones)$/.test(callee) && !(callee.startsWith("torch") && isSpread(node));
      if (isCertain || OPERATIONS.test(callee)) places.push({ start: node.getStart(file), end: node.end, isCertain });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return places;
}

/** Of numbers that are not known, it is not known whether they are sizes. */
function isSpread(node: ts.CallExpression): boolean {
  return node.arguments.some(ts.isSpreadElement);
}

/** The program as a function of the variables that it does not declare. Its imports are the two libraries. */
function compile(code: string): Runnable {
  const script = ts
    .transpileModule(code.replace(/^\s*import .*$/gm, ""), {
      fileName: "program.tsx",
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, jsx: ts.JsxEmit.React },
    })
    .outputText.replace(/^export (default )?/gm, "");
  return async (variables) => {
    const given: Record<string, unknown> = { tf, torch, nn, ...variables, [RECORDER]: recorder() };
    const run = new Function(...Object.keys(given), `"use strict"; return (async () => {\n${script}\n})();`) as (
      ...values: unknown[]
    ) => Promise<void>;
    tf.engine().startScope();
    try {
      await run(...Object.values(given));
    } catch (error) {
      // Programs may end so; anything else is a mistake of whoever wrote them.
      if (!(error instanceof Error && error.message === "thrown")) throw error;
    } finally {
      tf.engine().endScope();
    }
  };
}

/** What instrumented code reports to. */
export function recorder(): unknown {
  return (globalThis as unknown as Record<string, unknown>)[RECORDER];
}

function holds({ value }: Fact, shape: readonly (number | null)[]): boolean {
  // Nothing is said about it.
  if (value.kind !== "tensor" || !value.shape) return true;
  return (
    value.shape.length === shape.length &&
    value.shape.every((dim, axis) => asNumber(dim) === undefined || asNumber(dim) === shape[axis])
  );
}

function isKnown({ value }: Fact): boolean {
  return value.kind === "tensor" && value.shape?.every((dim) => asNumber(dim) !== undefined) === true;
}
