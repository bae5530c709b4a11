import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { checkClean, shapesOf } from "../check";

const folder = resolve(import.meta.dirname, "../../fixtures/torch/models");
const read = (name: string): string => readFileSync(join(folder, name), "utf8");

test.each(readdirSync(folder))("%s, as people write it, is clean, and every shape is known", (name) =>
  checkClean(read(name)),
);

test("a residual network built in a loop", () =>
  expect(shapesOf(read("resnet.ts"))).toMatchObject({
    a: "[4, 64, 32, 32] | [N, 64, 32, 32]",
    b: "[4, 512, 4, 4] | [N, 512, 4, 4]",
    c: "[4, 512] | [N, 512]",
    y: "[4, 10]",
  }));

test("a U-Net over images of a known and of any size", () =>
  expect(shapesOf(read("unet.ts"))).toMatchObject({
    d2: "[N, 32, 32, 32] | [N, 32, 2*H, 2*W]",
    m: "[N, 64, 16, 16] | [N, 64, H, W]",
    u1: "[N, 16, 64, 64] | [N, 16, 4*H, 4*W]",
  }));

test("a bidirectional LSTM and its training loop", () =>
  expect(shapesOf(read("lstm.ts"))).toMatchObject({
    output: "[32, 20, 128] | [N, L, 128]",
    h: "[4, 32, 64] | [4, N, 64]",
    logits: "[32, 2] | [N, 2]",
    xb: "[32, 20]",
  }));

test("additive attention step by step", () =>
  expect(shapesOf(read("seq2seq.ts"))).toMatchObject({
    keys: "[N, S, 64]",
    weights: "[N, 1, S]",
    context: "[N, 1, 64]",
    step: "[N, 1, 96]",
  }));

test("generation that grows its sequence", () =>
  expect(shapesOf(read("gpt.ts"))).toMatchObject({
    last: "[1, 65]",
    values: "[1, 5]",
    next: "[1, 1]",
    out: "[1, 11]",
  }));

test("autoencoders", () =>
  expect(shapesOf(read("autoencoders.ts"))).toMatchObject({
    recon: "[N, 784]",
    d: "[N*H*W, 512]",
    q: "[N, H, W, 64]",
  }));
