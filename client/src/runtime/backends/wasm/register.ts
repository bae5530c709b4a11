import { getKernel, registerKernel, unregisterKernel } from "@tensorflow/tfjs-core";
import type { KernelConfig, KernelFunc } from "@tensorflow/tfjs-core";
import { wasmKernels } from "./kernels";

/** What this module registered, by kernel name. */
const installed = new Map<string, KernelFunc>();

/**
 * Puts the kernel pack in place of the WASM backend's own kernels. The backend must be ready. Repeating the call is
 * harmless, and puts the pack back where another copy of the backend's package has registered its kernels since.
 */
export function registerWasmKernels(): void {
  for (const kernel of wasmKernels) {
    const current: KernelConfig | undefined = getKernel(kernel.kernelName, "wasm");
    if (current !== undefined && current.kernelFunc === installed.get(kernel.kernelName)) {
      continue;
    }
    if (current !== undefined) {
      unregisterKernel(kernel.kernelName, "wasm");
    }
    const replacement = current === undefined ? kernel : { ...kernel, kernelFunc: leaveStrings(kernel, current) };
    registerKernel(replacement);
    installed.set(kernel.kernelName, replacement.kernelFunc);
  }
}

/** Tensors of strings do not live on the heap: the stock kernels keep them. */
function leaveStrings(kernel: KernelConfig, stock: KernelConfig): KernelFunc {
  return (call) => {
    for (const name in call.inputs) {
      if (call.inputs[name]?.dtype === "string") {
        return stock.kernelFunc(call);
      }
    }
    return kernel.kernelFunc(call);
  };
}
