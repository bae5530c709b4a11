import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";

/** What of the global `WebAssembly` is used here: only TypeScript's types for browsers declare it. */
declare const WebAssembly: {
  validate(binary: Uint8Array): boolean;
  Module: new (binary: Uint8Array) => CompiledModule;
  Instance: new (module: CompiledModule, imports: object) => { readonly exports: unknown };
};
type CompiledModule = { readonly __brand: "WebAssembly.Module" };

/** The memory of a module, of which only another module makes use. */
export type WasmMemory = { readonly buffer: ArrayBuffer };

/**
 * The exports of client/simd, WebAssembly with SIMD that works on the memory of TensorFlow.js's own module. Addresses
 * are byte offsets, sizes and distances count floats; the sources say what each parameter is.
 */
export interface SimdModule {
  gemm(
    m: number,
    n: number,
    k: number,
    left: number,
    leftStride: number,
    leftTransposed: boolean,
    right: number,
    rightStride: number,
    rightTransposed: boolean,
    out: number,
    outStride: number,
    add: boolean,
    bias: number,
    relu: boolean,
    workspace: number,
  ): void;
  /** Bytes of working memory that every function with a `workspace` needs. */
  gemmWorkspace(): number;
  sumMiddle(x: number, outer: number, count: number, inner: number, out: number, partial: number): void;
  reluGradient(gradient: number, y: number, count: number, out: number): void;
  patchFloats(geometry: number): number;
  convolve(
    geometry: number,
    x: number,
    filter: number,
    bias: number,
    relu: boolean,
    out: number,
    patches: number,
    workspace: number,
  ): void;
  convolutionFilterGradient(
    geometry: number,
    x: number,
    dy: number,
    out: number,
    add: boolean,
    patches: number,
    workspace: number,
  ): void;
  convolutionInputGradient(
    geometry: number,
    dy: number,
    filter: number,
    out: number,
    add: boolean,
    patches: number,
    workspace: number,
  ): void;
  depthwiseInputGradient(geometry: number, dy: number, filter: number, out: number): void;
  depthwiseFilterGradient(geometry: number, x: number, dy: number, out: number): void;
  maxPoolGradient(geometry: number, x: number, dy: number, out: number): void;
  averagePoolGradient(geometry: number, dy: number, out: number): void;
  softmaxCrossEntropy(
    logits: number,
    classes: number,
    rows: number,
    columns: number,
    ignored: number,
    mean: boolean,
    gradient: number,
  ): number;
  layerNorm(
    x: number,
    weight: number,
    bias: number,
    rows: number,
    width: number,
    eps: number,
    out: number,
    statistics: number,
  ): void;
  layerNormGradient(
    x: number,
    weight: number,
    statistics: number,
    dy: number,
    rows: number,
    width: number,
    dx: number,
    dWeight: number,
    dBias: number,
    scratch: number,
  ): void;
  adam(
    count: number,
    parameter: number,
    gradient: number,
    first: number,
    second: number,
    largest: number,
    beta1: number,
    beta2: number,
    rate: number,
    correction: number,
    eps: number,
    shrinkage: number,
    decay: number,
  ): void;
  attention(
    description: number,
    scale: number,
    query: number,
    key: number,
    value: number,
    mask: number,
    shares: number,
    result: number,
    workspace: number,
  ): void;
  attentionGradient(
    description: number,
    scale: number,
    query: number,
    key: number,
    value: number,
    shares: number,
    dResult: number,
    dQuery: number,
    dKey: number,
    dValue: number,
    scores: number,
    workspace: number,
  ): void;
  lstm(
    steps: number,
    batch: number,
    inputs: number,
    size: number,
    reverse: boolean,
    x: number,
    mask: number,
    hidden: number,
    cell: number,
    inputWeight: number,
    hiddenWeight: number,
    bias: number,
    states: number,
    gates: number,
    cells: number,
    shown: number,
    workspace: number,
  ): void;
  lstmGradient(
    steps: number,
    batch: number,
    size: number,
    reverse: boolean,
    mask: number,
    cell: number,
    hiddenWeight: number,
    dStates: number,
    gates: number,
    cells: number,
    shown: number,
    dGates: number,
    dHidden: number,
    dCell: number,
    workspace: number,
  ): void;
  gru(
    steps: number,
    batch: number,
    inputs: number,
    size: number,
    reverse: boolean,
    x: number,
    mask: number,
    hidden: number,
    inputWeight: number,
    hiddenWeight: number,
    inputBias: number,
    hiddenBias: number,
    states: number,
    gates: number,
    hiddenPart: number,
    workspace: number,
  ): void;
  gruGradient(
    steps: number,
    batch: number,
    size: number,
    reverse: boolean,
    mask: number,
    hidden: number,
    hiddenWeight: number,
    dStates: number,
    states: number,
    gates: number,
    hiddenPart: number,
    dGates: number,
    dPart: number,
    dHidden: number,
    workspace: number,
  ): void;
  recurrentWeightGradients(
    steps: number,
    batch: number,
    inputs: number,
    size: number,
    width: number,
    reverse: boolean,
    x: number,
    hidden: number,
    inputWeight: number,
    states: number,
    dGates: number,
    dPart: number,
    dx: number,
    dInputWeight: number,
    dHiddenWeight: number,
    dInputBias: number,
    dHiddenBias: number,
    partial: number,
    workspace: number,
  ): void;
}

/** The build with the fused multiply-add of relaxed SIMD, and the one for everywhere else. */
const files = { relaxed: "shapewright-relaxed-simd.wasm", plain: "shapewright-simd.wasm" };

let compiled: CompiledModule | undefined;

/**
 * The module on a memory.
 *
 * @throws where the file is missing, or the processor has no SIMD instructions that WebAssembly could use.
 */
export function loadSimd(memory: WasmMemory): SimdModule {
  compiled ??= compile();
  return new WebAssembly.Instance(compiled, { env: { memory } }).exports as SimdModule;
}

function compile(): CompiledModule {
  const relaxed = read(files.relaxed);
  if (!WebAssembly.validate(relaxed) && Number(process.versions.node.split(".")[0]) < 22) {
    // The last versions before those that have these instructions by default have them behind a flag.
    setFlagsFromString("--experimental-wasm-relaxed-simd");
  }
  if (WebAssembly.validate(relaxed)) return new WebAssembly.Module(relaxed);
  const plain = read(files.plain);
  if (WebAssembly.validate(plain)) return new WebAssembly.Module(plain);
  throw new Error("This processor, or this version of Node, runs no SIMD instructions of WebAssembly.");
}

/** Reads a file beside the bundle this code runs in, beside the bundle's folder, or beside its sources. */
function read(file: string): Uint8Array {
  const tried = [join(__dirname, "wasm"), join(__dirname, "..", "wasm"), join(__dirname, "../../../../simd/build")];
  const folder = tried.find((each) => existsSync(join(each, file)));
  if (folder === undefined) {
    throw new Error(`${file} is missing; looked in ${tried.join(", ")}. Reinstall Shapewright, or run npm run build.`);
  }
  return readFileSync(join(folder, file));
}
