import type { NativeContext, NativeFunction, PropertyContext } from "../../interpreter/native";
import type { DType, TensorValue, Value } from "../../interpreter/value";
import {
  integer,
  NULL,
  SOME_BOOLEAN,
  SOME_NUMBER,
  SOME_STRING,
  string,
  UNDEFINED,
  UNKNOWN,
} from "../../interpreter/value";
import type { Dim } from "../../shape/dim";
import { constant, unknownDim } from "../../shape/dim";
import { numel } from "../../shape/shape";
import type { Operation } from "../operation";
import { tensorBuffer } from "./core/buffer";
import { concatMethod, stackMethod } from "./core/joining";
import { whereMethod } from "./core/elementwise";
import { isOpen } from "./layers/open";
import { functionValue, lastPart } from "./namespace";
import { page } from "./tensors";

/** What a tensor's method of that name is where it is not the function of the same name with the tensor in front. */
const OTHER_ORDER = [concatMethod, stackMethod, whereMethod];

/** The functions of `tf` that are no methods. */
const NO_METHODS = new Set(
  (
    "tensor tensor1d tensor2d tensor3d tensor4d tensor5d tensor6d scalar complex real imag zeros ones fill range linspace eye " +
    "randomUniform randomNormal randomUniformInt randomStandardNormal randomGamma truncatedNormal rand multinomial meshgrid " +
    "einsum addN bitwiseAnd batchNorm2d batchNorm3d batchNorm4d bincount denseBincount booleanMaskAsync " +
    "broadcastArgs concat1d concat2d concat3d concat4d conv3d conv3dTranspose avgPool3d maxPool3d maxPoolWithArgmax diag dropout " +
    "ensureShape enclosingPowerOfTwo cosineWindow gatherND inTopKAsync lowerBound upperBound searchSorted moments " +
    "movingAverage multiRNNCell pad1d pad2d pad3d pad4d raggedGather raggedRange raggedTensorToTensor reverse1d reverse2d " +
    "reverse3d reverse4d scatterND setdiff1dAsync slice1d slice2d slice3d slice4d softmaxCrossEntropy sparseToDense " +
    "tensorScatterUpdate whereAsync outerProduct buffer"
  ).split(" "),
);

type Method = (cx: NativeContext, self: TensorValue) => Value;

function method(name: string, run: Method): NativeFunction {
  return {
    name,
    documentation: page(`tf.Tensor.${name}`),
    invoke: (cx, self) => (self?.kind === "tensor" ? run(cx, self) : UNKNOWN),
  };
}

function awaited(name: string, run: Method): NativeFunction {
  return method(name, (cx, self) => ({ kind: "promise", value: run(cx, self) }));
}

const TYPED: Partial<Record<DType, "Float32Array" | "Int32Array" | "Uint8Array">> = {
  float32: "Float32Array",
  int32: "Int32Array",
  bool: "Uint8Array",
};

/** The numbers one after the other; what they are is not known, how many there are is. */
function flatData(cx: NativeContext, { shape, dtype }: TensorValue): Value {
  const kind = dtype && TYPED[dtype];
  const length = shape ? numel(shape) : unknownDim(0);
  return kind ? cx.typedList(kind, length) : UNKNOWN;
}

/** The numbers in arrays within arrays. */
function nestedData(cx: NativeContext, { shape, dtype }: TensorValue): Value {
  if (!shape || dtype === undefined || dtype === "complex64") return UNKNOWN;
  const number = dtype === "float32" ? SOME_NUMBER : integer(unknownDim(-Infinity));
  return shape.reduceRight<Value>((element, size) => cx.list(element, size), dtype === "string" ? SOME_STRING : number);
}

const bufferOf: Method = (cx, { shape, dtype }) => tensorBuffer(cx, shape, dtype);

const variable = method("variable", (cx, self) => ({
  ...self,
  origin: { operation: "variable", span: cx.site.span, inputs: [self] },
}));

const OWN = [
  ...["print", "dispose", "assign", "throwIfDisposed"].map((name) => method(name, () => UNDEFINED)),
  awaited("data", flatData),
  awaited("array", nestedData),
  awaited("buffer", bufferOf),
  awaited("bytes", () => UNKNOWN),
  method("dataSync", flatData),
  method("arraySync", nestedData),
  method("bufferSync", bufferOf),
  method("dataToGPU", () => UNKNOWN),
  method("toString", () => SOME_STRING),
  variable,
];

/** Second names of methods. */
const ALIASES = { asType: "cast" };

export function tensorMethods(operations: readonly Operation[]): ReadonlyMap<string, Value> {
  const methods = operations.filter(({ name }) => !NO_METHODS.has(name));
  const table = new Map([...methods, ...OTHER_ORDER, ...OWN].map((one) => [lastPart(one.name), functionValue(one)]));
  for (const [alias, name] of Object.entries(ALIASES)) table.set(alias, table.get(name) ?? functionValue(variable));
  return table;
}

/** A property that is no method. */
export function tensorProperty(cx: PropertyContext, tensor: TensorValue, name: string): Value | undefined {
  switch (name) {
    case "shape":
      return tensor.shape ? cx.array(tensor.shape.map((size) => sizeValue(tensor, size))) : UNKNOWN;
    case "rank":
      return tensor.shape ? integer(constant(tensor.shape.length)) : integer(unknownDim(0));
    case "dtype":
      return tensor.dtype ? string(tensor.dtype) : UNKNOWN;
    case "size":
      return tensor.shape ? integer(numel(tensor.shape)) : integer(unknownDim(0));
    case "isDisposed":
    case "kept":
      return SOME_BOOLEAN;
    case "id":
      return integer(unknownDim(0));
    case "name":
      return SOME_STRING;
    case "rankType":
    case "strides":
    case "dataId":
      return UNKNOWN;
    default:
      return undefined;
  }
}

function sizeValue(tensor: TensorValue, size: Dim): Value {
  return tensor.form === "symbolic" && isOpen(size) ? NULL : integer(size);
}
