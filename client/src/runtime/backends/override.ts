import { getKernel, registerKernel, unregisterKernel } from "@tensorflow/tfjs-core";
import type { KernelConfig, KernelFunc } from "@tensorflow/tfjs-core";

const overrides = new WeakSet<KernelFunc>();

/**
 * Replaces a kernel of a backend that is ready. Does nothing where this module's replacement is in place already, so
 * that it can be repeated: another copy of TensorFlow.js may have registered the stock kernels again meanwhile.
 *
 * @param replace makes the replacement from the stock kernel; undefined keeps the stock one, or none.
 */
export function overrideKernel(
  kernelName: string,
  backendName: string,
  replace: (stock: KernelConfig | undefined) => KernelFunc | undefined,
): void {
  const stock: KernelConfig | undefined = getKernel(kernelName, backendName);
  if (stock !== undefined && overrides.has(stock.kernelFunc)) {
    return;
  }
  const kernelFunc = replace(stock);
  if (kernelFunc === undefined) {
    return;
  }
  if (stock !== undefined) {
    // Registering over a kernel prints a warning.
    unregisterKernel(kernelName, backendName);
  }
  overrides.add(kernelFunc);
  registerKernel({ ...stock, kernelName, backendName, kernelFunc });
}
