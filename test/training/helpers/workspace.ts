import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { onTestFinished } from "vitest";

const experiments = path.resolve(__dirname, "../experiments");

/** A temporary folder that is removed when the test has ended, with the given files in it. */
export function workspace(files: Readonly<Record<string, string>> = {}): string {
  const folder = sharedWorkspace(files);
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A temporary folder for several tests, which remove it. */
export function sharedWorkspace(files: Readonly<Record<string, string>> = {}): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "shapewright-test-"));
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), text);
  return folder;
}

/** The text of `experiments/line.ts`, with replacements that make it go wrong or take long. */
export function lineExperiment(...replacements: readonly (readonly [from: string, to: string])[]): string {
  const text = fs.readFileSync(path.join(experiments, "line.ts"), "utf8");
  return replacements.reduce((result, [from, to]) => {
    if (!result.includes(from)) throw new Error(`experiments/line.ts no longer contains ${from}`);
    return result.replace(from, to);
  }, text);
}
