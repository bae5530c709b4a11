import { parseArgs } from "node:util";
import { DIALECTS, type Dialect } from "./program";
import { describe, sweep } from "./sweep";

// npm run programs -- [--seed 1] [--count 10000] [--dialect tfjs]: what is claimed about random programs, compared with their runs.

const { values } = parseArgs({
  options: { seed: { type: "string" }, count: { type: "string" }, dialect: { type: "string" } },
});
const count = Number(values.count ?? 10_000);
const first = Number(values.seed ?? 1);
const dialects = DIALECTS.filter((dialect: Dialect) => (values.dialect ?? dialect) === dialect);

async function main(): Promise<void> {
  for (const dialect of dialects) {
    const found = await sweep(dialect, { first, count }, (done, so) =>
      process.stderr.write(`${describe(dialect, done, so)}\r`),
    );
    console.log(describe(dialect, count, found));
    for (const each of found.wrong) console.log(`  ${each}`);
    if (found.wrong.length > 0) process.exitCode = 1;
  }
}

void main();
