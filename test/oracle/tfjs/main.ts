import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import * as tf from "@tensorflow/tfjs";
import { differences } from "../cases";
import type { RecordedCase } from "../cases";
import { families } from "./families";
import { recorded } from "./program";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    count: { type: "string", default: "500" },
    family: { type: "string" },
    record: { type: "string" },
    show: { type: "string", default: "10" },
  },
});

const library = { imports: 'import * as tf from "@tensorflow/tfjs";', mistakesShow: "there or before" } as const;
const KINDS = ["false alarm", "missed", "expected"] as const;

/** Programs, what TensorFlow.js makes of them, and where the analysis differs. Exit code 1 when it differs anywhere. */
async function main(): Promise<void> {
  if (values.family !== undefined && !families[values.family])
    throw new Error(`There is no family ${values.family}: ${Object.keys(families).join(", ")}.`);
  console.warn = () => {};
  // Data pipelines go on fetching ahead when their program has ended.
  process.on("unhandledRejection", () => {});
  await tf.setBackend("cpu");
  const cases: RecordedCase[] = [];
  const problems: string[] = [];
  let shapes = 0;
  for (let i = 0; i < Number(values.count); i++) {
    const one = await recorded(`${values.seed}:${i}`, families, values.family);
    shapes += one.expect.filter((each) => !("error" in each)).length;
    cases.push(one);
    problems.push(...differences(one, library));
  }
  for (const problem of problems.slice(0, Number(values.show))) console.log(`${problem}\n`);
  const failing = cases.filter((one) => one.expect.some((each) => "error" in each)).length;
  console.log(`${cases.length} programs, ${failing} of them with a mistake, ${shapes} shapes`);
  for (const kind of KINDS) {
    const count = problems.filter(
      (problem) => problem.includes(`: ${kind}`) || (kind === "expected" && /: line \d+: expected/.test(problem)),
    ).length;
    console.log(
      `${{ "false alarm": "false alarms", missed: "mistakes missed", expected: "shapes wrong or unknown" }[kind]}: ${count}`,
    );
  }
  if (values.record !== undefined)
    writeFileSync(values.record, cases.map((one) => `${JSON.stringify(one)}\n`).join(""));
  process.exitCode = problems.length > 0 ? 1 : 0;
}

await main();
