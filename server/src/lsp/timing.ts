/** Lets messages that have arrived be read: a newer text or a cancellation may be among them. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Runs once things have been quiet for a while; every call starts the wait anew. */
export class Debounced {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly milliseconds: number,
    private readonly run: () => void,
  ) {}

  schedule(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(this.run, this.milliseconds);
  }

  cancel(): void {
    clearTimeout(this.timer);
  }
}

/** Resolves when nothing has happened for a while. */
export class Quiet {
  private last = -Infinity;

  constructor(private readonly milliseconds: number) {}

  disturb(): void {
    this.last = performance.now();
  }

  async reached(): Promise<void> {
    for (;;) {
      const left = this.last + this.milliseconds - performance.now();
      if (left <= 0) return;
      await new Promise((resolve) => setTimeout(resolve, left));
    }
  }
}
