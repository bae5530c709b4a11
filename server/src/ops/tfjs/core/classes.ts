import type { NativeClass } from "../../../interpreter/native";
import type { Value } from "../../../interpreter/value";
import { UNKNOWN } from "../../../interpreter/value";
import { page } from "../tensors";

/** Whether a value is a tensor of this form, as far as it is known at all. */
function isTensor(value: Value, symbolic: boolean): boolean | undefined {
  if (value.kind === "unknown" || value.kind === "union" || value.kind === "promise") return undefined;
  return value.kind === "tensor" && (value.form === "symbolic") === symbolic;
}

const tensorClass: NativeClass = {
  name: "Tensor",
  documentation: page("class:Tensor"),
  hasInstance: (value) => isTensor(value, false),
};

const symbolicTensorClass: NativeClass = {
  name: "SymbolicTensor",
  documentation: page("class:SymbolicTensor"),
  hasInstance: (value) => isTensor(value, true),
};

/** A variable is a tensor, and a tensor need not be a variable. */
const variableClass: NativeClass = {
  name: "Variable",
  documentation: page("class:Variable"),
  hasInstance: (value) => (isTensor(value, false) === false ? false : undefined),
};

/** Classes that programs extend or ask for by `instanceof`, and of whose instances nothing else is known. */
function opaque(name: string): NativeClass {
  return { name, documentation: page(`class:${name}`), member: () => UNKNOWN };
}

export const coreClasses: readonly NativeClass[] = [
  tensorClass,
  symbolicTensorClass,
  variableClass,
  ...[
    "TensorBuffer",
    "GraphModel",
    "LayerVariable",
    "InputSpec",
    "Callback",
    "CustomCallback",
    "CallbackList",
    "EarlyStopping",
    "History",
  ].map(opaque),
];
