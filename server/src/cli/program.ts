import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { version } from "../../../package.json";
import type { TrainCommandLine } from "../../../client/src/training/command-line";
import type { CliEnvironment, ExitCode } from "./environment";
import { UsageError } from "./environment";
import { localeOf } from "./locale";
import { speak, t } from "../text/translate";

/** Runs the command line and tells its exit code. Throws only for bugs. */
export async function run(args: readonly string[], environment: CliEnvironment): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  speak(localeOf(args, environment));
  const program = createProgram(environment, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    // Help and version end the program, too, and have succeeded.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof UsageError)) throw error;
    environment.messages.write(`shapewright: ${error.message}\n`);
    return 2;
  }
}

function createProgram(environment: CliEnvironment, finish: (code: ExitCode) => void): Command {
  const program = new Command("shapewright")
    .description(t`Traces tensor shapes through TypeScript and JavaScript model code, and trains the models.`)
    .version(version, "-V, --version", t`print the version`)
    .helpOption("-h, --help", t`print what a command does`)
    .helpCommand("help [command]", t`print what a command does`)
    .option("--locale <locale>", t`the language to speak, such as en or zh-CN; otherwise that of the terminal`)
    .configureHelp({ styleTitle: helpTitle })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => environment.output.write(text),
      writeErr: (text) => environment.messages.write(text),
    })
    .showHelpAfterError(t`(shapewright --help tells more)`);
  // Commands are loaded when they are asked for: `--help` needs no compiler and `check` no training.
  addCheck(program, environment, finish);
  addTrace(program, environment, finish);
  addSummary(program, environment, finish);
  addTrain(program, environment, finish);
  program
    .command("lsp")
    .description(t`run the language server, for any editor`)
    .requiredOption("--stdio", t`speak the protocol over standard input and output`)
    .action(async () => {
      const { serveStdio } = await import("../lsp/stdio");
      await serveStdio();
    });
  return program;
}

function helpTitle(title: string): string {
  const titles: Readonly<Record<string, string>> = {
    "Usage:": t`Usage:`,
    "Arguments:": t`Arguments:`,
    "Options:": t`Options:`,
    "Global Options:": t`Global options:`,
    "Commands:": t`Commands:`,
  };
  return titles[title] ?? title;
}

type Finish = (code: ExitCode) => void;

function addCheck(program: Command, environment: CliEnvironment, finish: Finish): void {
  program
    .command("check")
    .description(t`trace every file under the paths and print what would fail`)
    .argument("[path...]", t`files and folders; the working directory when none is given`)
    .addOption(
      new Option("--format <format>", t`how to print`).choices(["pretty", "json", "sarif", "github"]).default("pretty"),
    )
    .addOption(new Option("--max-warnings <n>", t`fail when there are more warnings than this`).argParser(parseCount))
    .option("--baseline <file>", t`leave out what this file has: findings that are put up with`)
    .option("--write-baseline <file>", t`write everything that is found into this file, instead of printing it`)
    .action(async (paths: string[], { maxWarnings = Infinity, ...options }: CheckCommand) => {
      const { check } = await import("./check");
      // What programs read is in English, unless somebody wants it otherwise.
      if (options.format !== "pretty" && program.opts().locale === undefined) speak("en");
      finish(check(environment, paths, { ...options, maxWarnings }));
    });
}

interface CheckCommand {
  readonly format: "pretty" | "json" | "sarif" | "github";
  readonly maxWarnings?: number;
  readonly baseline?: string;
  readonly writeBaseline?: string;
}

function addTrace(program: Command, environment: CliEnvironment, finish: Finish): void {
  program
    .command("trace")
    .description(t`print the shape of every tensor expression`)
    .argument("<path...>", t`files and folders`)
    .addOption(new Option("--format <format>", t`how to print`).choices(["pretty", "json"]).default("pretty"))
    .action(async (paths: string[], options: { format: "pretty" | "json" }) => {
      const { trace } = await import("./trace");
      finish(trace(environment, paths, options));
    });
}

function addSummary(program: Command, environment: CliEnvironment, finish: Finish): void {
  program
    .command("summary")
    .description(t`print a table of a model's layers: output shapes, parameters, multiply-adds, memory`)
    .argument("<file>", t`the file that declares the model`)
    .option("--model <name>", t`one of the file's models; all of them when none is named`)
    .option(
      "--input <shape>",
      t`the shape of an input, such as "[N, 3, 32, 32]"; repeated for further inputs`,
      (one: string, all: string[] = []) => [...all, one],
    )
    .addOption(new Option("--batch-size <n>", t`the size of an open batch`).argParser(parseCount))
    .addOption(
      new Option("--format <format>", t`how to print`).choices(["pretty", "json", "markdown", "csv"]).default("pretty"),
    )
    .action(async (file: string, { model, input = [], batchSize, format }: SummaryCommand) => {
      const { summary } = await import("./summary");
      const chosen = { ...(model === undefined ? {} : { model }), ...(batchSize ? { batch: batchSize } : {}) };
      finish(summary(environment, file, { ...chosen, input, format }));
    });
}

interface SummaryCommand {
  readonly model?: string;
  readonly input?: readonly string[];
  readonly batchSize?: number;
  readonly format: "pretty" | "json" | "markdown" | "csv";
}

function addTrain(program: Command, environment: CliEnvironment, finish: Finish): void {
  program
    .command("train")
    .description(
      t`train an experiment, or run a script that trains with TensorFlow.js, writing a run folder as the editor does`,
    )
    .argument("<file>", t`the file that exports the experiment, or the script`)
    .argument("[arguments...]", t`what the script finds in process.argv, after --`)
    .option("--epochs <n>", t`instead of the experiment's own number`)
    .option("--batch-size <n>", t`instead of the experiment's own number`)
    .option(
      "--set <key=value>",
      t`another value for a hyperparameter; can be repeated`,
      (one: string, all: string[] = []) => [...all, one],
    )
    .option("--device <device>", t`auto, cuda, webgpu, native, wasm or cpu`)
    .option("--runs <folder>", t`where run folders are kept (default: .shapewright/runs)`)
    .option("--check", t`run one batch, without a run folder, and compare its shapes with those that are traced`)
    .option("--resume <run>", t`go on with a run that was stopped or has failed: its id or its folder`)
    .action(async (file: string, scriptArguments: string[], options: TrainOptions) => {
      const { train } = await import("./train");
      finish(await train(environment, { file, scriptArguments, ...options }));
    });
}

type TrainOptions = Omit<TrainCommandLine, "file">;

function parseCount(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError(t`It must be a whole number, 0 or more.`);
  return Number(text);
}
