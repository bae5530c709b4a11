import * as tf from "@tensorflow/tfjs-core";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { wasmFolder } from "./locate";
import { registerWasmKernels } from "./register";

/**
 * Makes WebAssembly the current backend, with the kernel pack.
 *
 * One thread: TensorFlow.js turns its threaded build off in Node.
 *
 * @throws when the .wasm files cannot be found or the machine cannot run them; the message says which.
 */
export async function openWasm(): Promise<{ simd: boolean }> {
  // Not findBackend: it starts the backend, before the paths are set.
  if (tf.getBackend() !== "wasm") {
    setWasmPaths(wasmFolder());
    await withoutProcessListeners(() => tf.setBackend("wasm"));
    await tf.ready();
  }
  if (tf.getBackend() !== "wasm") {
    throw new Error(
      `The WebAssembly backend does not start with the files in ${wasmFolder()}; reinstalling Shapewright replaces them.`,
    );
  }
  registerWasmKernels();
  return { simd: (await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT")) === true };
}

/**
 * Emscripten's start-up code adds listeners that throw every uncaught error anew, which hides the place it came from
 * and overrules the process's own handling. They are taken away again.
 */
async function withoutProcessListeners<Result>(start: () => Promise<Result>): Promise<Result> {
  const events = ["uncaughtException", "unhandledRejection"] as const;
  const before = new Map(events.map((event) => [event, new Set(process.rawListeners(event))]));
  try {
    return await start();
  } finally {
    for (const event of events) {
      for (const listener of process.rawListeners(event)) {
        if (before.get(event)?.has(listener) !== true) {
          process.removeListener(event, listener as (...values: unknown[]) => void);
        }
      }
    }
  }
}
