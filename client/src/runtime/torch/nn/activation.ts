/** Activations and dropout as layers. */
import { named } from "../trailing";
import type { Trailing } from "../trailing";
import { Module, Parameter } from "./module";
import * as F from "../functional/activation";
import { full, gelu, logSoftmax, relu, sigmoid, silu, softmax, softplus, tanh } from "../ops/index";
import type { GeluOptions, SoftplusOptions } from "../ops/index";
import type { Tensor } from "../tensor";

/** A layer without parameters or settings. */
function plain(name: string, run: (input: Tensor) => Tensor) {
  const layer = class extends Module {
    forward(input: Tensor): Tensor {
      return run(input);
    }
  };
  Object.defineProperty(layer, "name", { value: name });
  return layer;
}

/** max(x, 0). `inplace` is accepted for familiarity: nothing is gained by it here. */
export class ReLU extends Module {
  constructor(readonly options: { readonly inplace?: boolean } = {}) {
    super();
  }

  forward(input: Tensor): Tensor {
    return relu(input);
  }
}

export const ReLU6 = plain("ReLU6", F.relu6);
export const SELU = plain("SELU", F.selu);
export const SiLU = plain("SiLU", silu);
export const Mish = plain("Mish", F.mish);
export const Hardswish = plain("Hardswish", F.hardswish);
export const Hardsigmoid = plain("Hardsigmoid", F.hardsigmoid);
export const Sigmoid = plain("Sigmoid", sigmoid);
export const Tanh = plain("Tanh", tanh);

export class LeakyReLU extends Module {
  readonly negativeSlope: number;

  constructor(...options: Trailing<{ negativeSlope?: number }, ["negativeSlope"]>) {
    super();
    const { negativeSlope = 0.01 } = named<{ negativeSlope?: number }>(["negativeSlope"], options);
    this.negativeSlope = negativeSlope;
  }

  forward(input: Tensor): Tensor {
    return F.leakyRelu(input, this.negativeSlope);
  }
}

export class ELU extends Module {
  readonly alpha: number;

  constructor(...options: Trailing<{ alpha?: number }, ["alpha"]>) {
    super();
    const { alpha = 1 } = named<{ alpha?: number }>(["alpha"], options);
    this.alpha = alpha;
  }

  forward(input: Tensor): Tensor {
    return F.elu(input, this.alpha);
  }
}

export class Hardtanh extends Module {
  readonly minVal: number;
  readonly maxVal: number;

  constructor(...options: Trailing<{ minVal?: number; maxVal?: number }, ["minVal", "maxVal"]>) {
    super();
    const { minVal = -1, maxVal = 1 } = named<{ minVal?: number; maxVal?: number }>(["minVal", "maxVal"], options);
    this.minVal = minVal;
    this.maxVal = maxVal;
  }

  forward(input: Tensor): Tensor {
    return F.hardtanh(input, this.minVal, this.maxVal);
  }
}

export interface PReluOptions {
  readonly numParameters?: number;
  readonly init?: number;
}

/** ReLU whose slope below 0 is learned: one for all channels, or one for each. */
export class PReLU extends Module {
  weight: Parameter;

  constructor(...options: Trailing<PReluOptions, ["numParameters", "init"]>) {
    super();
    const { numParameters = 1, init = 0.25 } = named<PReluOptions>(["numParameters", "init"], options);
    this.weight = new Parameter(full([numParameters], init, { dtype: "float32" }));
  }

  forward(input: Tensor): Tensor {
    return F.prelu(input, this.weight);
  }
}

/** Leaky ReLU whose slope below 0 is random in training. */
export class RReLU extends Module {
  readonly lower: number;
  readonly upper: number;

  constructor(...options: Trailing<{ lower?: number; upper?: number }, ["lower", "upper"]>) {
    super();
    const { lower = 1 / 8, upper = 1 / 3 } = named<{ lower?: number; upper?: number }>(["lower", "upper"], options);
    this.lower = lower;
    this.upper = upper;
  }

  forward(input: Tensor): Tensor {
    const { lower, upper, training } = this;
    return F.rrelu(input, { lower, upper, training });
  }
}

export class GELU extends Module {
  constructor(readonly options: GeluOptions = {}) {
    super();
  }

  forward(input: Tensor): Tensor {
    return gelu(input, this.options);
  }
}

export class Softplus extends Module {
  readonly options: SoftplusOptions;

  constructor(...options: Trailing<SoftplusOptions, ["beta", "threshold"]>) {
    super();
    this.options = named<SoftplusOptions>(["beta", "threshold"], options);
  }

  forward(input: Tensor): Tensor {
    return softplus(input, this.options);
  }
}

export class Softmax extends Module {
  readonly dim: number;

  constructor(...options: Trailing<{ dim?: number }, ["dim"]>) {
    super();
    const { dim = -1 } = named<{ dim?: number }>(["dim"], options);
    this.dim = dim;
  }

  forward(input: Tensor): Tensor {
    return softmax(input, this.dim);
  }
}

export class LogSoftmax extends Module {
  readonly dim: number;

  constructor(...options: Trailing<{ dim?: number }, ["dim"]>) {
    super();
    const { dim = -1 } = named<{ dim?: number }>(["dim"], options);
    this.dim = dim;
  }

  forward(input: Tensor): Tensor {
    return logSoftmax(input, this.dim);
  }
}

/** In training, sets elements to 0 with probability p and scales the others up. */
export class Dropout extends Module {
  readonly p: number;

  constructor(...options: Trailing<{ p?: number }, ["p"]>) {
    super();
    const { p = 0.5 } = named<{ p?: number }>(["p"], options);
    this.p = p;
  }

  forward(input: Tensor): Tensor {
    return F.dropout(input, { p: this.p, training: this.training });
  }
}

/** Dropout of whole channels. */
export class Dropout2d extends Module {
  readonly p: number;

  constructor(...options: Trailing<{ p?: number }, ["p"]>) {
    super();
    const { p = 0.5 } = named<{ p?: number }>(["p"], options);
    this.p = p;
  }

  forward(input: Tensor): Tensor {
    return F.dropout2d(input, { p: this.p, training: this.training });
  }
}
