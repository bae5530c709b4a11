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
