import { pathToFileURL } from "node:url";
import * as tf from "@tensorflow/tfjs-core";
import { DeviceUnavailable } from "./device";
import { silenceNotices } from "./quiet";
import { resolveFrom } from "./resolve";

/** What of the package `webgpu`, Dawn for Node, is used here. */
interface Dawn {
  create(options: string[]): { requestAdapter(options?: object): Promise<Adapter | null> };
  readonly globals: Record<string, unknown>;
}

interface Adapter {
  readonly info: {
    readonly vendor: string;
    readonly architecture: string;
    readonly device: string;
    readonly description: string;
    /** A renderer in software. */
    readonly isFallbackAdapter?: boolean;
  };
}

/**
 * Makes the graphics card that WebGPU finds the current backend: any vendor's, through Vulkan, Metal or Direct3D.
 *
 * @param folders where to look for the package `webgpu`, in order.
 * @param software whether a renderer in software will do.
 * @returns the card's name.
 * @throws DeviceUnavailable where there is no package, no card, or none that is one.
 */
export async function openWebGpu(folders: readonly string[], software: boolean): Promise<string> {
  const entry = resolveFrom(folders, "webgpu");
  if (entry === undefined) {
    throw new DeviceUnavailable(
      "The package webgpu is not installed; npm install webgpu, or the command Install WebGPU Support, adds it.",
    );
  }
  if (!hasVulkanLoader()) {
    throw new DeviceUnavailable("WebGPU takes a driver for Vulkan here, and libvulkan.so.1 is not installed.");
  }
  const gpu = await startDawn(entry);
  // TensorFlow.js takes whatever comes for an adapter: without one it fails in a way that says nothing.
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) {
    throw new DeviceUnavailable("WebGPU finds no graphics card. It needs a driver for Vulkan, Metal or Direct3D 12.");
  }
  const { info } = adapter;
  const name = info.description || info.device || `${info.vendor} ${info.architecture}`.trim();
  if (info.isFallbackAdapter && !software) {
    throw new DeviceUnavailable(
      `WebGPU finds no graphics card, only a renderer in software (${name}), which is slower.`,
    );
  }
  Object.defineProperty((globalThis as { navigator?: object }).navigator ?? defineNavigator(), "gpu", {
    value: gpu,
    configurable: true,
  });
  const restoreNotices = silenceNotices();
  try {
    // It looks for the navigator's `gpu` while it loads.
    await import("@tensorflow/tfjs-backend-webgpu");
  } finally {
    restoreNotices();
  }
  if (!(await tf.setBackend("webgpu").catch(() => false))) {
    throw new DeviceUnavailable(`WebGPU does not start on ${name}.`);
  }
  separateScans(tf.backend() as unknown as ProgramRunner);
  return `${name}, WebGPU`;
}

/** Whether Vulkan can be asked for cards at all: without its loader, Dawn fills the log with warnings. */
function hasVulkanLoader(): boolean {
  if (process.platform !== "linux") return true;
  try {
    process.dlopen({ exports: {} }, "libvulkan.so.1");
  } catch (error) {
    // A library that is there is no module of Node's, which is another complaint.
    return !(error as Error).message.includes("cannot open shared object file");
  }
  return true;
}

async function startDawn(entry: string): Promise<ReturnType<Dawn["create"]>> {
  try {
    const { create, globals } = (await import(pathToFileURL(entry).href)) as Dawn;
    Object.assign(globalThis, globals);
    return create([]);
  } catch (error) {
    const [line] = String(error instanceof Error ? error.message : error).split("\n");
    throw new DeviceUnavailable(`The package webgpu is installed but does not load (${line}).`);
  }
}

/** Versions of Node before 21 have no `navigator`. */
function defineNavigator(): object {
  const navigator = {};
  Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true });
  return navigator;
}

interface ScanProgram {
  shaderKey: string;
  readonly outputShape: readonly number[];
}

interface ProgramRunner {
  runWebGPUProgram(program: ScanProgram, ...rest: unknown[]): unknown;
}

const separated = new WeakSet<ProgramRunner>();

/**
 * Stock: compiled programs are kept by a key, and that of cumulative sums and products leaves out the length that is
 * written into the program, so that a second length gives wrong numbers.
 */
function separateScans(backend: ProgramRunner): void {
  if (separated.has(backend)) return;
  separated.add(backend);
  const run = backend.runWebGPUProgram.bind(backend);
  backend.runWebGPUProgram = (program, ...rest) => {
    if (program.shaderKey.startsWith("cum_")) program.shaderKey += `_${program.outputShape.at(-1)}`;
    return run(program, ...rest);
  };
}
