import type { FailureHandler } from "./analyze-files";
import type { CliEnvironment } from "./environment";
import { displayPath } from "./input-files";
import { t } from "../text/translate";

/** Tells that the analysis of a file failed, which is never the file's fault. */
export function tellFailure({ workingDirectory, messages }: CliEnvironment): FailureHandler {
  return (file, error) => {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    messages.write(
      `shapewright: ${t`${displayPath(workingDirectory, file)} could not be analysed. This is a bug in Shapewright; please report it.`}\n${detail}\n`,
    );
  };
}
