import type { ForkOptions } from "node:child_process";

/** How the training process is started, also from within the editor, whose own program is Node when it is told so. */
export function runnerProcess(workingDirectory: string, packagesFolder: string | undefined): ForkOptions {
  return {
    cwd: workingDirectory,
    execArgv: ["--enable-source-maps"],
    env: {
      ...process.env,
      ELECTRON_RUN_AS_NODE: "1",
      ...(packagesFolder === undefined ? {} : { SHAPEWRIGHT_PACKAGES: packagesFolder }),
    },
  };
}
