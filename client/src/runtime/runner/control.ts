import type { Command } from "./protocol";

/** What the host wants of a run that goes on: to stop, to pause, or to take a single step. */
export class Control {
  #stopping = false;
  #paused = false;
  /** Steps that may be taken although the run is paused. */
  #granted = 0;
  #wake: (() => void) | undefined;

  get stopRequested(): boolean {
    return this.#stopping;
  }

  receive(type: Exclude<Command["type"], "train" | "check" | "devices">): void {
    switch (type) {
      case "stop":
        this.#stopping = true;
        break;
      case "pause":
        this.#paused = true;
        break;
      case "step":
        this.#paused = true;
        this.#granted++;
        break;
      case "continue":
        this.#paused = false;
        break;
    }
    this.#wake?.();
  }

  /** Whether the next step has to wait. A step that was granted is used up by asking. */
  mustWait(): boolean {
    if (!this.#paused || this.#stopping) return false;
    if (this.#granted === 0) return true;
    this.#granted--;
    return false;
  }

  /** Resolves with the next thing that the host wants. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      // A pending promise does not keep a process alive; a timer does.
      const alive = setInterval(() => undefined, 60_000);
      this.#wake = () => {
        clearInterval(alive);
        this.#wake = undefined;
        resolve();
      };
    });
  }
}
