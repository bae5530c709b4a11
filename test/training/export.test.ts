// Runs in the formats of other tools.
import { PbfReader } from "pbf";
import { describe, expect, test } from "vitest";
import { metricsAsCsv, metricsAsJson } from "../../client/src/training/export-metrics";
import type { MetricPoint } from "../../client/src/training/run-files";
import { parseRunRecord } from "../../client/src/training/run-files";
import { tensorboardEvents } from "../../client/src/training/tensorboard";

const points: MetricPoint[] = [
  { step: 1, epoch: 1, time: 0.5, split: "train", values: { loss: 2.5, accuracy: 0.25 } },
  { step: 2, epoch: 1, time: 1, split: "validation", values: { loss: 1.5 } },
];
const record = parseRunRecord({
  id: "run-1",
  file: "/net.ts",
  experiment: "Net",
  label: 'wide, "deep"',
  status: "done",
  hyperparameters: { epochs: 1 },
})!;

test("a table has one line for each value, quoted where it must be", () => {
  expect(metricsAsCsv([{ folder: "/runs/1", record, points }]).split("\r\n")).toEqual([
    "run,name,split,metric,step,epoch,time,value",
    'run-1,"wide, ""deep""",train,loss,1,1,0.5,2.5',
    'run-1,"wide, ""deep""",train,accuracy,1,1,0.5,0.25',
    'run-1,"wide, ""deep""",validation,loss,2,1,1,1.5',
    "",
  ]);
});

test("JSON has the runs with what they were trained with", () => {
  expect(JSON.parse(metricsAsJson([{ folder: "/runs/1", record, points }]))).toMatchObject({
    version: 1,
    runs: [{ id: "run-1", name: 'wide, "deep"', hyperparameters: { epochs: 1 }, points }],
  });
});

describe("TensorBoard's event file", () => {
  const bytes = Buffer.from(tensorboardEvents(points, 1_700_000_000_000));

  test("begins with the version record, byte for byte", () => {
    // As tf.summary.create_file_writer writes it, but for the time.
    const content = Buffer.concat([
      Buffer.from([0x09]),
      doubleBytes(1_700_000_000),
      Buffer.from([0x10, 0x00, 0x1a, 0x0d]),
      Buffer.from("brain.Event:2"),
    ]);
    expect(bytes.subarray(12, 12 + content.length)).toEqual(content);
    // The length 26 and its masked CRC-32C, as they begin such files.
    expect(bytes.readBigUInt64LE(0)).toBe(26n);
    expect(bytes.readUInt32LE(8)).toBe(maskedCrc32c(bytes.subarray(0, 8)));
    expect(bytes.readUInt32LE(12 + 26)).toBe(maskedCrc32c(content));
  });

  test("holds each value at its step and time, tagged by metric and split", () => {
    const events = records(bytes).map(readEvent);
    expect(events.slice(1)).toEqual([
      { time: 1_700_000_000.5, step: 1, values: { "loss/train": 2.5, "accuracy/train": 0.25 } },
      { time: 1_700_000_001, step: 2, values: { "loss/validation": 1.5 } },
    ]);
  });

  function records(file: Buffer): Buffer[] {
    const found: Buffer[] = [];
    for (let at = 0; at < file.length;) {
      const length = Number(file.readBigUInt64LE(at));
      found.push(file.subarray(at + 12, at + 12 + length));
      at += 12 + length + 4;
    }
    return found;
  }

  function readEvent(content: Buffer) {
    const event = { time: 0, step: 0, values: {} as Record<string, number> };
    new PbfReader(content).readFields((tag, result, pbf) => {
      if (tag === 1) result.time = pbf.readDouble();
      if (tag === 2) result.step = pbf.readVarint();
      if (tag === 5) Object.assign(result.values, pbf.readMessage(readSummary, {}));
    }, event);
    return event;
  }

  function readSummary(tag: number, values: Record<string, number>, pbf: PbfReader): void {
    if (tag !== 1) return;
    const value = pbf.readMessage(
      (field, read: { tag: string; value: number }, inner) => {
        if (field === 1) read.tag = inner.readString();
        if (field === 2) read.value = inner.readFloat();
      },
      { tag: "", value: 0 },
    );
    values[value.tag] = value.value;
  }
});

function doubleBytes(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
}

/** Bit by bit, from the definition of the polynomial (RFC 3720, appendix B.4), and masked. */
function maskedCrc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  const checksum = ~crc >>> 0;
  return ((((checksum >>> 15) | (checksum << 17)) >>> 0) + 0xa282ead8) >>> 0;
}
