import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { chooseBackend, keepBackend } from "../../client/src/runtime/backends";

/** A folder with a package of that name whose main file is `code`. */
function folderWith(name: string, code: string): string {
  const folder = mkdtempSync(join(tmpdir(), "shapewright-"));
  const home = join(folder, "node_modules", ...name.split("/"));
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, "package.json"), JSON.stringify({ name, version: "4.22.0", main: "main.js" }));
  writeFileSync(join(home, "main.js"), code);
  return folder;
}

describe("auto", () => {
  test("trains on WebAssembly and says why nothing better is used", async () => {
    const report = await chooseBackend("auto");
    expect(report.device.kind).toBe("wasm");
    expect(report.device.name).toBe("WebAssembly, SIMD, 1 thread");
    expect(report.rejected.map(({ kind }) => kind)).toEqual(["cuda", "webgpu", "native"]);
    expect(report.rejected[0]?.reason).toMatch(/tfjs-node-gpu is not installed; npm install .* NVIDIA GPU/);
    expect(report.rejected[1]?.reason).toMatch(/WebGPU/);
    expect(tf.getBackend()).toBe("wasm");
  });

  test("says when TensorFlow's library could not be fetched", async () => {
    const packageFolder = folderWith(
      "@tensorflow/tfjs-node-gpu",
      'throw new Error("libtensorflow.so.2 is missing\\nmore");',
    );
    const { rejected } = await chooseBackend("auto", { packageFolder });
    expect(rejected[0]).toEqual({
      kind: "cuda",
      reason: expect.stringMatching(/does not load \(libtensorflow.so.2 is missing\).* npm rebuild/) as string,
    });
  });

  test("says when an installed package starts no backend", async () => {
    const packageFolder = folderWith("@tensorflow/tfjs-node", "");
    const { rejected } = await chooseBackend("auto", { packageFolder });
    expect(rejected[2]?.reason).toMatch(/backend does not start/);
  });

  test("gives tfjs-node the two functions that newer versions of Node lack", async () => {
    const code =
      'const util = require("util"); if (!util.isArray([]) || !util.isNullOrUndefined(null)) throw new Error("no");';
    const packageFolder = folderWith("@tensorflow/tfjs-node", code);
    await expect(chooseBackend("native", { packageFolder })).rejects.toThrow("backend does not start");
  });
});

describe("a device by name", () => {
  test("is used", async () => {
    expect(await chooseBackend("cpu")).toEqual({
      device: { kind: "cpu", name: "JavaScript without acceleration: for very small models only" },
      rejected: [],
    });
    expect(tf.getBackend()).toBe("cpu");
    expect((await chooseBackend("wasm")).device.kind).toBe("wasm");
    expect(tf.getBackend()).toBe("wasm");
  });

  test("is refused rather than replaced", async () => {
    await expect(chooseBackend("cuda")).rejects.toThrow(/"cuda" cannot be used: .* is not installed.* Choose "auto"/);
    await expect(chooseBackend("native")).rejects.toThrow('The device "native" cannot be used');
  });

  test("must exist", async () => {
    await expect(chooseBackend("tpu" as "cpu")).rejects.toThrow(
      'There is no device "tpu". Choose one of auto, cuda, webgpu, native, wasm, cpu.',
    );
  });
});

test("a trial leaves nothing behind", async () => {
  const events = ["uncaughtException", "unhandledRejection"] as const;
  const listeners = () => events.map((event) => process.listenerCount(event));
  await chooseBackend("wasm");
  const before = { tensors: tf.memory().numTensors, pieces: tf.backend().numDataIds(), listeners: listeners() };
  await chooseBackend("wasm");
  expect({ tensors: tf.memory().numTensors, pieces: tf.backend().numDataIds(), listeners: listeners() }).toEqual(
    before,
  );
});

describe("loading code with a TensorFlow.js of its own", () => {
  test("keeps the backend, the kernels and the gradients", async () => {
    await chooseBackend("wasm");
    const kernels = ["BatchMatMul", "MaxPoolGrad", "AvgPool"].map((name) => tf.getKernel(name, "wasm").kernelFunc);
    const result = await keepBackend(async () => {
      tf.unregisterKernel("BatchMatMul", "wasm");
      tf.registerKernel({ kernelName: "BatchMatMul", backendName: "wasm", kernelFunc: () => [] });
      tf.registerGradient({ kernelName: "Max", gradFunc: () => ({}) });
      await tf.setBackend("cpu");
      return "loaded";
    });
    expect(result).toBe("loaded");
    expect(tf.getBackend()).toBe("wasm");
    expect(tf.getGradient("Max").outputsToSave).toEqual([true]);
    expect(tf.getKernel("MaxPoolGrad", "wasm").kernelFunc).toBe(kernels[1]);
    expect(tf.getKernel("AvgPool", "wasm").kernelFunc).toBe(kernels[2]);
    const product = tf.tidy(() => Array.from(tf.matMul(tf.ones([2, 2]), tf.ones([2, 2])).dataSync()));
    expect(product).toEqual([2, 2, 2, 2]);
  });

  test("puts everything back when the code throws", async () => {
    await chooseBackend("wasm");
    const failing = keepBackend(async () => {
      await tf.setBackend("cpu");
      throw new Error("in user code");
    });
    await expect(failing).rejects.toThrow("in user code");
    expect(tf.getBackend()).toBe("wasm");
  });
});
