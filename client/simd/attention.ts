/**
 * Scaled dot-product attention. Query, key, value and result may lie anywhere with their rows whole: where they are is
 * told by the distances, in floats, between neighbours of the two batch dimensions and between rows.
 */
import { gemm } from "./gemm";
import { exponentials, maximum, scaleRow } from "./loss";
import { dot } from "./norm";
import { at, zeroFloats } from "./vector";

/** Sizes and distances, as JavaScript writes them. */
function outer(d: usize): i32 {
  return load<i32>(d);
}
function inner(d: usize): i32 {
  return load<i32>(d, 4);
}
function queries(d: usize): i32 {
  return load<i32>(d, 8);
}
function keys(d: usize): i32 {
  return load<i32>(d, 12);
}
function keyWidth(d: usize): i32 {
  return load<i32>(d, 16);
}
function valueWidth(d: usize): i32 {
  return load<i32>(d, 20);
}
function isCausal(d: usize): bool {
  return load<i32>(d, 24) !== 0;
}

const ofQuery: i32 = 7;
const ofKey: i32 = 10;
const ofValue: i32 = 13;
const ofResult: i32 = 16;
const ofMask: i32 = 19;

/** The address of the matrix of a pair of batch indices. */
function matrix(d: usize, base: usize, place: i32, i: i32, j: i32): usize {
  return at(base, i * load<i32>(at(d, place)) + j * load<i32>(at(d, place + 1)));
}

function rowDistance(d: usize, place: i32): i32 {
  return load<i32>(at(d, place + 2));
}

/** @param shares the softmax of the scores, [outer, inner, queries, keys]; `mask` is added to the scores, or 0 */
export function attention(
  d: usize,
  scale: f32,
  query: usize,
  key: usize,
  value: usize,
  mask: usize,
  shares: usize,
  result: usize,
  workspace: usize,
): void {
  const m = queries(d);
  const n = keys(d);
  for (let i = 0; i < outer(d); i++) {
    for (let j = 0; j < inner(d); j++) {
      const rows = at(shares, (i * inner(d) + j) * m * n);
      const q = matrix(d, query, ofQuery, i, j);
      const k = matrix(d, key, ofKey, i, j);
      gemm(
        m,
        n,
        keyWidth(d),
        q,
        rowDistance(d, ofQuery),
        false,
        k,
        rowDistance(d, ofKey),
        true,
        rows,
        n,
        false,
        0,
        false,
        workspace,
      );
      const added = mask ? matrix(d, mask, ofMask, i, j) : 0;
      for (let row = 0; row < m; row++) {
        const seen = isCausal(d) ? min(n, row + 1) : n;
        const scores = at(rows, row * n);
        scaleRow(scores, seen, scale);
        if (added) addRow(at(added, row * rowDistance(d, ofMask)), scores, seen);
        const sum = exponentials(scores, seen, maximum(scores, seen), scores);
        scaleRow(scores, seen, <f32>1 / sum);
        zeroFloats(at(scores, seen), n - seen);
      }
      const v = matrix(d, value, ofValue, i, j);
      const out = matrix(d, result, ofResult, i, j);
      const outDistance = rowDistance(d, ofResult);
      gemm(
        m,
        valueWidth(d),
        n,
        rows,
        n,
        false,
        v,
        rowDistance(d, ofValue),
        false,
        out,
        outDistance,
        false,
        0,
        false,
        workspace,
      );
    }
  }
}

function addRow(from: usize, to: usize, count: i32): void {
  for (let index = 0; index < count; index++) {
    store<f32>(at(to, index), load<f32>(at(to, index)) + load<f32>(at(from, index)));
  }
}

/**
 * The gradients by query, key and value. They lie as the result does: `d` tells the distances of `dResult`, of which
 * those of `dQuery`, `dKey` and `dValue` follow at the places after the mask's.
 * @param scores room for [queries, keys]
 */
export function attentionGradient(
  d: usize,
  scale: f32,
  query: usize,
  key: usize,
  value: usize,
  shares: usize,
  dResult: usize,
  dQuery: usize,
  dKey: usize,
  dValue: usize,
  scores: usize,
  workspace: usize,
): void {
  const m = queries(d);
  const n = keys(d);
  const ofQueryGradient = ofMask + 3;
  const ofKeyGradient = ofQueryGradient + 3;
  const ofValueGradient = ofKeyGradient + 3;
  for (let i = 0; i < outer(d); i++) {
    for (let j = 0; j < inner(d); j++) {
      const rows = at(shares, (i * inner(d) + j) * m * n);
      const g = matrix(d, dResult, ofResult, i, j);
      const gDistance = rowDistance(d, ofResult);
      const dv = matrix(d, dValue, ofValueGradient, i, j);
      const v = matrix(d, value, ofValue, i, j);
      gemm(
        n,
        valueWidth(d),
        m,
        rows,
        n,
        true,
        g,
        gDistance,
        false,
        dv,
        rowDistance(d, ofValueGradient),
        false,
        0,
        false,
        workspace,
      );
      gemm(
        m,
        n,
        valueWidth(d),
        g,
        gDistance,
        false,
        v,
        rowDistance(d, ofValue),
        true,
        scores,
        n,
        false,
        0,
        false,
        workspace,
      );
      for (let row = 0; row < m; row++) softmaxGradient(at(rows, row * n), at(scores, row * n), n, scale);
      const dq = matrix(d, dQuery, ofQueryGradient, i, j);
      const k = matrix(d, key, ofKey, i, j);
      gemm(
        m,
        keyWidth(d),
        n,
        scores,
        n,
        false,
        k,
        rowDistance(d, ofKey),
        false,
        dq,
        rowDistance(d, ofQueryGradient),
        false,
        0,
        false,
        workspace,
      );
      const dk = matrix(d, dKey, ofKeyGradient, i, j);
      const q = matrix(d, query, ofQuery, i, j);
      gemm(
        n,
        keyWidth(d),
        m,
        scores,
        n,
        true,
        q,
        rowDistance(d, ofQuery),
        false,
        dk,
        rowDistance(d, ofKeyGradient),
        false,
        0,
        false,
        workspace,
      );
    }
  }
}

/** The gradient of a row of scores, in place of that of their softmax. */
function softmaxGradient(share: usize, gradient: usize, count: i32, scale: f32): void {
  const along = f32x4.splat(dot(share, gradient, count));
  const scales = f32x4.splat(scale);
  let index = 0;
  for (; index + 4 <= count; index += 4) {
    const slope = f32x4.mul(v128.load(at(share, index)), f32x4.sub(v128.load(at(gradient, index)), along));
    v128.store(at(gradient, index), f32x4.mul(slope, scales));
  }
  for (; index < count; index++) {
    const difference = load<f32>(at(gradient, index)) - f32x4.extract_lane(along, 0);
    store<f32>(at(gradient, index), load<f32>(at(share, index)) * difference * scale);
  }
}
