// What a run inside the extension host tells the process that started it.
import { writeFileSync } from "node:fs";

export interface Results {
  readonly passed: number;
  readonly skipped: number;
  /** One entry for each failed test or hook: its full title and the error with its stack. */
  readonly failures: readonly { readonly title: string; readonly error: string }[];
}

/** Writes the results where the starting process looks for them: in an extension host the console is not ours. */
export function writeResults(results: Results): void {
  const file = process.env["SHAPEWRIGHT_TEST_RESULTS"];
  if (!file) throw new Error("SHAPEWRIGHT_TEST_RESULTS does not name the file for the results.");
  writeFileSync(file, JSON.stringify(results));
}
