import { readFileSync } from "node:fs";
import ts from "typescript";
import { diskFileSystem } from "../../server/src/compiler";
import { Project } from "../../server/src/lsp/project";
import { tell } from "./statistics";

/**
 * What a process holds, after collecting garbage: with TypeScript alone loaded, with TypeScript's program of a workspace, or with the
 * server's analyses of every file of it, all of them open. Each in a process of its own, run with --expose-gc.
 */
const [side, folder = "."] = process.argv.slice(2);
const files = ts.sys.readDirectory(folder, [".js"]).map((path) => path.replaceAll("\\", "/"));
const held: unknown[] = [];
if (side === "program") {
  const program = ts.createProgram(files, { allowJs: true, noEmit: true, skipLibCheck: true, types: [] });
  held.push(program, program.getSemanticDiagnostics());
}
if (side === "server") {
  const project = new Project(diskFileSystem, (path, error) => {
    throw new Error(`${path} could not be analysed.`, { cause: error });
  });
  // An editor keeps some dozen documents open; what they import is analysed with them.
  const open = files.filter((_, i) => i % Math.ceil(files.length / 40) === 0);
  for (const file of open) project.setDocument(file, readFileSync(file, "utf8"));
  for (const file of open) project.analysisOf(file);
  held.push(project);
}
const { gc } = globalThis;
if (!gc) throw new Error("Run with --expose-gc.");
await gc({ type: "major", execution: "async" });
await gc({ type: "major", execution: "async" });
const { heapUsed, external } = process.memoryUsage();
tell([{ what: side ?? "", median: (heapUsed + external) / 1e6, unit: "MB", note: String(held.length) }]);
