import * as fs from "node:fs";

/** Whether a file is no experiment: only then it is run as a script, since running is what an import does to it. */
export function isScript(file: string): boolean {
  return !fs.readFileSync(file, "utf8").includes("defineExperiment");
}
