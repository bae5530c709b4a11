import type { KernelConfig, KernelFunc } from "@tensorflow/tfjs-core";
import { registerPaddingFix, withPaddingSides } from "../numeric-padding";
import { overrideKernel } from "../override";
import { wasmKernels } from "./kernels";

/** Puts the kernel pack in place of the WASM backend's own kernels. The backend must be ready. May be repeated. */
export function registerWasmKernels(): void {
  for (const kernel of wasmKernels) {
    const kernelFunc = withPaddingSides(kernel.kernelFunc);
    overrideKernel(kernel.kernelName, "wasm", (stock) =>
      stock === undefined ? kernelFunc : leaveStrings(kernelFunc, stock),
    );
  }
  registerPaddingFix("wasm");
}

/** Tensors of strings do not live on the heap: the stock kernels keep them. */
function leaveStrings(kernelFunc: KernelFunc, stock: KernelConfig): KernelFunc {
  return (call) => {
    for (const name in call.inputs) {
      if (call.inputs[name]?.dtype === "string") {
        return stock.kernelFunc(call);
      }
    }
    return kernelFunc(call);
  };
}
