import { fork } from "node:child_process";
import type { ProbedDevice } from "../runtime/backends/device";
import type { Command, Report } from "../runtime/runner/protocol";
import { runnerProcess } from "./runner-process";

/**
 * Tries every kind of device in a process of its own, best first.
 *
 * @param folder the working directory, where packages that bring devices are looked for, too.
 * @throws Error where the process fails.
 */
export function probeDevices(
  runner: string,
  folder: string,
  packagesFolder: string | undefined,
): Promise<readonly ProbedDevice[]> {
  const child = fork(runner, [], {
    ...runnerProcess(folder, packagesFolder),
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  child.send({ type: "devices", packageFolder: folder } satisfies Command, () => undefined);
  return new Promise((resolve, reject) => {
    child.on("message", (report: Report) => {
      if (report.type === "devices") resolve(report.devices);
      if (report.type === "failed") reject(new Error(report.message));
    });
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`The process that looks for devices ended with exit code ${code}.`)));
  });
}
