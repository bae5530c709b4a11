/** 0: fine. 1: errors were found, or training failed. 2: bad usage, or input that can't be read. 130: interrupted. */
export type ExitCode = 0 | 1 | 2 | 130;

export interface Stream {
  write(text: string): void;
  /** Whether somebody reads along: then colours and progress help. */
  readonly isTTY: boolean;
  /** How wide its lines are, where that is known. */
  readonly columns?: number;
}

/** What surrounds a command. Data goes to `output`, everything else to `messages`. */
export interface CliEnvironment {
  readonly workingDirectory: string;
  readonly output: Stream;
  readonly messages: Stream;
  /** For `NO_COLOR`. */
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** Wrong input, told in a sentence that says what to do. */
export class UsageError extends Error {}
