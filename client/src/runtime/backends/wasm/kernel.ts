import type { KernelConfig, KernelFunc, NamedAttrMap, NamedTensorInfoMap, TensorInfo } from "@tensorflow/tfjs-core";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { Heap } from "./heap";

export interface KernelCall<Inputs, Attributes> {
  /** tfjs-core types every input as perhaps undefined; here only those are that a kernel calls optional itself. */
  readonly inputs: { readonly [Name in keyof Inputs]: TensorInfo };
  readonly attrs: Attributes;
  readonly heap: Heap;
  readonly backend: BackendWasm;
}

/**
 * A kernel for the WASM backend. TensorFlow.js types every kernel's inputs and attributes as loose maps; the kernel's
 * own types, as tfjs-core publishes them (`BatchMatMulInputs` and so on), are put in place here, once for all.
 */
export function wasmKernel<Inputs, Attributes>(
  kernelName: string,
  compute: (call: KernelCall<Inputs, Attributes>) => TensorInfo | TensorInfo[],
): KernelConfig {
  const kernelFunc: KernelFunc = (parameters: { inputs: NamedTensorInfoMap; backend: unknown; attrs?: NamedAttrMap }) =>
    compute({
      inputs: parameters.inputs as KernelCall<Inputs, Attributes>["inputs"],
      attrs: (parameters.attrs ?? {}) as Attributes,
      heap: Heap.of(parameters.backend as BackendWasm),
      backend: parameters.backend as BackendWasm,
    });
  return { kernelName, backendName: "wasm", kernelFunc };
}
