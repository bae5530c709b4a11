import type { CliEnvironment, Stream } from "./environment";
import { run } from "./program";

const environment: CliEnvironment = {
  workingDirectory: process.cwd(),
  output: stream(process.stdout),
  messages: stream(process.stderr),
  variables: process.env,
};

void run(process.argv.slice(2), environment).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    environment.messages.write(
      `shapewright: an unexpected error: ${error instanceof Error ? error.stack : String(error)}\n`,
    );
    process.exitCode = 2;
  },
);

function stream(target: NodeJS.WriteStream): Stream {
  target.on("error", (error: NodeJS.ErrnoException) => {
    // Whoever read along has read enough: `shapewright trace . | head`.
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
  return {
    write: (text) => void target.write(text),
    isTTY: target.isTTY,
    get columns() {
      return target.columns;
    },
  };
}
