import { util } from "@tensorflow/tfjs-core";
import type { DataType, TensorInfo } from "@tensorflow/tfjs-core";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { loadSimd } from "./simd";
import type { SimdModule, WasmMemory } from "./simd";

/** The exports of the backend's WebAssembly module that the kernels call. Offsets are in bytes. */
export interface WasmModule {
  readonly HEAPU8: Uint8Array;
  /** The exports of the compiled module itself. */
  readonly asm: { readonly memory: WasmMemory };
  _malloc(bytes: number): number;
  _free(offset: number): void;
  _Transpose(
    x: number,
    shape: number,
    rank: number,
    dtype: number,
    out: number,
    permutation: number,
    permutationLength: number,
  ): void;
  readonly tfjs: {
    registerTensor(id: number, size: number, offset: number): void;
    disposeData(id: number): void;
  };
}

export type HeapArray = Float32Array | Int32Array | Uint8Array;

/** Elements that are only moved: 4-byte words, or the bytes of a bool tensor. */
export type HeapElements = Int32Array | Uint8Array;

export const bytesPerFloat = 4;

/** Room for two arrays of sixteen integers. */
const argumentBytes = 2 * 16 * 4;

/**
 * The memory of TensorFlow.js's WASM backend, seen from JavaScript.
 *
 * Every array handed out is a view on the WebAssembly memory and goes stale when an allocation makes that memory grow.
 * A kernel therefore allocates everything first and asks for views after.
 */
export class Heap {
  private static readonly heaps = new WeakMap<BackendWasm, Heap>();

  readonly module: WasmModule;

  /** Our own module on the same memory. */
  readonly simd: SimdModule;

  /** Working memory of products, in bytes; kept as long as the backend, as that of integer arguments is. */
  readonly workspace: number;

  /** Where integer arrays for a call lie. */
  private readonly arguments: number;

  private constructor(private readonly backend: BackendWasm) {
    // The published type of `wasm` names Emscripten's generic module; WasmModule lists what this build exports.
    this.module = backend.wasm as unknown as WasmModule;
    this.simd = loadSimd(this.module.asm.memory);
    this.arguments = this.module._malloc(argumentBytes) >>> 0;
    this.workspace = this.module._malloc(this.simd.gemmWorkspace()) >>> 0;
  }

  static of(backend: BackendWasm): Heap {
    const known = Heap.heaps.get(backend);
    if (known !== undefined) {
      return known;
    }
    const heap = new Heap(backend);
    Heap.heaps.set(backend, heap);
    return heap;
  }

  /** Allocates an uninitialised tensor. Throws when the memory cannot grow: stock kernels would write to address 0. */
  allocate(shape: readonly number[], dtype: DataType): TensorInfo {
    const bytes = util.sizeFromShape([...shape]) * util.bytesPerElement(dtype);
    assertAddressable(bytes);
    const tensor = this.backend.makeOutput([...shape], dtype);
    if (this.offset(tensor) === 0) {
      this.release(tensor);
      throw outOfMemory(bytes);
    }
    return tensor;
  }

  /** Another tensor on the same memory; the memory is freed when both are released. */
  alias(tensor: TensorInfo, shape: readonly number[]): TensorInfo {
    this.backend.incRef(tensor.dataId);
    return { dataId: tensor.dataId, shape: [...shape], dtype: tensor.dtype };
  }

  release(tensor: TensorInfo): void {
    this.backend.disposeData(tensor.dataId);
  }

  /** Where the tensor's first element lies, in bytes. */
  offset(tensor: TensorInfo): number {
    return this.backend.dataIdMap.get(tensor.dataId).memoryOffset;
  }

  /** The number the C++ side knows the tensor by. */
  id(tensor: TensorInfo): number {
    return this.backend.dataIdMap.get(tensor.dataId).id;
  }

  values(tensor: TensorInfo): HeapArray {
    return this.backend.typedArrayFromHeap(tensor) as HeapArray;
  }

  floats(tensor: TensorInfo): Float32Array {
    return this.floatsAt(this.offset(tensor), util.sizeFromShape(tensor.shape));
  }

  integers(tensor: TensorInfo): Int32Array {
    return this.wordsAt(this.offset(tensor), util.sizeFromShape(tensor.shape));
  }

  floatsAt(offset: number, length: number): Float32Array {
    return new Float32Array(this.module.HEAPU8.buffer, offset, length);
  }

  /** 4-byte elements to be moved as they are. Moved as floats, integers that look like a signalling NaN would change. */
  wordsAt(offset: number, length: number): Int32Array {
    return new Int32Array(this.module.HEAPU8.buffer, offset, length);
  }

  /** The elements of a tensor of any numeric type, to be moved as they are. */
  elements(tensor: TensorInfo): HeapElements {
    const length = util.sizeFromShape(tensor.shape);
    return tensor.dtype === "bool"
      ? new Uint8Array(this.module.HEAPU8.buffer, this.offset(tensor), length)
      : this.wordsAt(this.offset(tensor), length);
  }

  /** Runs `use` with the byte offset of a block of `length` floats that is freed afterwards, also when `use` throws. */
  withScratch<Result>(length: number, use: (offset: number) => Result): Result {
    const bytes = Math.max(length, 1) * bytesPerFloat;
    assertAddressable(bytes);
    const offset = this.module._malloc(bytes) >>> 0;
    if (offset === 0) {
      throw outOfMemory(bytes);
    }
    try {
      return use(offset);
    } finally {
      this.module._free(offset);
    }
  }

  /** Writes integer arrays for the next call of the module, and returns where each lies. */
  integerArguments(arrays: readonly (readonly number[])[]): number[] {
    const target = this.wordsAt(this.arguments, argumentBytes / 4);
    let next = 0;
    return arrays.map((values) => {
      const offset = this.arguments + next * 4;
      target.set(values, next);
      next += values.length;
      return offset;
    });
  }
}

/** A size of 2³² bytes or more would be taken modulo 2³², and the block written past its end. */
function assertAddressable(bytes: number): void {
  if (bytes >= 2 ** 32) {
    throw outOfMemory(bytes);
  }
}

function outOfMemory(bytes: number): Error {
  const megabytes = (bytes / 2 ** 20).toFixed(1);
  return new Error(
    `WebAssembly memory is exhausted: ${megabytes} MB more were needed. ` +
      "Use a smaller batch or a smaller model, or train on a device with more memory.",
  );
}
