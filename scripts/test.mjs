// `npm test`: everything a change must pass. `npm test -- unit e2e` runs only the stages named.
//
// Each stage is one line with its duration; only failures print more. The last line counts the tests, a stage
// without tests of its own (the build, the type check, the linter) being one.
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { build } from "./build.mjs";
import { ensureDependencies } from "./ensure.mjs";
import { fail, root, run } from "./project.mjs";
import { loadTool } from "./tools.mjs";

/** @typedef {{ passed: number, failed: number, skipped: number, report: string }} Outcome */

const bin = (/** @type {string} */ path) => join(root, "node_modules", path);

/** A stage that is one program, passed when it exits with 0. */
async function check(/** @type {string[]} */ ...args) {
  const { code, output } = await run(process.execPath, args);
  return single(code === 0, output);
}

/** @returns {Outcome} */
function single(/** @type {boolean} */ ok, /** @type {string} */ report) {
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0, report };
}

async function buildAll() {
  try {
    await build();
    return single(true, "");
  } catch (error) {
    return single(false, error.message);
  }
}

async function lint() {
  const [rules, format] = await Promise.all([
    check(bin("eslint/bin/eslint.js"), "."),
    check(bin("prettier/bin/prettier.cjs"), "--check", "."),
  ]);
  return single(rules.failed + format.failed === 0, rules.report + format.report);
}

/** Runs one project of vitest.config.ts. */
async function vitest(/** @type {string} */ project) {
  const results = join(root, `test/.out/${project}.json`);
  await rm(results, { force: true });
  const reporters = ["--reporter=dot", "--reporter=json", `--outputFile.json=${results}`];
  const args = [bin("vitest/vitest.mjs"), "run", "--project", project, ...reporters];
  const { code, output } = await run(process.execPath, args, { env: { ...process.env, NO_COLOR: "1" } });
  const counts = await readFile(results, "utf8").then(JSON.parse, () => ({}));
  const { numPassedTests: passed = 0, numFailedTests = 0, numPendingTests = 0, numTodoTests = 0 } = counts;
  // A file that does not load has no failed test to count, yet the run failed.
  const failed = code === 0 ? numFailedTests : Math.max(1, numFailedTests);
  // Without the line that has a dot for every test.
  const report = output.replaceAll(/^[·x-]+$/gm, "");
  return { passed, failed, skipped: numPendingTests + numTodoTests, report };
}

async function extension() {
  const { runExtensionTests } = await loadTool("run-extension-tests");
  const { passed, skipped, failures } = await runExtensionTests();
  const report = failures.map(({ title, error }) => `✗ ${title}\n${error}`).join("\n\n");
  return { passed, failed: failures.length, skipped, report };
}

async function story() {
  const { prepareOfflineEditor } = await loadTool("offline");
  await prepareOfflineEditor();
  return vitest("e2e");
}

/** @type {Record<string, () => Promise<Outcome>>} */
const stages = {
  build: buildAll,
  typecheck: () => check(bin("typescript/bin/tsc"), "-b"),
  lint,
  unit: () => vitest("unit"),
  extension,
  e2e: story,
};

/** Stages that could not run here. Said again at the end, so that nobody takes a pass for more than it is. */
const notRun = /** @type {string[]} */ ([]);

/** Runs a stage; one that finds no editor on this machine is skipped, loudly, or fails where CI=true forbids that. */
async function perform(/** @type {string} */ name) {
  const start = performance.now();
  const outcome = await stages[name]().catch((error) => {
    if (error.name !== "EditorUnavailable") return single(false, String(error.stack ?? error));
    const report = `No editor to test in: ${error.message}`;
    if (process.env.CI === "true") return single(false, report);
    notRun.push(name);
    return { passed: 0, failed: 0, skipped: 1, report };
  });
  const { passed, failed, skipped, report } = outcome;
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(
    `${failed > 0 ? "✗" : passed > 0 ? "✓" : "!"} ${name}: ${passed} passed, ${failed} failed, ${skipped} skipped (${seconds} s)`,
  );
  if (failed > 0 || passed === 0) console.log(`${report.trim()}\n`);
  return outcome;
}

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in stages));
if (unknown.length > 0) fail(`There is no stage ${unknown.join(", ")}. The stages: ${Object.keys(stages).join(", ")}.`);

await ensureDependencies();
await mkdir(join(root, "test/.out"), { recursive: true });
const total = { passed: 0, failed: 0, skipped: 0 };
for (const name of Object.keys(stages)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  const outcome = await perform(name);
  total.passed += outcome.passed;
  total.failed += outcome.failed;
  total.skipped += outcome.skipped;
}
if (notRun.length > 0) console.log(`\nNOT RUN on this machine, for the reasons above: ${notRun.join(", ")}`);
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed > 0 ? 1 : 0);
