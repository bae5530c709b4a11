import { MetricsTail } from "../training/metrics-tail";
import type { MetricPoint } from "../training/run-files";

/** Points that are sent in one message: a long history takes several, between which the editor can do other things. */
const pointsAMessage = 5000;

/** New points of a run. */
export interface NewPoints {
  /** Whether all points known before are to be forgotten. */
  readonly restart: boolean;
  readonly points: readonly MetricPoint[];
}

/** Follows the points of several runs, each from its beginning. */
export class RunPoints {
  /** The tails by run folder. */
  readonly #tails = new Map<string, { readonly tail: MetricsTail; isNew: boolean }>();

  /** Follows these runs' folders; those followed before go on where they are. */
  follow(folders: Iterable<string>): void {
    const wanted = new Set(folders);
    for (const folder of this.#tails.keys()) if (!wanted.has(folder)) this.#tails.delete(folder);
    for (const folder of wanted) {
      if (!this.#tails.has(folder)) this.#tails.set(folder, { tail: new MetricsTail(folder), isNew: true });
    }
  }

  /** Starts over with all of them. */
  restart(): void {
    const folders = [...this.#tails.keys()];
    this.#tails.clear();
    this.follow(folders);
  }

  /** What has come since the last call, in messages of bounded size. */
  *read(): Generator<readonly [folder: string, NewPoints]> {
    for (const [folder, follower] of this.#tails) {
      const points = follower.tail.read();
      let restart = follower.isNew || follower.tail.restarted;
      follower.isNew = false;
      for (let start = 0; start < points.length || restart; start += pointsAMessage) {
        yield [folder, { restart, points: points.slice(start, start + pointsAMessage) }];
        restart = false;
      }
    }
  }
}
