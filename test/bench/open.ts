import ts from "typescript";
import { diskFileSystem } from "../../server/src/compiler";
import { Project } from "../../server/src/lsp/project";
import { timed } from "./measure";
import { tell } from "./statistics";

/**
 * The first diagnostics after opening a workspace (one document of it, with all that it imports), or TypeScript's program of the same
 * workspace: each in a process of its own, since the second to run would find everything warm.
 */
const [side, folder = "."] = process.argv.slice(2);
const files = ts.sys.readDirectory(folder, [".js"]).map((path) => path.replaceAll("\\", "/"));

const time = timed(() => {
  if (side === "ours") openFirst();
  else ts.createProgram(files, { allowJs: true, noEmit: true, skipLibCheck: true, types: [] });
});
tell([{ what: side ?? "", median: time, unit: "ms" }]);

function openFirst(): void {
  const project = new Project(diskFileSystem, (path, error) => {
    throw new Error(`${path} could not be analysed.`, { cause: error });
  });
  const [first] = files.filter((path) => path.endsWith("/stack.js"));
  if (first === undefined) throw new Error(`${folder} holds no code base.`);
  project.setDocument(first, diskFileSystem.readFile(first));
  project.analysisOf(first);
}
