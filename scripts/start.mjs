// `npm start`: installs and builds what is missing, then opens an editor with the extension on the samples.
import { join } from "node:path";
import { build } from "./build.mjs";
import { ensureDependencies } from "./ensure.mjs";
import { fail, root, run } from "./project.mjs";
import { loadTool } from "./tools.mjs";

const samples = join(root, "samples");

/** Whether VS Code's `code` command is on the PATH. */
const hasDesktopEditor = () =>
  run("code", ["--version"]).then(
    ({ code }) => code === 0,
    () => false,
  );

await ensureDependencies();
console.log("Building …");
await build().catch((error) => fail(error.errors ? "The build failed." : error.message));

if (await hasDesktopEditor()) {
  console.log("Opening VS Code …");
  const args = ["--new-window", `--extensionDevelopmentPath=${root}`, samples];
  process.exit((await run("code", args, { show: "always" })).code);
}
const { serve } = await loadTool("serve");
process.exit(await serve(samples).catch((error) => fail(error.message)));
