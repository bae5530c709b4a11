/**
 * The training process. Its host starts it with an IPC channel, sends `train` or `check`, perhaps `stop`, and reads reports;
 * standard output and error are the run's log. It never decides by itself to end early, except when the host is gone.
 */
import { Control } from "./control";
import type { Command, Report } from "./protocol";
import type { Start } from "./session";
import { describeFailure, runSession } from "./session";

const control = new Control();

// Ctrl+C in a terminal reaches the whole process group: the host hears it too, and it is the host that decides.
process.on("SIGINT", () => undefined);

// Without a host nobody can stop or see the run: keep what was learnt and end.
process.on("disconnect", () => {
  control.receive("stop");
});

process.on("message", (command: Command) => {
  switch (command.type) {
    case "train":
    case "check":
    case "devices":
      return void start(command);
    default:
      return control.receive(command.type);
  }
});

process.on("uncaughtException", (error) => void fail(error));
process.on("unhandledRejection", (reason) => void fail(reason));

async function start(command: Start): Promise<void> {
  let last: Promise<void> = Promise.resolve();
  await runSession(
    command,
    (report) => {
      last = send(report);
    },
    control,
  );
  await last;
  // The user's code may have left timers or handles that would keep the process alive.
  process.exit(0);
}

async function fail(error: unknown): Promise<void> {
  await send(describeFailure(error));
  process.exit(1);
}

/** Resolves when the report is on its way: exiting earlier would lose it. A host that is gone is no error. */
function send(report: Report): Promise<void> {
  return new Promise((resolve) => {
    if (!process.send || !process.connected) return resolve();
    process.send(report, undefined, {}, () => resolve());
  });
}
