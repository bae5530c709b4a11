/** A tensor's values and how they are laid out, row-major. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | Uint8Array;
}

/**
 * Encodes tensors in the safetensors format: the header's length as a 64-bit little-endian integer, the header as
 * JSON padded with spaces to a multiple of 8 bytes, then the values, little-endian.
 * https://github.com/huggingface/safetensors#format
 *
 * @throws RangeError where a tensor does not have as many values as its shape says.
 */
export function encodeSafetensors(
  tensors: readonly NamedTensor[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  for (const { name, shape, data } of tensors) {
    const elements = shape.reduce((product, size) => product * size, 1);
    if (elements !== data.length) {
      throw new RangeError(`"${name}" has ${data.length} values; its shape [${shape.join(", ")}] holds ${elements}.`);
    }
    header[name] = { dtype: dtypeOf(data), shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const json = Buffer.from(JSON.stringify(header));
  const start = 8 + Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(start + offset);
  new DataView(file.buffer).setBigUint64(0, BigInt(start - 8), true);
  file.fill(0x20, 8, start);
  file.set(json, 8);
  let position = start;
  for (const { data } of tensors) {
    // Every platform Node runs on is little-endian, as the format is.
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), position);
    position += data.byteLength;
  }
  return file;
}

function dtypeOf(data: NamedTensor["data"]): string {
  if (data instanceof Float32Array) return "F32";
  return data instanceof Int32Array ? "I32" : "U8";
}

/** A file's content. */
export interface Safetensors {
  readonly tensors: readonly NamedTensor[];
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Decodes what {@link encodeSafetensors} has written.
 *
 * @throws RangeError where the bytes are cut off, are no safetensors file, or hold a dtype that is never written.
 */
export function decodeSafetensors(file: Uint8Array): Safetensors {
  const { header, start } = readHeader(file);
  const { __metadata__: metadata = {}, ...entries } = header;
  const tensors = Object.entries(entries).map(([name, entry]) => readTensor(name, entry, file, start));
  return { tensors, metadata: metadata as Record<string, string> };
}

function readHeader(file: Uint8Array): { header: Record<string, unknown>; start: number } {
  const length = file.length < 8 ? Infinity : Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  if (8 + length > file.length) throw new RangeError("it is cut off, or no safetensors file");
  let header: unknown;
  try {
    header = JSON.parse(Buffer.from(file.subarray(8, 8 + length)).toString("utf8"));
  } catch (error) {
    throw new RangeError("its header is not JSON", { cause: error });
  }
  if (!isObject(header)) throw new RangeError("its header is no object");
  return { header, start: 8 + length };
}

function readTensor(name: string, entry: unknown, file: Uint8Array, start: number): NamedTensor {
  const { dtype, shape, data_offsets: offsets } = isObject(entry) ? entry : {};
  if (!isSizes(shape) || !isSizes(offsets)) throw new RangeError(`its header does not say what "${name}" is`);
  const [from = 0, to = 0] = offsets;
  if (start + to > file.length) throw new RangeError(`it is cut off within "${name}"`);
  // A copy, since a typed array must lie at a multiple of its elements' size. (A Buffer's own `slice` makes none.)
  const bytes = new Uint8Array(file.subarray(start + from, start + to)).buffer;
  const data = valuesOf(dtype, bytes);
  if (!data) throw new RangeError(`"${name}" has a dtype other than F32, I32 and U8`);
  const elements = shape.reduce((product, size) => product * size, 1);
  if (elements !== data.length) throw new RangeError(`"${name}" has not as many values as its shape holds`);
  return { name, shape, data };
}

function valuesOf(dtype: unknown, bytes: ArrayBuffer): NamedTensor["data"] | undefined {
  if (dtype === "U8") return new Uint8Array(bytes);
  if (bytes.byteLength % 4 !== 0) return undefined;
  if (dtype === "F32") return new Float32Array(bytes);
  return dtype === "I32" ? new Int32Array(bytes) : undefined;
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isInteger(size) && size >= 0);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
