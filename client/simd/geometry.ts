/** The sizes of a convolution or pooling over channels-last images, as JavaScript writes them: sixteen integers. */
export function batchSize(g: usize): i32 {
  return load<i32>(g);
}

export function inHeight(g: usize): i32 {
  return load<i32>(g, 4);
}

export function inWidth(g: usize): i32 {
  return load<i32>(g, 8);
}

export function inChannels(g: usize): i32 {
  return load<i32>(g, 12);
}

export function filterHeight(g: usize): i32 {
  return load<i32>(g, 16);
}

export function filterWidth(g: usize): i32 {
  return load<i32>(g, 20);
}

export function outHeight(g: usize): i32 {
  return load<i32>(g, 24);
}

export function outWidth(g: usize): i32 {
  return load<i32>(g, 28);
}

export function outChannels(g: usize): i32 {
  return load<i32>(g, 32);
}

export function strideHeight(g: usize): i32 {
  return load<i32>(g, 36);
}

export function strideWidth(g: usize): i32 {
  return load<i32>(g, 40);
}

export function dilationHeight(g: usize): i32 {
  return load<i32>(g, 44);
}

export function dilationWidth(g: usize): i32 {
  return load<i32>(g, 48);
}

export function padTop(g: usize): i32 {
  return load<i32>(g, 52);
}

export function padLeft(g: usize): i32 {
  return load<i32>(g, 56);
}
