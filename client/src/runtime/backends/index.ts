import * as tf from "@tensorflow/tfjs-core";
import { openCpu } from "./cpu";
import { DeviceUnavailable, deviceKinds } from "./device";
import type { BackendReport, DeviceKind, DeviceRequest, ProbedDevice } from "./device";
import { registerGradientFixes } from "./gradients";
import { registerPaddingFix } from "./numeric-padding";
import { openNative } from "./native";
import { silenceNotices } from "./quiet";
import { smokeTest } from "./smoke";
import { openWasm } from "./wasm";
import { openWebGpu } from "./webgpu";
import { registerWasmKernels } from "./wasm/register";

export { deviceKinds } from "./device";
export type { BackendReport, DeviceKind, DeviceRequest, ProbedDevice } from "./device";

export interface BackendOptions {
  /** Where to look for tfjs-node, tfjs-node-gpu and webgpu before the working directory and this package. */
  readonly packageFolder?: string;
  /** A folder that they were installed in for every workspace, looked into last. */
  readonly sharedFolder?: string;
}

/**
 * Makes the best backend that passes a trial step TensorFlow.js's current one, with this package's kernels and
 * gradients.
 *
 * @param request "auto" tries every kind, best first; a kind by name is used or refused, never replaced.
 * @throws Error that says why the kind asked for, or any kind at all, cannot be used.
 */
export async function chooseBackend(request: DeviceRequest, options: BackendOptions = {}): Promise<BackendReport> {
  registerGradientFixes();
  if (request !== "auto") {
    return { device: await openRequested(request, { ...options, software: true }), rejected: [] };
  }
  const rejected: { kind: DeviceKind; reason: string }[] = [];
  for (const kind of deviceKinds) {
    try {
      return { device: await open(kind, options), rejected };
    } catch (error) {
      rejected.push({ kind, reason: messageOf(error) });
    }
  }
  const reasons = rejected.map(({ kind, reason }) => `${kind}: ${reason}`).join("\n");
  throw new Error(`No device can train on this machine.\n${reasons}`);
}

/** Tries every kind, best first: the first with a name is what "auto" takes. The last that works is left in use. */
export async function probeDevices(options: BackendOptions = {}): Promise<ProbedDevice[]> {
  registerGradientFixes();
  const probed: ProbedDevice[] = [];
  for (const kind of deviceKinds) {
    try {
      probed.push({ kind, name: (await open(kind, options)).name, reason: null });
    } catch (error) {
      probed.push({ kind, name: null, reason: messageOf(error) });
    }
  }
  return probed;
}

/**
 * Runs `load`, which loads code that may bring a copy of TensorFlow.js of its own, and leaves the backend as it was.
 *
 * All copies share one registry for the process. Loading another one registers the stock gradients and kernels again,
 * with a warning for each, and tfjs-node makes itself the current backend.
 */
export async function keepBackend<Result>(load: () => Promise<Result>): Promise<Result> {
  const backend = tf.getBackend();
  const restoreNotices = silenceNotices();
  try {
    return await load();
  } finally {
    restoreNotices();
    if (tf.getBackend() !== backend) {
      await tf.setBackend(backend);
    }
    registerGradientFixes();
    if (backend === "wasm") {
      registerWasmKernels();
    } else if (backend === "cpu") {
      registerPaddingFix("cpu");
    }
  }
}

interface OpenOptions extends BackendOptions {
  /** Whether a graphics card in software will do: it does where it was asked for. */
  readonly software?: boolean;
}

async function openRequested(kind: DeviceKind, options: OpenOptions): Promise<BackendReport["device"]> {
  if (!deviceKinds.includes(kind)) {
    throw new Error(`There is no device "${kind}". Choose one of auto, ${deviceKinds.join(", ")}.`);
  }
  try {
    return await open(kind, options);
  } catch (error) {
    throw new Error(
      `The device "${kind}" cannot be used: ${messageOf(error)} Choose "auto" to train on the best one that works.`,
      { cause: error },
    );
  }
}

async function open(kind: DeviceKind, options: OpenOptions): Promise<BackendReport["device"]> {
  const name = await openers[kind](options);
  const fault = await smokeTest();
  if (fault !== undefined) {
    throw new DeviceUnavailable(`It starts, but ${fault}.`);
  }
  return { kind, name };
}

/** Each makes its backend the current one and returns the device's name, or throws with the reason why not. */
const openers: Record<DeviceKind, (options: OpenOptions) => Promise<string>> = {
  cuda: (options) => openNative("cuda", foldersOf(options)),
  webgpu: (options) => openWebGpu(foldersOf(options), options.software ?? false),
  native: (options) => openNative("native", foldersOf(options)),
  wasm: async () => ((await openWasm()).simd ? "WebAssembly, SIMD, 1 thread" : "WebAssembly, 1 thread"),
  cpu: openCpu,
};

function foldersOf({ packageFolder, sharedFolder }: BackendOptions): string[] {
  const given = (folder: string | undefined) => (folder === undefined ? [] : [folder]);
  return [...given(packageFolder), process.cwd(), __dirname, ...given(sharedFolder)];
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
