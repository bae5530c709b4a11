import { checkOneBatch } from "../../../client/src/training/check-run";
import type { TrainCommandLine } from "../../../client/src/training/command-line";
import { readRequest, UsageError as CommandError } from "../../../client/src/training/command-line";
import { diskFileSystem, instrument, LineIndex, normalizePath, Workspace } from "../compiler";
import { BatchCheck, summaryOfCheck } from "../ide/batch-check";
import type { CliEnvironment, ExitCode } from "./environment";
import { UsageError } from "./environment";
import { displayPath } from "./input-files";

/** `shapewright train FILE --check`: runs one batch, and prints where it has other shapes than the analysis says. */
export async function checkBatch(
  { workingDirectory, output, messages }: CliEnvironment,
  command: TrainCommandLine,
  runner: string,
): Promise<ExitCode> {
  const request = usable(() => readRequest(command, workingDirectory));
  const workspace = new Workspace(diskFileSystem);
  const text = (file: string) => workspace.text(file) ?? "";
  const source = {
    module: (file: string) => workspace.module(file),
    resolve: (specifier: string, from: string) => workspace.resolve(specifier, from),
    text,
  };
  const check = new BatchCheck(source, normalizePath(request.file), instrument);
  const {
    device,
    rejected,
    tensors,
    failure,
    output: printed,
  } = await checkOneBatch({
    ...request,
    runner,
    sources: check.sources,
  });
  messages.write(printed);
  if (device) messages.write(`One batch on ${device.name}\n`);
  for (const { kind, reason } of rejected) messages.write(`  not ${kind}: ${reason}\n`);
  const result = check.compare(tensors);
  for (const { span, message } of result.differences) {
    const { line, character } = new LineIndex(text(span.file)).position(span.start);
    output.write(`${displayPath(workingDirectory, span.file)}:${line + 1}:${character + 1}: ${message}\n`);
  }
  if (failure) messages.write(`shapewright train: ${failure.message}\n`);
  output.write(`${summaryOfCheck(result)}\n`);
  if (failure?.kind === "usage") return 2;
  return failure || result.differences.length > 0 ? 1 : 0;
}

/** The command line of training has an error of its own for what makes no sense. */
function usable<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (error instanceof CommandError) throw new UsageError(error.message);
    throw error;
  }
}
