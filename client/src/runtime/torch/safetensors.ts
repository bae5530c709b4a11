/**
 * State dictionaries as safetensors files, the format in which weights are exchanged: what `safetensors.torch.save_file` writes in Python
 * loads here, and the other way round. Source: https://github.com/huggingface/safetensors#format
 */
import { tensor } from "./ops/index";
import type { DType, Values } from "./dtype";
import type { StateDict } from "./nn/module";
import { numelOf } from "./shape";
import type { Tensor } from "./tensor";

const names: Record<DType, string> = { float32: "F32", int64: "I64", int32: "I32", bool: "BOOL" };

/** The bytes of a file with these tensors, by name. */
export async function save(
  state: Readonly<StateDict>,
  metadata: Readonly<Record<string, string>> = { format: "pt" },
): Promise<Uint8Array> {
  const header: Record<string, unknown> = { __metadata__: metadata };
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const [name, each] of Object.entries(state)) {
    const bytes = bytesOf(await each.data(), each.dtype);
    header[name] = { dtype: names[each.dtype], shape: each.shape, data_offsets: [offset, offset + bytes.length] };
    parts.push(bytes);
    offset += bytes.length;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const start = 8 + Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(start + offset);
  new DataView(file.buffer).setBigUint64(0, BigInt(start - 8), true);
  file.fill(0x20, 8, start);
  file.set(json, 8);
  let position = start;
  for (const part of parts) {
    file.set(part, position);
    position += part.length;
  }
  return file;
}

/**
 * The tensors of a file, by name; for `module.loadStateDict`. Half precision and double become float32, small integers int32.
 * @throws RangeError where the bytes are no safetensors file, are cut off, or hold a type that no tensor here can have
 */
export function load(file: Uint8Array): StateDict {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const length = file.length < 8 ? Infinity : Number(view.getBigUint64(0, true));
  if (8 + length > file.length) throw new RangeError("This is no safetensors file, or it is cut off.");
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length))) as Record<string, Entry>;
  const entries = Object.entries(header).filter(([name]) => name !== "__metadata__");
  return Object.fromEntries(entries.map(([name, entry]) => [name, read(name, entry, view, 8 + length)]));
}

/** Writes a state dictionary to a file. */
export async function saveFile(
  state: Readonly<StateDict>,
  path: string,
  metadata?: Readonly<Record<string, string>>,
): Promise<void> {
  const { writeFile } = await import("node:fs/promises");
  await writeFile(path, await save(state, metadata));
}

/** Reads a state dictionary from a file. */
export async function loadFile(path: string): Promise<StateDict> {
  const { readFile } = await import("node:fs/promises");
  return load(await readFile(path));
}

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/** How one element is read, how many bytes it takes, and what it becomes. */
interface Reader {
  readonly dtype: DType;
  readonly size: number;
  read(view: DataView, at: number): number;
}

const readers: Readonly<Record<string, Reader>> = {
  F64: { dtype: "float32", size: 8, read: (view, at) => view.getFloat64(at, true) },
  F32: { dtype: "float32", size: 4, read: (view, at) => view.getFloat32(at, true) },
  F16: { dtype: "float32", size: 2, read: (view, at) => halfPrecision(view.getUint16(at, true)) },
  BF16: { dtype: "float32", size: 2, read: (view, at) => brainFloat(view.getUint16(at, true)) },
  I64: { dtype: "int64", size: 8, read: (view, at) => Number(view.getBigInt64(at, true)) },
  I32: { dtype: "int32", size: 4, read: (view, at) => view.getInt32(at, true) },
  I16: { dtype: "int32", size: 2, read: (view, at) => view.getInt16(at, true) },
  I8: { dtype: "int32", size: 1, read: (view, at) => view.getInt8(at) },
  U8: { dtype: "int32", size: 1, read: (view, at) => view.getUint8(at) },
  BOOL: { dtype: "bool", size: 1, read: (view, at) => Number(view.getUint8(at) !== 0) },
};

function read(name: string, { dtype, shape, data_offsets: [from, to] }: Entry, view: DataView, start: number): Tensor {
  const reader = Object.hasOwn(readers, dtype) ? readers[dtype] : undefined;
  if (!reader) throw new RangeError(`"${name}" holds ${dtype}, which no tensor here can be.`);
  const numel = numelOf(shape);
  if (to - from !== numel * reader.size || start + to > view.byteLength) {
    throw new RangeError(`"${name}" is cut off, or its shape [${shape.join(", ")}] is not the right one.`);
  }
  const values = Float64Array.from({ length: numel }, (_, i) => reader.read(view, start + from + i * reader.size));
  if (reader.dtype === "int64" && values.some((value) => value !== (value | 0))) {
    throw new RangeError(`"${name}" holds integers that do not fit 32 bits, in which they are kept here.`);
  }
  const typed = reader.dtype === "float32" ? Float32Array.from(values) : Int32Array.from(values);
  return tensor(typed, { dtype: reader.dtype }).view([...shape]);
}

function bytesOf(values: Values, dtype: DType): Uint8Array {
  if (dtype === "int64") return bytes(BigInt64Array.from(values, (value) => BigInt(value)));
  if (dtype === "bool") return Uint8Array.from(values);
  return bytes(dtype === "float32" ? Float32Array.from(values) : Int32Array.from(values));
}

// Every platform that Node runs on is little-endian, as the format is.
function bytes({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function halfPrecision(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const scratch = new DataView(new ArrayBuffer(4));

function brainFloat(bits: number): number {
  scratch.setUint32(0, bits << 16);
  return scratch.getFloat32(0);
}
