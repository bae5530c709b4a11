// Called by VS Code in the extension host: runs every suite beside this file with mocha.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { writeResults } from "./results";
import type { Results } from "./results";

/** Rejections that nobody handled do not fail a run by themselves; those from our own code must. */
function watchRejections(): string[] {
  const ours: string[] = [];
  process.on("unhandledRejection", (reason) => {
    const text = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
    if (/[\\/]dist[\\/]extension\.js/.test(text)) ours.push(text);
  });
  return ours;
}

/** Runs the suites; rejects when a test fails, as VS Code expects. */
export async function run(): Promise<void> {
  const rejections = watchRejections();
  const { default: Mocha } = await import("mocha");
  const mocha = new Mocha({ ui: "bdd", timeout: 120_000, reporter: Mocha.reporters.Base });
  for (const file of readdirSync(__dirname).sort()) if (file.endsWith(".test.js")) mocha.addFile(join(__dirname, file));
  await mocha.loadFilesAsync();

  const failures: { title: string; error: string }[] = [];
  let [passed, skipped] = [0, 0];
  await new Promise<void>((done) => {
    const runner = mocha.run(() => done());
    runner.on("pass", () => (passed += 1));
    runner.on("pending", () => (skipped += 1));
    runner.on("fail", (test, error: Error) =>
      failures.push({ title: test.fullTitle(), error: error.stack ?? String(error) }),
    );
  });
  for (const error of rejections) failures.push({ title: "unhandled rejection in the extension", error });
  const results: Results = { passed, skipped, failures };
  writeResults(results);
  if (failures.length > 0) throw new Error(`${failures.length} extension tests failed`);
}
