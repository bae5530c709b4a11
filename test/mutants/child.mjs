// Runs programs that come one a line as JSON, `{ "id": 1, "code": "…" }`, and answers `{ "id": 1, "error": "…" }` with what they threw, or
// without an error. A child of its own, since a mutant may do anything: the parent ends it when it does not answer.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

// The plain build, without the side effects of picking a platform.
const tf = createRequire(import.meta.url)("@tensorflow/tfjs");
await tf.setBackend("cpu");
console.log = console.warn = console.error = () => undefined;

const AsyncFunction = Object.getPrototypeOf(async () => undefined).constructor;
const IMPORT = /^import \* as (\w+) from ["']@tensorflow\/tfjs["'];?$/m;

let rejected;
process.on("unhandledRejection", (reason) => (rejected ??= reason));
process.on("uncaughtException", (error) => (rejected ??= error));

async function run(code) {
  rejected = undefined;
  const name = IMPORT.exec(code)?.[1] ?? "tf";
  try {
    await new AsyncFunction(name, code.replace(IMPORT, ""))(tf);
    await new Promise((resolve) => setTimeout(resolve, 0));
  } catch (error) {
    rejected ??= error;
  }
  tf.disposeVariables();
  return rejected === undefined ? undefined : String(rejected?.message ?? rejected);
}

for await (const line of createInterface({ input: process.stdin })) {
  const { id, code } = JSON.parse(line);
  process.stdout.write(`${JSON.stringify({ id, error: await run(code) })}\n`);
}
