/**
 * Metrics as TensorBoard reads them: a file of length-prefixed, checksummed records, each an `Event` protocol buffer.
 * Sources: tensorflow/core/lib/io/record_writer.h and tensorflow/core/util/event.proto.
 */
import { buf as crc32c } from "crc-32/crc32c.js";
import { PbfWriter } from "pbf";
import type { MetricPoint } from "./run-files";

/**
 * The content of an event file.
 *
 * @param started milliseconds since 1970 at which training began.
 */
export function tensorboardEvents(points: readonly MetricPoint[], started: number): Uint8Array {
  const version = event(started, 0, (pbf) => pbf.writeStringField(3, "brain.Event:2"));
  const records = points.map(({ step, time, split, values }) =>
    event(started + time * 1000, step, (pbf) => {
      // Tags with a common part before the slash share a section there.
      const entries = Object.entries(values).map(([name, value]): [string, number] => [`${name}/${split}`, value]);
      pbf.writeMessage(5, writeSummary, entries);
    }),
  );
  return Buffer.concat([version, ...records].map(record));
}

/** An `Event`: when, at which step, and what. */
function event(milliseconds: number, step: number, writeWhat: (pbf: PbfWriter) => void): Uint8Array {
  const pbf = new PbfWriter();
  pbf.writeDoubleField(1, milliseconds / 1000);
  pbf.writeVarintField(2, step);
  writeWhat(pbf);
  return pbf.finish();
}

function writeSummary(entries: readonly (readonly [string, number])[], pbf: PbfWriter): void {
  for (const entry of entries) pbf.writeMessage(1, writeValue, entry);
}

function writeValue([tag, value]: readonly [string, number], pbf: PbfWriter): void {
  pbf.writeStringField(1, tag);
  pbf.writeFloatField(2, value);
}

/** A record: its length, the length's checksum, the content, the content's checksum. */
function record(content: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(12 + content.length + 4);
  bytes.writeBigUInt64LE(BigInt(content.length), 0);
  bytes.writeUInt32LE(maskedChecksum(bytes.subarray(0, 8)), 8);
  bytes.set(content, 12);
  bytes.writeUInt32LE(maskedChecksum(content), 12 + content.length);
  return bytes;
}

/** A checksum that is stored beside what it is of is masked, so that it does not check itself. */
function maskedChecksum(bytes: Uint8Array): number {
  const checksum = crc32c(bytes, 0) >>> 0;
  const rotated = ((checksum >>> 15) | (checksum << 17)) >>> 0;
  return (rotated + 0xa282ead8) >>> 0;
}
