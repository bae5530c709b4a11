/** Pooling layers. */
import { Module } from "./module";
import { adaptiveAvgPool2d, avgPool1d, avgPool2d, maxPool1d, maxPool2d } from "../functional/pool";
import type { AvgPoolOptions, MaxPoolOptions } from "../functional/pool";
import type { Pair } from "../functional/window";
import type { Tensor } from "../tensor";

/** `new MaxPool2d(2, 2)` and `new MaxPool2d(2, { stride: 2 })` are the same layer. */
type StrideOrOptions<Size, Options> = Size | Options;

function isStride<Size extends Pair>(value: unknown): value is Size {
  return typeof value === "number" || Array.isArray(value);
}

function withStride<Size extends Pair, Options extends MaxPoolOptions<Size>>(
  second: StrideOrOptions<Size, Options> | undefined,
  options: Options | undefined,
): Options {
  return (isStride<Size>(second) ? { ...options, stride: second } : (second ?? options ?? {})) as Options;
}

/** The largest element of each window: [N, C, H, W] to [N, C, H', W']. */
export class MaxPool2d extends Module {
  readonly options: MaxPoolOptions<Pair>;

  constructor(
    readonly kernelSize: Pair,
    stride?: Pair | MaxPoolOptions<Pair>,
    options?: MaxPoolOptions<Pair>,
  ) {
    super();
    this.options = withStride<Pair, MaxPoolOptions<Pair>>(stride, options);
  }

  forward(input: Tensor): Tensor {
    return maxPool2d(input, this.kernelSize, this.options);
  }
}

/** The mean of each window: [N, C, H, W] to [N, C, H', W']. */
export class AvgPool2d extends Module {
  readonly options: AvgPoolOptions<Pair>;

  constructor(
    readonly kernelSize: Pair,
    stride?: Pair | AvgPoolOptions<Pair>,
    options?: AvgPoolOptions<Pair>,
  ) {
    super();
    this.options = withStride<Pair, AvgPoolOptions<Pair>>(stride, options);
  }

  forward(input: Tensor): Tensor {
    return avgPool2d(input, this.kernelSize, this.options);
  }
}

/** The largest element of each window: [N, C, L] to [N, C, L']. */
export class MaxPool1d extends Module {
  readonly options: MaxPoolOptions<number>;

  constructor(
    readonly kernelSize: number,
    stride?: number | MaxPoolOptions<number>,
    options?: MaxPoolOptions<number>,
  ) {
    super();
    this.options = withStride<number, MaxPoolOptions<number>>(stride, options);
  }

  forward(input: Tensor): Tensor {
    return maxPool1d(input, this.kernelSize, this.options);
  }
}

/** The mean of each window: [N, C, L] to [N, C, L']. */
export class AvgPool1d extends Module {
  readonly options: AvgPoolOptions<number>;

  constructor(
    readonly kernelSize: number,
    stride?: number | AvgPoolOptions<number>,
    options?: AvgPoolOptions<number>,
  ) {
    super();
    this.options = withStride<number, AvgPoolOptions<number>>(stride, options);
  }

  forward(input: Tensor): Tensor {
    return avgPool1d(input, this.kernelSize, this.options);
  }
}

/** Means over nearly equal ranges: [N, C, H, W] to [N, C, …outputSize]. */
export class AdaptiveAvgPool2d extends Module {
  constructor(readonly outputSize: number | readonly [number | null, number | null]) {
    super();
  }

  forward(input: Tensor): Tensor {
    return adaptiveAvgPool2d(input, this.outputSize);
  }
}
