import { fork } from "node:child_process";
import type { DeviceRequest } from "../runtime/backends/device";
import type { HyperparameterValue } from "../runtime/hyperparameters";
import type {
  CodePlace,
  Command,
  FailureKind,
  InstrumentedSource,
  ObservedTensor,
  Report,
} from "../runtime/runner/protocol";
import type { RejectedDevice, RunDevice } from "./run-files";
import { runnerProcess } from "./runner-process";

export interface CheckRequest {
  /** The experiment or the script, absolute. */
  readonly file: string;
  readonly overrides: Readonly<Record<string, HyperparameterValue>>;
  readonly scriptArguments?: readonly string[];
  readonly device: DeviceRequest;
  /** The bundled entry of the training process. */
  readonly runner: string;
  /** Where packages lie that bring devices to every workspace. */
  readonly packagesFolder?: string;
  /** The working directory of the user's code. */
  readonly workingDirectory: string;
  /** What is run in place of files. */
  readonly sources: readonly InstrumentedSource[];
}

export interface CheckFailure {
  readonly kind: FailureKind;
  readonly message: string;
  readonly place?: CodePlace;
}

/** What one batch showed. */
export interface CheckOutcome {
  readonly device: RunDevice | null;
  readonly rejected: readonly RejectedDevice[];
  /** The different tensors that each instrumented place has had, by its number. */
  readonly tensors: ReadonlyMap<number, readonly ObservedTensor[]>;
  /** Why the batch did not go through. */
  readonly failure: CheckFailure | null;
  /** What the code printed, its end where it is much. */
  readonly output: string;
}

/** What is kept of what the code prints, in characters. */
const mostOutput = 100_000;

/**
 * Runs a file for one batch in a process of its own.
 *
 * @param signal ends the process; the outcome then is a failure like any other.
 */
export function checkOneBatch(request: CheckRequest, signal?: AbortSignal): Promise<CheckOutcome> {
  const { runner, workingDirectory, packagesFolder, file, overrides, scriptArguments = [], device, sources } = request;
  const child = fork(runner, [], {
    ...runnerProcess(workingDirectory, packagesFolder),
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const kill = () => void child.kill("SIGKILL");
  signal?.addEventListener("abort", kill);
  let outcome: CheckOutcome = { device: null, rejected: [], tensors: new Map(), failure: null, output: "" };
  let ended = false;
  const fail = (failure: CheckFailure) => {
    if (!ended) outcome = { ...outcome, failure };
    ended = true;
  };
  const print = (text: Buffer) => {
    outcome = { ...outcome, output: (outcome.output + text.toString()).slice(-mostOutput) };
  };
  child.stdout?.on("data", print);
  child.stderr?.on("data", print);
  child.on("message", (report: Report) => {
    switch (report.type) {
      case "started":
        outcome = { ...outcome, device: report.device, rejected: report.rejected };
        break;
      case "observed":
        outcome = { ...outcome, tensors: new Map(report.tensors) };
        break;
      case "failed":
        fail(report);
        break;
      case "finished":
        ended = true;
    }
  });
  child.send({ type: "check", file, overrides, scriptArguments, device, sources } satisfies Command, () => undefined);
  return new Promise((resolve) => {
    child.on("error", (error) =>
      fail({ kind: "code", message: `The training process did not start: ${error.message}` }),
    );
    child.on("close", (code, killedBy) => {
      signal?.removeEventListener("abort", kill);
      const how = killedBy ? `was ended by ${killedBy}` : `ended by itself with exit code ${code}`;
      fail({ kind: "code", message: `The training process ${how}.` });
      resolve(outcome);
    });
  });
}
