/** Pooling layers. */
import { Module } from "./module";
import { AVG_POOL_ORDER, adaptiveAvgPool2d, avgPool1d, avgPool2d, maxPool1d, maxPool2d } from "../functional/pool";
import type { AvgPoolOptions, MaxPoolOptions } from "../functional/pool";
import type { Pair } from "../functional/window";
import { named } from "../trailing";
import type { Trailing } from "../trailing";
import type { Tensor } from "../tensor";

const LAYER_ORDER = ["stride", "padding", "dilation", "returnIndices", "ceilMode"] as const;
type MaxArguments<Size> = Trailing<MaxPoolOptions<Size>, typeof LAYER_ORDER>;
type AvgArguments<Size> = Trailing<AvgPoolOptions<Size>, typeof AVG_POOL_ORDER>;

/** The largest element of each window: [N, C, H, W] to [N, C, H', W']. */
export class MaxPool2d extends Module {
  readonly options: MaxPoolOptions<Pair>;

  constructor(
    readonly kernelSize: Pair,
    ...options: MaxArguments<Pair>
  ) {
    super();
    this.options = named<MaxPoolOptions<Pair>>(LAYER_ORDER, options);
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
    ...options: AvgArguments<Pair>
  ) {
    super();
    this.options = named<AvgPoolOptions<Pair>>(AVG_POOL_ORDER, options);
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
    ...options: MaxArguments<number>
  ) {
    super();
    this.options = named<MaxPoolOptions<number>>(LAYER_ORDER, options);
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
    ...options: AvgArguments<number>
  ) {
    super();
    this.options = named<AvgPoolOptions<number>>(AVG_POOL_ORDER, options);
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
