import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import util from "node:util";
import * as tf from "@tensorflow/tfjs-core";
import { DeviceUnavailable } from "./device";
import { silenceNotices } from "./quiet";
import { resolveFrom } from "./resolve";

const packages = { cuda: "@tensorflow/tfjs-node-gpu", native: "@tensorflow/tfjs-node" } as const;

/**
 * Makes TensorFlow's C library the current backend, where the user has installed it.
 *
 * @param folders where to look for the package, in order; each with the node_modules folders above it.
 * @returns the name of the device.
 * @throws DeviceUnavailable when the package is not installed, is installed without its native library, or sees no GPU.
 */
export async function openNative(kind: "cuda" | "native", folders: readonly string[]): Promise<string> {
  const name = packages[kind];
  const entry = resolveFrom(folders, name);
  if (entry === undefined) {
    const needs =
      kind === "cuda"
        ? " The command Install CUDA Support does it in the editor. It needs an NVIDIA GPU, CUDA 11.2 and cuDNN 8.1."
        : "";
    throw new DeviceUnavailable(`${name} is not installed; npm install ${name} adds it to the workspace.${needs}`);
  }
  restoreUtilFunctions();
  const restoreNotices = silenceNotices();
  try {
    createRequire(entry)(entry);
  } catch (error) {
    throw new DeviceUnavailable(
      `${name} is installed but does not load (${firstLine(error)}). ` +
        `Its install script fetches TensorFlow's library: run npm rebuild ${name} where the network allows it.`,
    );
  } finally {
    restoreNotices();
  }
  if (!tf.findBackendFactory("tensorflow") || !(await tf.setBackend("tensorflow"))) {
    throw new DeviceUnavailable(`${name} is installed but its backend does not start.`);
  }
  if (kind === "native") {
    return "TensorFlow C library, CPU";
  }
  if (!isUsingGpu(tf.backend())) {
    throw new DeviceUnavailable(`${name} is installed but finds no GPU. It needs CUDA 11.2 and cuDNN 8.1.`);
  }
  return `${graphicsCard() ?? "NVIDIA GPU"}, CUDA`;
}

/** tfjs-node 4.22 calls two functions of node:util that Node 23 removed. */
function restoreUtilFunctions(): void {
  const functions: Record<string, unknown> = util;
  functions["isNullOrUndefined"] ??= (value: unknown) => value === null || value === undefined;
  functions["isArray"] ??= Array.isArray;
}

/** The backend of tfjs-node-gpu tells whether its library found a device. */
function isUsingGpu(backend: tf.KernelBackend): boolean {
  return "isUsingGpuDevice" in backend && backend.isUsingGpuDevice === true;
}

/** The card's name, which TensorFlow's library keeps to itself; undefined where NVIDIA's own tool does not say it. */
function graphicsCard(): string | undefined {
  const { stdout } = spawnSync("nvidia-smi", ["--query-gpu=name", "--format=csv,noheader"], { encoding: "utf8" });
  return stdout?.split("\n")[0]?.trim() || undefined;
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.split("\n")[0] as string).replace(/[.\s]+$/, "");
}
