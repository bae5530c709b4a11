// Where the project is, and how its scripts run commands. No dependencies: this runs before they are installed.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The project's root, absolute and without a trailing slash. */
export const root = fileURLToPath(new URL("..", import.meta.url)).replace(/[\\/]$/, "");

/**
 * Runs a command in the project's root.
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string, show?: "always" | "never" }} [options] `show: "always"` passes the output through as it comes
 * @returns {Promise<{ code: number, output: string }>} the exit code and, unless shown, both output streams in order
 */
export function run(command, args, { env = process.env, cwd = root, show = "never" } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: show === "always" ? "inherit" : ["ignore", "pipe", "pipe"],
      // npm and npx are batch files on Windows, which only a shell can start.
      shell: process.platform === "win32",
    });
    let output = "";
    const keep = (/** @type {Buffer} */ chunk) => (output += chunk.toString());
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code: code ?? (signal === "SIGINT" ? 130 : 1), output }));
  });
}

/** Prints why nothing more can be done, and what to do about it; then ends the script. */
export function fail(/** @type {string} */ message) {
  console.error(`\n${message}`);
  process.exit(1);
}
