import { parseArgs } from "node:util";
import { DIALECTS, type Dialect } from "./program";
import { describe, sweep, type Sweep } from "./sweep";

// npm run programs -- [--seed 1] [--count 10000] [--dialect tfjs]: what is claimed about random programs, compared with their runs.

const { values } = parseArgs({
  options: { seed: { type: "string" }, count: { type: "string" }, dialect: { type: "string" } },
});
const count = Number(values.count ?? 10_000);
const first = Number(values.seed ?? 1);
const dialects = DIALECTS.filter((dialect: Dialect) => (values.dialect ?? dialect) === dialect);

async function main(): Promise<void> {
  for (const dialect of dialects) {
    let told = 0;
    const tell = (done: number, so: Sweep): void => {
      process.stderr.write(`${describe(dialect, done, so)}\r`);
      for (const each of so.wrong.slice(told)) console.log(`  ${each}`);
      told = so.wrong.length;
    };
    const found = await sweep(dialect, { first, count }, tell);
    tell(count, found);
    console.log(describe(dialect, count, found));
    if (found.wrong.length > 0) process.exitCode = 1;
  }
}

void main();
