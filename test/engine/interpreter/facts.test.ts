import { describe, expect, test } from "vitest";
import { diagnosticsOf, shapesOf } from "../check";

const TF = `import * as tf from "@tensorflow/tfjs";\n`;
const TORCH = `import { torch, type Tensor } from "shapewright/torch";\n`;

describe("destructured sizes have the names that they are given", () => {
  test("of a tensor whose rank is not known", () => {
    const code = `export function f(x, heads: number) {
      const [B, T, C] = x.shape; const q = x.reshape([B, T, heads, C / heads]); const k = q.transpose([0, 2, 1, 3]);
      const flat = k.reshape([B * T, C]); const y = flat.reshape([B, T, C]); return y; }`;
    expect(shapesOf(TF + code)).toEqual({
      q: "[B, T, heads, C//heads]",
      k: "[B, heads, T, C//heads]",
      flat: "[B*T, C]",
      y: "[B, T, C]",
    });
  });

  test("in PyTorch's way of writing", () => {
    const code = `export function f(x: Tensor) { const [b, t, d] = x.shape; const q = x.view(b, t, 4, d / 4).transpose(1, 2); const y = q.reshape(b, t, d); return y; }`;
    expect(shapesOf(TORCH + code)).toMatchObject({ q: "[b, 4, t, d//4]", y: "[b, t, d]" });
  });

  test("and each is another one than the next", () => {
    const code = `export function f(x) { const [a, b] = x.shape; const y = tf.zeros([a + 1]).add(tf.zeros([b])); return y; }`;
    expect(diagnosticsOf(TF + code)).toEqual([]);
  });
});

describe("what an operation's success or a test implies is known behind it", () => {
  test.each([
    [
      "heads that divide the width: splitting and joining again",
      `/** @shape x [B, T, D] */ export function f(x: Tensor, h: number) { const [b, t, d] = x.shape; const q = x.view(b, t, h, d / h).transpose(1, 2);
        const back = q.transpose(1, 2).reshape(b, t, h * Math.floor(d / h)); const flat = q.transpose(1, 2).contiguous().view(b, t, -1); const sum = back.add(x); return flat; }`,
      { q: "[B, h, T, D//h]", back: "[B, T, D]", flat: "[B, T, D]", sum: "[B, T, D]" },
    ],
    [
      "divisibility that is tested",
      `/** @shape x [B, D] */ export function f(x: Tensor, h: number) { const [b, d] = x.shape; if (d % h !== 0) throw new Error("no"); const size = Math.floor(d / h);
        const y = torch.zeros(b, h * size); const z = y.add(x); return z; }`,
      { y: "[B, D]", z: "[B, D]" },
    ],
    [
      "a test that throws, with another size",
      `/** @shape x [B, D] */ export function f(x: Tensor, c: number) { if (x.shape[1] !== c) throw new Error("no"); const w = torch.zeros(c, 5); const y = torch.matmul(x, w); const same = torch.zeros(2, c).add(torch.zeros(2, x.shape[1])); return y; }`,
      { y: "[B, 5]", same: "[2, c]" },
    ],
    [
      "a factor that both sides have",
      `/** @shape x [N, C, 8] */ export function f(x: Tensor) { const n = x.shape[0]; x.view(n, 32); const y = torch.zeros(x.shape[1]); return y; }`,
      { y: "[4]" },
    ],
    [
      "a number that is at least 1 behind a guard",
      `/** @shape x [N, 12] */ export function f(x: Tensor, n: number) { if (n < 1) throw new Error("no"); const y = torch.zeros(6, 4).view(n, -1); return y; }`,
      { y: "[n, 24//n]" },
    ],
  ])("%s", (_about, code, shapes) => {
    expect(shapesOf(TORCH + code)).toMatchObject(shapes);
    expect(diagnosticsOf(TORCH + code)).toEqual([]);
  });
});

describe("nothing is concluded that need not be", () => {
  test.each([
    [
      "a size may be the -1 that is inferred",
      `export function f(x, h) { const y = x.reshape([h, 3]); return y.add(tf.zeros([4, 3])); } f(tf.zeros([12]), -1);`,
    ],
    [
      "also one of two",
      `export function f(x, h, k) { const y = x.reshape([h, k]); return y.add(tf.zeros([4, 3])); } f(tf.zeros([12]), -1, 3); f(tf.zeros([12]), 4, -1);`,
    ],
    [
      "fewer names than dimensions",
      `export function f(x: tf.Tensor) { const [b, t] = x.shape; return x.reshape([b, t, -1]); } f(tf.zeros([2, 3, 4, 5])); f(tf.zeros([2, 3]));`,
    ],
    [
      "more names than dimensions",
      `export function f(x: tf.Tensor) { const [b, t, c] = x.shape; return c === undefined ? x.reshape([b * t]) : x.reshape([b * t, c]); } f(tf.zeros([2, 3]));`,
    ],
    [
      "a remainder that is zero on one way only",
      `export function f(x: tf.Tensor2D, h: number) { const [b, d] = x.shape; let size = 0; if (d % h === 0) size = d / h; else size = Math.floor(d / h); const y = tf.zeros([b, h * size + 1]); return y.matMul(tf.zeros([d, 2])); }`,
    ],
    [
      "a guard on one way only",
      `export function f(x: tf.Tensor2D, n: number) { if (n > 0) x = tf.zeros([n, 2]); const y = tf.zeros([Math.max(n + 3, 1)]); return tf.zeros([3]).add(y); } f(tf.zeros([1, 2]), -2);`,
    ],
    [
      "sizes that are zero",
      `/** @shape x [N, C] */ export function f(x: tf.Tensor, n: number, c: number) { const y = tf.zeros([n, 3]).reshape([n, c]); return y.add(tf.zeros([4])); } f(tf.zeros([1, 1]), 0, 4);`,
    ],
  ])("%s", (_about, code) => {
    expect(diagnosticsOf(TF + code)).toEqual([]);
  });

  test("a test that is looked at once more for what it says does not run again what it reads", () => {
    const code = `let n = 0; function* steps() { n += 1; yield 1; } class A { static get next() { return ++n; } }
      if ([...steps()].length === coin()) n += 0; const x = tf.zeros([n]); if (A.next !== coin()) n += 0; const y = tf.zeros([n]);`;
    expect(shapesOf(TF + code)).toMatchObject({ x: "[1]", y: "[2]" });
  });
});
