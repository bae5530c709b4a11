import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { createInterface } from "node:readline";

/** What a program did: it ended, it threw, or it did not answer in time. */
export type Outcome =
  { readonly kind: "ran" } | { readonly kind: "threw"; readonly message: string } | { readonly kind: "hung" };

/** A program that computes for longer than this is taken to hang. */
const LONGEST_RUN = 60_000;

/** Runs programs in a child process, one after the other; the child is replaced when one of them does not end. */
export class Runner {
  private child: ChildProcessWithoutNullStreams | undefined;
  private waiting: ((error: string | undefined) => void) | undefined;
  private count = 0;

  constructor(private readonly script: string) {}

  async run(code: string): Promise<Outcome> {
    const child = (this.child ??= this.start());
    const answered = new Promise<Outcome>((resolve) => {
      this.waiting = (error) => resolve(error === undefined ? { kind: "ran" } : { kind: "threw", message: error });
    });
    child.stdin.write(`${JSON.stringify({ id: this.count++, code })}\n`);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Outcome>((resolve) => {
      timer = setTimeout(() => resolve({ kind: "hung" }), LONGEST_RUN);
    });
    const outcome = await Promise.race([answered, late]);
    clearTimeout(timer);
    if (outcome.kind === "hung") this.stop();
    return outcome;
  }

  stop(): void {
    this.child?.kill("SIGKILL");
    this.child = undefined;
  }

  private start(): ChildProcessWithoutNullStreams {
    const child = spawn(process.execPath, [this.script], { stdio: ["pipe", "pipe", "pipe"] });
    child.stderr.resume();
    child.on("close", () => {
      if (this.child !== child) return;
      this.child = undefined;
      this.waiting?.("The process ended.");
    });
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (!line.startsWith("{")) return;
      const { error } = JSON.parse(line) as { readonly error?: string };
      this.waiting?.(error);
    });
    return child;
  }
}
