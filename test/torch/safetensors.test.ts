import { mkdtemp, rm } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { nn, safetensors, torch } from "shapewright/torch";
import type { Tensor } from "shapewright/torch";
import { chooseBackend } from "../../client/src/runtime/backends/index";
import { largestError } from "./run-expression";
import { tensorOf } from "./waves";

beforeAll(async () => {
  await chooseBackend("cpu");
});

/** The model of `record_exported.py`, its fields in camel case. */
class Net extends nn.Module {
  firstConv = new nn.Conv2d(1, 2, 3, { padding: 1 });
  bn1 = new nn.BatchNorm2d(2);
  lstm = new nn.LSTM(8, 3, { numLayers: 2, bidirectional: true, batchFirst: true });
  encoder = new nn.TransformerEncoderLayer(6, 2, 8, { dropout: 0, batchFirst: true });
  blocks = new nn.ModuleList([new nn.Linear(6, 6), new nn.Linear(6, 2)]);

  forward(x: Tensor): Tensor {
    const rows = this.bn1(this.firstConv(x)).flatten(2);
    const seen = this.encoder(this.lstm(rows)[0]);
    return this.blocks.at(1)(this.blocks.at(0)(seen).relu());
  }
}

const exported = (name: string) => fileURLToPath(new URL(`../fixtures/torch/exported.${name}`, import.meta.url));

test("weights that PyTorch exported load, and the model makes the same of an input", async () => {
  const net = new Net();
  net.loadStateDict(await safetensors.loadFile(exported("safetensors")));
  const input = tensorOf([2, 1, 2, 4], (i) => Math.sin(i));
  const expected = JSON.parse(readFileSync(exported("json"), "utf8")) as number[];
  expect(net.bn1.numBatchesTracked?.item()).toBe(1);
  expect(largestError(net.eval()(input)._values(), expected)).toBeLessThan(1e-5);
});

test("a state is written as it was read, type by type", async () => {
  const folder = await mkdtemp(join(tmpdir(), "safetensors-"));
  try {
    const state = {
      weight: torch.randn(2, 3).t(),
      steps: torch.tensor(7, { dtype: torch.int64 }),
      small: torch.tensor([1, -2], { dtype: torch.int32 }),
      mask: torch.tensor([true, false]),
      empty: torch.zeros(0, 3),
    };
    const file = join(folder, "state.safetensors");
    await safetensors.saveFile(state, file);
    const read = await safetensors.loadFile(file);
    expect(Object.keys(read)).toEqual(Object.keys(state));
    for (const [name, each] of Object.entries(state)) {
      expect([read[name]?.dtype, read[name]?.shape, read[name]?.tolist()]).toEqual([
        each.dtype,
        each.shape,
        each.tolist(),
      ]);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("half precision is read as float32", () => {
  const header = new TextEncoder().encode(
    JSON.stringify({
      half: { dtype: "F16", shape: [3], data_offsets: [0, 6] },
      brain: { dtype: "BF16", shape: [2], data_offsets: [6, 10] },
    }),
  );
  const file = new Uint8Array(8 + header.length + 10);
  const view = new DataView(file.buffer);
  view.setBigUint64(0, BigInt(header.length), true);
  file.set(header, 8);
  [0x3c00, 0xc100, 0x0001, 0x3fc0, 0xc040].forEach((bits, i) => view.setUint16(8 + header.length + 2 * i, bits, true));
  const { half, brain } = safetensors.load(file);
  expect(half?.tolist()).toEqual([1, -2.5, 2 ** -24]);
  expect(brain?.tolist()).toEqual([1.5, -3]);
});

test("what is no safetensors file, or is cut off, is refused", async () => {
  expect(() => safetensors.load(new Uint8Array(4))).toThrow("no safetensors file");
  const bytes = await safetensors.save({ weight: torch.ones(4) });
  expect(() => safetensors.load(bytes.slice(0, -4))).toThrow('"weight" is cut off');
});
