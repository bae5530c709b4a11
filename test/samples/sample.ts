import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { diskFileSystem, Workspace } from "../../server/src/compiler";
import type { FileAnalysis } from "../../server/src/interpreter/analyze";
import { analyze } from "../../server/src/interpreter/analyze";
import type { Fact } from "../../server/src/interpreter/recorder";
import { libraries } from "../../server/src/ops";

export const samplesFolder = resolve(import.meta.dirname, "../../samples");

/** The samples by their path in `samples/`: every file that declares an experiment. */
export const sampleNames: readonly string[] = readdirSync(samplesFolder, { recursive: true, encoding: "utf8" })
  .filter((name) => /\.[jt]s$/.test(name))
  .filter((name) => readFileSync(join(samplesFolder, name), "utf8").includes("export default defineExperiment"))
  .map((name) => name.replaceAll("\\", "/"))
  .sort();

export interface SampleFile {
  readonly path: string;
  readonly text: string;
}

/** A sample and the files of `samples/` that it imports, itself first. */
export function filesOf(name: string): SampleFile[] {
  const workspace = new Workspace(diskFileSystem);
  const files: SampleFile[] = [];
  const visit = (path: string): void => {
    if (files.some((file) => file.path === path)) return;
    const text = readFileSync(path, "utf8");
    files.push({ path, text });
    for (const [, specifier = ""] of text.matchAll(/from "(\.[^"]+)"/g)) {
      const found = workspace.resolve(specifier, path);
      if (found) visit(found);
    }
  };
  visit(join(samplesFolder, name));
  return files;
}

/** What the analyser says about files that may differ from those on the disk. */
export function analyzeFiles(files: readonly SampleFile[]): ReadonlyMap<string, FileAnalysis> {
  const workspace = new Workspace(diskFileSystem);
  for (const { path, text } of files) workspace.setOverlay(path, text);
  const source = {
    module: (file: string) => workspace.module(file),
    resolve: (specifier: string, from: string) => workspace.resolve(specifier, from),
  };
  const paths = files.map(({ path }) => path);
  return analyze(source, paths, { libraries }).files;
}

/** The expressions that are tensors, or should be. */
export function tensorExpressions({ facts }: FileAnalysis): Fact[] {
  return facts.filter((fact) => fact.role === "expression" && fact.value.kind !== "object");
}
