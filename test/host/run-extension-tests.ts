// Bundles test/extension and runs it inside a real extension host: desktop VS Code's or the offline editor's.
import { readFile, readdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { PassThrough } from "node:stream";
import { runTests } from "@vscode/test-electron";
import { build } from "esbuild";
import type { Results } from "../extension/results";
import { chooseEditor } from "./editor";
import { outFolder, projectRoot } from "./paths";
import { copySamples } from "./workspace";

const sources = join(projectRoot, "test/extension");
const bundles = join(outFolder, "extension");
const resultsFile = join(bundles, "results.json");

async function bundleTests(): Promise<void> {
  const files = await readdir(sources);
  await rm(bundles, { recursive: true, force: true });
  await build({
    entryPoints: files
      .filter((file) => file === "index.ts" || file.endsWith(".test.ts"))
      .map((file) => join(sources, file)),
    outdir: bundles,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    external: ["vscode", "mocha"],
    sourcemap: "inline",
    logLevel: "warning",
  });
}

/**
 * Runs the suites.
 * @returns what the tests reported, and in which editor
 * @throws when the tests did not come to an end, with what the editor printed
 */
export async function runExtensionTests(): Promise<Results & { editor: string }> {
  await bundleTests();
  const [editor, workspace] = await Promise.all([chooseEditor(), copySamples("extension")]);
  const console = new PassThrough();
  let output = "";
  console.on("data", (chunk: Buffer) => (output += chunk.toString()));

  const userData = join(bundles, "user");
  const exit = await runTests({
    vscodeExecutablePath: editor.executable,
    extensionDevelopmentPath: projectRoot,
    extensionTestsPath: join(bundles, "index.js"),
    extensionTestsEnv: { SHAPEWRIGHT_TEST_RESULTS: resultsFile },
    launchArgs: [workspace, "--user-data-dir", userData, "--extensions-dir", join(bundles, "installed")],
    stdout: console,
    stderr: console,
  }).catch((error: Error) => error.message);

  // The results file, not the exit code, says how the tests went: a killed extension host exits with success.
  const results = await readFile(resultsFile, "utf8").then(
    (text) => JSON.parse(text) as Results,
    () => undefined,
  );
  if (!results)
    throw new Error(
      `The extension tests in ${basename(editor.executable)} ended without a result (${exit}).\n${output}`,
    );
  return { ...results, editor: editor.kind };
}
