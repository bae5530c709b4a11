import { join } from "node:path";
import {
  trainFromCommandLine,
  type TrainCommandLine,
  type TrainExitCode,
} from "../../../client/src/training/command-line";
import type { CliEnvironment } from "./environment";

/** `shapewright train`: the training process is the bundle beside this one. */
export async function train(environment: CliEnvironment, command: TrainCommandLine): Promise<TrainExitCode> {
  const runner = join(__dirname, "runner.js");
  if (command.check) {
    const { checkBatch } = await import("./check-batch");
    return checkBatch(environment, command, runner);
  }
  return trainFromCommandLine(command, {
    runner,
    workingDirectory: environment.workingDirectory,
    output: environment.output,
    progress: environment.messages,
    onInterrupt(interrupted) {
      process.on("SIGINT", interrupted);
      process.on("SIGTERM", interrupted);
      return () => {
        process.off("SIGINT", interrupted);
        process.off("SIGTERM", interrupted);
      };
    },
  });
}
