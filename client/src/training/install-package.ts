import { spawn } from "node:child_process";
import * as fs from "node:fs";

/** The packages that bring devices, by kind, with what an installation is called for people. */
export const devicePackages = {
  cuda: { spec: "@tensorflow/tfjs-node-gpu@4.22.0", size: "about 500 MB" },
  webgpu: { spec: "webgpu@0.6.2", size: "about 130 MB" },
} as const;

/**
 * Installs a package with npm into a folder of its own, with its install script, which fetches what it is made of.
 *
 * @param onOutput gets npm's last line while it works.
 * @throws Error that says what npm said, or that there is no npm. An aborted installation throws AbortError.
 */
export async function installPackage(
  folder: string,
  spec: string,
  onOutput: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  fs.mkdirSync(folder, { recursive: true });
  // npm looks for a package.json in the folders above where there is none, and would install there.
  fs.writeFileSync(`${folder}/package.json`, '{ "private": true }\n');
  const output: string[] = [];
  const code = await new Promise<number | null>((resolve, reject) => {
    const args = ["install", "--no-audit", "--no-fund", "--foreground-scripts", "--no-save", spec];
    // On Windows npm is a script, which only a shell runs.
    const child = spawn("npm", args, { cwd: folder, signal, shell: process.platform === "win32" });
    const take = (chunk: Buffer) => {
      for (const line of chunk.toString().split(/\r?\n/)) {
        if (line.trim() === "") continue;
        output.push(line);
        onOutput(line);
      }
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.on("error", (error: NodeJS.ErrnoException) =>
      reject(error.code === "ENOENT" ? new Error("npm was not found: installing takes Node.js with npm.") : error),
    );
    child.on("close", resolve);
  });
  if (code !== 0) throw new Error(`npm install ${spec} failed.\n${output.slice(-12).join("\n")}`);
}
