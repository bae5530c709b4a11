// npm run mutants -- [FOLDER] [--every N]: makes mutants of working programs, the project's own or those of a folder, runs them, and says
// which mistakes the analyser misses and which working programs it reports. `--every` takes one mutant in N.
import { ownPrograms, programsIn } from "./programs";
import { Runner } from "./runner";
import { formatScore, scoreMutants } from "./score";

async function main(args: readonly string[]): Promise<void> {
  const at = args.indexOf("--every");
  const every = at < 0 ? 1 : Number(args[at + 1]);
  const folder = args.find((arg, i) => !arg.startsWith("-") && i !== at + 1 + (at < 0 ? args.length : 0));
  if (!Number.isInteger(every) || every < 1) {
    console.error("--every takes a whole number from 1 on: npm run mutants -- [FOLDER] [--every N]");
    process.exitCode = 2;
    return;
  }
  const programs = folder === undefined ? ownPrograms("test/mutants/programs") : programsIn(folder);
  const runner = new Runner("test/mutants/child.mjs");
  try {
    console.log(formatScore(await scoreMutants(programs, runner, (index) => index % every === 0)));
  } finally {
    runner.stop();
  }
}

void main(process.argv.slice(2));
