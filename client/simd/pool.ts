/** The gradients of pooling over channels-last images. */
import {
  batchSize,
  filterHeight,
  filterWidth,
  inChannels,
  inHeight,
  inWidth,
  outHeight,
  outWidth,
  padLeft,
  padTop,
  strideHeight,
  strideWidth,
} from "./geometry";
import { at, loadLanes, storeLanes, zeroFloats } from "./vector";

/**
 * Max pooling: each window's gradient goes to its first maximum in row order, as in PyTorch. NaN counts as a maximum.
 */
export function maxPoolGradient(g: usize, x: usize, dy: usize, out: usize): void {
  gradient(g, x, dy, out, true);
}

/** Average pooling: each element of a window gets an equal share; what lies in the padding is lost. */
export function averagePoolGradient(g: usize, dy: usize, out: usize): void {
  gradient(g, 0, dy, out, false);
}

function gradient(g: usize, x: usize, dy: usize, out: usize, ofMaximum: bool): void {
  const channels = inChannels(g);
  const pixelStep = (<usize>channels) << 2;
  const rowStep = <usize>inWidth(g) * pixelStep;
  const share = f32x4.splat(<f32>1 / <f32>(filterHeight(g) * filterWidth(g)));
  zeroFloats(out, batchSize(g) * inHeight(g) * inWidth(g) * channels);
  let upstream = dy;
  for (let image = 0; image < batchSize(g); image++) {
    for (let row = 0; row < outHeight(g); row++) {
      const top = row * strideHeight(g) - padTop(g);
      const rowStart = max(0, top);
      const rows = min(inHeight(g), top + filterHeight(g)) - rowStart;
      for (let column = 0; column < outWidth(g); column++, upstream += pixelStep) {
        const left = column * strideWidth(g) - padLeft(g);
        const columnStart = max(0, left);
        const columns = min(inWidth(g), left + filterWidth(g)) - columnStart;
        if (rows <= 0 || columns <= 0) continue;
        const corner = ((image * inHeight(g) + rowStart) * inWidth(g) + columnStart) * channels;
        for (let channel = 0; channel < channels; channel += 4) {
          const lanes = channels - channel;
          const target = at(out, corner + channel);
          const arriving = loadLanes(at(upstream, channel), lanes);
          if (ofMaximum) {
            giveToMaximum(at(x, corner + channel), target, arriving, rows, columns, rowStep, pixelStep, lanes);
          } else {
            giveToAll(target, f32x4.mul(arriving, share), rows, columns, rowStep, pixelStep, lanes);
          }
        }
      }
    }
  }
}

function addLanes(address: usize, values: v128, lanes: i32): void {
  storeLanes(address, f32x4.add(loadLanes(address, lanes), values), lanes);
}

function giveToMaximum(
  window: usize,
  target: usize,
  arriving: v128,
  rows: i32,
  columns: i32,
  rowStep: usize,
  pixelStep: usize,
  lanes: i32,
): void {
  let best = loadLanes(window, lanes);
  let winner = i32x4.splat(0);
  let tap = 0;
  for (let row = 0; row < rows; row++) {
    let read = window + <usize>row * rowStep;
    for (let column = 0; column < columns; column++, tap++, read += pixelStep) {
      const value = loadLanes(read, lanes);
      const larger = v128.or(f32x4.gt(value, best), f32x4.ne(value, value));
      best = v128.bitselect(value, best, larger);
      winner = v128.bitselect(i32x4.splat(tap), winner, larger);
    }
  }
  tap = 0;
  for (let row = 0; row < rows; row++) {
    let write = target + <usize>row * rowStep;
    for (let column = 0; column < columns; column++, tap++, write += pixelStep) {
      addLanes(write, v128.and(arriving, i32x4.eq(winner, i32x4.splat(tap))), lanes);
    }
  }
}

function giveToAll(
  target: usize,
  share: v128,
  rows: i32,
  columns: i32,
  rowStep: usize,
  pixelStep: usize,
  lanes: i32,
): void {
  for (let row = 0; row < rows; row++) {
    let write = target + <usize>row * rowStep;
    for (let column = 0; column < columns; column++, write += pixelStep) addLanes(write, share, lanes);
  }
}
