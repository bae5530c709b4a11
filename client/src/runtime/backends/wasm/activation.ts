import { Add, Elu, LeakyRelu, Prelu, Relu, Relu6, Sigmoid, getKernel, util } from "@tensorflow/tfjs-core";
import type { NamedAttrMap, NamedTensorInfoMap, TensorInfo } from "@tensorflow/tfjs-core";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";

/** The activations that tfjs-core fuses, by its names for them; "linear" is none. */
const activations: Readonly<Record<string, string>> = {
  relu: Relu,
  relu6: Relu6,
  elu: Elu,
  prelu: Prelu,
  sigmoid: Sigmoid,
  leakyrelu: LeakyRelu,
};

/** What fused kernels take beside the factors. */
export interface FusedInputs {
  readonly bias?: TensorInfo;
  readonly preluActivationWeights?: TensorInfo;
}

interface FusedAttributes {
  readonly activation?: string | null;
  readonly leakyreluAlpha?: number;
}

/** What a product can do to its results on the way: add a bias that is one row, and then ReLU. */
export interface Fusible {
  readonly bias: TensorInfo | undefined;
  readonly relu: boolean;
}

/** How much of a fused kernel's bias and activation its product can do, for results of `columns` columns. */
export function fusible({ bias }: FusedInputs, { activation }: FusedAttributes, columns: number): Fusible {
  const isRow = bias !== undefined && util.sizeFromShape(bias.shape) === columns && bias.shape.at(-1) === columns;
  return { bias: isRow ? bias : undefined, relu: (bias === undefined || isRow) && activation === "relu" };
}

/** Does what of the bias and the activation the product has left over, with the backend's own kernels. */
export function finish(
  backend: BackendWasm,
  product: TensorInfo,
  { bias, preluActivationWeights }: FusedInputs,
  { activation, leakyreluAlpha }: FusedAttributes,
  done: Fusible,
): TensorInfo {
  let result = product;
  const apply = (kernelName: string, inputs: NamedTensorInfoMap, attrs: NamedAttrMap = {}) => {
    const next = getKernel(kernelName, "wasm").kernelFunc({ inputs, attrs, backend }) as TensorInfo;
    backend.disposeData(result.dataId);
    result = next;
  };
  if (bias !== undefined && done.bias === undefined) apply(Add, { a: result, b: bias });
  if (!activation || activation === "linear" || done.relu) return result;
  const kernelName = activations[activation];
  util.assert(kernelName !== undefined, () => `The activation "${activation}" cannot be fused on WASM.`);
  if (preluActivationWeights !== undefined) apply(Prelu, { x: result, alpha: preluActivationWeights });
  else if (kernelName === LeakyRelu) apply(LeakyRelu, { x: result }, { alpha: leakyreluAlpha ?? 0.2 });
  else apply(kernelName as string, { x: result });
  return result;
}
