/** Layers that change spatial sizes without weights: upsampling, adaptive pooling, padding. */
import { named } from "../trailing";
import type { Trailing } from "../trailing";
import { Module } from "./module";
import { adaptiveAvgPool1d, adaptiveMaxPool2d } from "../functional/adaptive-pool";
import { pad } from "../functional/pad";
import type { PadMode } from "../functional/pad";
import { interpolate, pixelShuffle } from "../functional/resample";
import type { InterpolateOptions } from "../functional/resample";
import type { Tensor } from "../tensor";

/** Images and sequences at another size. */
export class Upsample extends Module {
  readonly options: InterpolateOptions;

  constructor(...args: Trailing<InterpolateOptions, ["size", "scaleFactor", "mode", "alignCorners"]>) {
    const options = named<InterpolateOptions>(["size", "scaleFactor", "mode", "alignCorners"], args);
    super();
    this.options = options;
  }

  forward(input: Tensor): Tensor {
    return interpolate(input, this.options);
  }
}

/** [N, C · r², H, W] to [N, C, H · r, W · r]. */
export class PixelShuffle extends Module {
  constructor(readonly upscaleFactor: number) {
    super();
  }

  forward(input: Tensor): Tensor {
    return pixelShuffle(input, this.upscaleFactor);
  }
}

/** Means over nearly equal ranges: [N, C, L] to [N, C, outputSize]. */
export class AdaptiveAvgPool1d extends Module {
  constructor(readonly outputSize: number) {
    super();
  }

  forward(input: Tensor): Tensor {
    return adaptiveAvgPool1d(input, this.outputSize);
  }
}

/** The largest elements of nearly equal ranges: [N, C, H, W] to [N, C, …outputSize]. */
export class AdaptiveMaxPool2d extends Module {
  constructor(readonly outputSize: number | readonly [number | null, number | null]) {
    super();
  }

  forward(input: Tensor): Tensor {
    return adaptiveMaxPool2d(input, this.outputSize);
  }
}

/** One number for all sides of an image, or left, right, top and bottom. */
export type ImagePadding = number | readonly [number, number, number, number];

abstract class ImagePad extends Module {
  readonly padding: readonly [number, number, number, number];

  constructor(
    padding: ImagePadding,
    private readonly mode: PadMode,
  ) {
    super();
    this.padding = typeof padding === "number" ? [padding, padding, padding, padding] : padding;
  }

  forward(input: Tensor): Tensor {
    return pad(input, this.padding, { mode: this.mode });
  }
}

/** Zeros around an image; negative numbers cut off. */
export class ZeroPad2d extends ImagePad {
  constructor(padding: ImagePadding) {
    super(padding, "constant");
  }
}

/** The image mirrored at its edges. */
export class ReflectionPad2d extends ImagePad {
  constructor(padding: ImagePadding) {
    super(padding, "reflect");
  }
}

/** The edges of the image repeated. */
export class ReplicationPad2d extends ImagePad {
  constructor(padding: ImagePadding) {
    super(padding, "replicate");
  }
}
