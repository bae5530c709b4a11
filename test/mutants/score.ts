import { MemoryFileSystem, Workspace } from "../../server/src/compiler";
import { analyze } from "../../server/src/interpreter/analyze";
import { libraries } from "../../server/src/ops";
import type { Diagnostic } from "../../server/src/interpreter/recorder";
import { mutated, mutationsOf, type Mutation } from "./mutations";
import type { Runner } from "./runner";

/** A program that runs by itself: a module that imports TensorFlow.js alone. */
export interface Program {
  readonly name: string;
  readonly text: string;
}

export interface Judgement {
  readonly program: string;
  readonly mutation: Mutation;
  readonly line: number;
  /** What the program threw; absent when it ran. */
  readonly error: string | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

export interface Score {
  /** Programs that did not run, or were reported, as they are. */
  readonly unfit: readonly string[];
  readonly throwing: number;
  /** Throwing mutants of which nothing is said. */
  readonly missed: readonly Judgement[];
  readonly running: number;
  /** Mutants that run and are said to be wrong. */
  readonly falseAlarms: readonly Judgement[];
  /** Mutants that run, to an empty result or on corrupt data, and are said to do so. */
  readonly beyond: readonly Judgement[];
}

/** What TensorFlow.js lets through in silence, to an empty result or to a corrupt one. */
function isBeyondTheRun({ code, message }: Diagnostic): boolean {
  return code === "empty-output" || /corrupt|one dimension is named twice/.test(message);
}

/** Makes mutants of programs, runs each, and compares what happened with what the analyser says. `keep` chooses among them. */
export async function scoreMutants(
  programs: readonly Program[],
  runner: Runner,
  keep: (index: number) => boolean = () => true,
): Promise<Score> {
  const unfit: string[] = [];
  const judgements: Judgement[] = [];
  let index = 0;
  for (const { name, text } of programs) {
    const outcome = await runner.run(text);
    const [alarm] = errorsIn(text);
    if (outcome.kind !== "ran" || alarm) {
      unfit.push(
        `${name}: ${alarm ? `reported: ${alarm.message}` : outcome.kind === "threw" ? outcome.message : "hangs"}`,
      );
      continue;
    }
    for (const mutation of mutationsOf(text, name)) {
      if (!keep(index++)) continue;
      const mutant = mutated(text, mutation);
      const ran = await runner.run(mutant);
      if (ran.kind === "hung") continue;
      const line = text.slice(0, mutation.start).split("\n").length;
      const error = ran.kind === "threw" ? ran.message : undefined;
      judgements.push({ program: name, mutation, line, error, diagnostics: errorsIn(mutant) });
    }
  }
  const throwing = judgements.filter(({ error }) => error !== undefined);
  const running = judgements.filter(({ error }) => error === undefined);
  const flagged = running.filter(({ diagnostics }) => diagnostics.length > 0);
  const isBeyond = ({ diagnostics }: Judgement): boolean => diagnostics.every(isBeyondTheRun);
  return {
    unfit,
    throwing: throwing.length,
    missed: throwing.filter(({ diagnostics }) => diagnostics.length === 0),
    running: running.length,
    falseAlarms: flagged.filter((each) => !isBeyond(each)),
    beyond: flagged.filter(isBeyond),
  };
}

const MAIN = "/program.ts";

function errorsIn(text: string): readonly Diagnostic[] {
  const workspace = new Workspace(new MemoryFileSystem({ [MAIN]: text }));
  const found = analyze(workspace, [MAIN], { libraries }).files.get(MAIN);
  return found?.diagnostics.filter(({ severity }) => severity === "error") ?? [];
}

export function formatScore(score: Score): string {
  const { unfit, throwing, missed, running, falseAlarms, beyond } = score;
  const percent = (part: number, of: number): string => (of === 0 ? "-" : `${((100 * part) / of).toFixed(1)}%`);
  const place = ({ program, line, mutation }: Judgement): string =>
    `${program}:${line} ${mutation.kind} → ${mutation.newText.replace(/\s+/g, " ").slice(0, 60)}`;
  return [
    ...unfit.map((each) => `left out ${each}`),
    ...missed.map((each) => `missed ${place(each)}\n    ${each.error}`),
    ...falseAlarms.map((each) => `false alarm ${place(each)}\n    ${each.diagnostics[0]?.message}`),
    `${throwing} mutants throw, ${percent(throwing - missed.length, throwing)} of them flagged`,
    `${running} mutants run, ${percent(falseAlarms.length, running)} of them flagged, and ${beyond.length} that end in nothing or in corrupt data`,
  ].join("\n");
}
