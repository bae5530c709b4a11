/** The gradients of depthwise convolutions over channels-last images; filter [height, width, channels, multiplier]. */
import {
  batchSize,
  dilationHeight,
  dilationWidth,
  filterHeight,
  filterWidth,
  inChannels,
  inHeight,
  inWidth,
  outChannels,
  outHeight,
  outWidth,
  padLeft,
  padTop,
  strideHeight,
  strideWidth,
} from "./geometry";
import { at, multiplyAdd, zeroFloats } from "./vector";

/**
 * The gradient by the images, or by the filter.
 * @param other the filter, or the images
 */
function gradient(g: usize, dy: usize, other: usize, out: usize, byFilter: bool): void {
  const channels = inChannels(g);
  const outs = outChannels(g);
  for (let image = 0; image < batchSize(g); image++) {
    for (let row = 0; row < outHeight(g); row++) {
      for (let column = 0; column < outWidth(g); column++) {
        const upstream = at(dy, ((image * outHeight(g) + row) * outWidth(g) + column) * outs);
        for (let filterRow = 0; filterRow < filterHeight(g); filterRow++) {
          const inRow = row * strideHeight(g) - padTop(g) + filterRow * dilationHeight(g);
          if (inRow < 0 || inRow >= inHeight(g)) continue;
          for (let filterColumn = 0; filterColumn < filterWidth(g); filterColumn++) {
            const inColumn = column * strideWidth(g) - padLeft(g) + filterColumn * dilationWidth(g);
            if (inColumn < 0 || inColumn >= inWidth(g)) continue;
            const pixel = ((image * inHeight(g) + inRow) * inWidth(g) + inColumn) * channels;
            const tap = (filterRow * filterWidth(g) + filterColumn) * outs;
            if (byFilter) addToFilter(channels, outs, upstream, at(other, pixel), at(out, tap));
            else addToPixel(channels, outs, upstream, at(other, tap), at(out, pixel));
          }
        }
      }
    }
  }
}

function addToPixel(channels: i32, outs: i32, dy: usize, tap: usize, pixel: usize): void {
  if (channels === outs) {
    addProducts(channels, dy, tap, pixel);
    return;
  }
  const multiplier = outs / channels;
  for (let channel = 0; channel < channels; channel++) {
    let sum: f32 = load<f32>(at(pixel, channel));
    for (let index = channel * multiplier; index < (channel + 1) * multiplier; index++) {
      sum += load<f32>(at(dy, index)) * load<f32>(at(tap, index));
    }
    store<f32>(at(pixel, channel), sum);
  }
}

function addToFilter(channels: i32, outs: i32, dy: usize, pixel: usize, tap: usize): void {
  if (channels === outs) {
    addProducts(channels, dy, pixel, tap);
    return;
  }
  const multiplier = outs / channels;
  for (let channel = 0; channel < channels; channel++) {
    const value = load<f32>(at(pixel, channel));
    for (let index = channel * multiplier; index < (channel + 1) * multiplier; index++) {
      store<f32>(at(tap, index), load<f32>(at(tap, index)) + value * load<f32>(at(dy, index)));
    }
  }
}

/** target += a · b, element by element */
function addProducts(count: i32, a: usize, b: usize, target: usize): void {
  let index = 0;
  for (; index + 4 <= count; index += 4) {
    const sum = multiplyAdd(v128.load(at(a, index)), v128.load(at(b, index)), v128.load(at(target, index)));
    v128.store(at(target, index), sum);
  }
  for (; index < count; index++) {
    store<f32>(at(target, index), load<f32>(at(target, index)) + load<f32>(at(a, index)) * load<f32>(at(b, index)));
  }
}

export function depthwiseInputGradient(g: usize, dy: usize, filter: usize, out: usize): void {
  zeroFloats(out, batchSize(g) * inHeight(g) * inWidth(g) * inChannels(g));
  gradient(g, dy, filter, out, false);
}

export function depthwiseFilterGradient(g: usize, x: usize, dy: usize, out: usize): void {
  zeroFloats(out, filterHeight(g) * filterWidth(g) * outChannels(g));
  gradient(g, dy, x, out, true);
}
