import { join } from "node:path";
import {
  trainFromCommandLine,
  type TrainCommandLine,
  type TrainExitCode,
} from "../../../client/src/training/command-line";
import type { CliEnvironment } from "./environment";

/** `shapewright train`: the training process is the bundle beside this one. */
export function train(environment: CliEnvironment, command: TrainCommandLine): Promise<TrainExitCode> {
  return trainFromCommandLine(command, {
    runner: join(__dirname, "runner.js"),
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
