/** Garbage collections at the right times, for devices whose memory is freed by nothing else. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as tf from "@tensorflow/tfjs-core";

/** Bytes on the device that may be garbage before the collector is started: it does not see them itself. */
const slack = 256 * 2 ** 20;

let collect: (() => void) | undefined;
/** Bytes in use when the last collection had taken effect, or what was in use at the beginning. */
let level = 0;
let started = false;

/** Starts a collection where much may have become garbage. What it finds is freed at the next turn of the event loop. */
export function collectWhenDue(): void {
  const { numBytes } = tf.memory();
  if (started) {
    level = numBytes;
    started = false;
  }
  if (numBytes < level + slack) return;
  collect ??= garbageCollector();
  collect();
  started = true;
}

/** V8's collector, which is a global function only under a flag; a new context gets it once the flag is set. */
function garbageCollector(): () => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
}
