import * as tensorflow from "@tensorflow/tfjs";
import { describe, expect, test } from "vitest";
import type { NativeNamespace, PropertyContext } from "../../../server/src/interpreter/native";
import type { TensorValue, Value } from "../../../server/src/interpreter/value";
import { unknownTensor } from "../../../server/src/interpreter/value";
import { tfjsLibrary } from "../../../server/src/ops/tfjs/library";

type Exports = Readonly<Record<string, unknown>>;
const tf = { ...tensorflow } as Exports;

/** What programs that train models have no use for: it stays unknown, and silent. */
const UNKNOWN_ON_PURPOSE: Readonly<Record<string, string>> = {
  backend_util: "helpers for those who write a backend",
  broadcast_util: "helpers for those who write a backend",
  gather_util: "helpers for those who write a backend",
  scatter_util: "helpers for those who write a backend",
  slice_util: "helpers for those who write a backend",
  tensor_util: "helpers for those who write a backend",
  kernel_impls: "helpers for those who write a backend",
  shared: "kernels of the CPU backend, shared with others",
  gpgpu_util: "helpers of the WebGL backend",
  webgl_util: "helpers of the WebGL backend",
  webgl: "settings of the WebGL backend",
  device_util: "asks what kind of device runs",
  test_util: "helpers for the library's own tests",
  ENV: "flags of the library",
  Environment: "flags of the library",
  version: "version numbers",
  Rank: "names of ranks, for types",
  KernelBackend: "the class of all backends",
  DataStorage: "the memory of a backend",
  MathBackendCPU: "a backend",
  MathBackendWebGL: "a backend",
  GPGPUContext: "a backend's context",
  OptimizerConstructors: "makes optimizers for tf.train",
  copyRegisteredKernels: "registers kernels",
  getGradient: "registers kernels",
  getKernel: "registers kernels",
  getKernelsForBackend: "registers kernels",
  registerGradient: "registers kernels",
  registerKernel: "registers kernels",
  unregisterGradient: "registers kernels",
  unregisterKernel: "registers kernels",
  registerOp: "registers operations of graph models",
  deregisterOp: "registers operations of graph models",
  registerCallbackConstructor: "registers callbacks",
  CompositeArrayBuffer: "a helper for stored weights",
  Serializable: "a base class for what can be stored",
  SerializationMap: "what can be stored, by name",
  CSVDataset: "the class behind tf.data.csv",
  TextLineDataset: "reads lines of text",
  FileDataSource: "where a file comes from",
  URLDataSource: "where a file comes from",
};

/** Constants: the names of kernels, versions, and `tf.Reduction[1]`. */
function isOperation(value: unknown): boolean {
  return typeof value === "function" || (typeof value === "object" && value !== null);
}

function missing(exports: Exports, modelled: NativeNamespace): string[] {
  return Object.keys(exports).filter(
    (name) =>
      name !== "default" && isOperation(exports[name]) && !(name in UNKNOWN_ON_PURPOSE) && !modelled.member(name),
  );
}

function namespaceOf(value: Value | undefined): NativeNamespace {
  return value?.kind === "namespace" ? value.namespace : { name: "nothing", member: () => undefined };
}

const namespaces = Object.keys(tf).filter(
  (name) => name !== "default" && typeof tf[name] === "object" && tf[name] !== null && !(name in UNKNOWN_ON_PURPOSE),
);

describe("what TensorFlow.js exports is modelled", () => {
  test("in tf itself", () => expect(missing(tf, tfjsLibrary.exports)).toEqual([]));

  test.each(namespaces)("in tf.%s", (name) => {
    expect(missing(tf[name] as Exports, namespaceOf(tfjsLibrary.exports.member(name)))).toEqual([]);
  });

  test("and nothing is listed as unknown that is modelled, or does not exist", () => {
    const inner = namespaces.flatMap((name) => Object.keys(tf[name] as Exports));
    const names = new Set([...Object.keys(tf), ...inner]);
    const listed = Object.keys(UNKNOWN_ON_PURPOSE);
    expect(listed.filter((name) => !names.has(name) || tfjsLibrary.exports.member(name))).toEqual([]);
  });
});

describe("the members of tensors", () => {
  const tensor: TensorValue = { ...unknownTensor("tfjs"), shape: [], dtype: "float32" };
  const array = () => ({ kind: "object", id: 0 }) as const;
  const member = (name: string) => tfjsLibrary.tensorMember?.({ array } as PropertyContext, tensor, name);
  const { Tensor, Variable } = tensorflow;
  const real = new Set([Tensor, Variable].flatMap((type) => Object.getOwnPropertyNames(type.prototype as object)));

  test("are modelled", () => {
    expect([...real].filter((name) => name !== "constructor" && !member(name))).toEqual([]);
  });

  test("are none that the library has only as functions", () => {
    const functions = Object.keys(tf).filter((name) => typeof tf[name] === "function" && !real.has(name));
    expect(functions.filter(member)).toEqual([]);
  });
});
