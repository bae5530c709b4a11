// Runs an oracle: random programs, with the answers of the library itself, compared with what the analysis says of them.
//   npm run oracle:tfjs -- --seed 7 --count 2000          compares
//   npm run oracle:tfjs -- --count 200 --family signals   of one family alone
//   npm run oracle:tfjs -- --count 3000 --record FILE     and keeps the programs with their answers
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { root, run } from "./project.mjs";

const [entry, ...args] = process.argv.slice(2);
const outfile = join(root, "test/.out/oracle.mjs");
mkdirSync(join(outfile, ".."), { recursive: true });
await build({
  entryPoints: [join(root, entry)],
  outfile,
  bundle: true,
  platform: "node",
  format: "esm",
  // What is installed is loaded, not bundled: the oracle is the library as it is.
  packages: "external",
});
const { code } = await run(process.execPath, [outfile, ...args], { show: "always" });
process.exitCode = code;
