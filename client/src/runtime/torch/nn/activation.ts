/** Activations and dropout as layers. */
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
  constructor(readonly negativeSlope = 0.01) {
    super();
  }

  forward(input: Tensor): Tensor {
    return F.leakyRelu(input, this.negativeSlope);
  }
}

export class ELU extends Module {
  constructor(readonly alpha = 1) {
    super();
  }

  forward(input: Tensor): Tensor {
    return F.elu(input, this.alpha);
  }
}

export class Hardtanh extends Module {
  constructor(
    readonly minVal = -1,
    readonly maxVal = 1,
  ) {
    super();
  }

  forward(input: Tensor): Tensor {
    return F.hardtanh(input, this.minVal, this.maxVal);
  }
}

/** ReLU whose slope below 0 is learned: one for all channels, or one for each. */
export class PReLU extends Module {
  weight: Parameter;

  constructor({ numParameters = 1, init = 0.25 }: { numParameters?: number; init?: number } = {}) {
    super();
    this.weight = new Parameter(full([numParameters], init, { dtype: "float32" }));
  }

  forward(input: Tensor): Tensor {
    return F.prelu(input, this.weight);
  }
}

/** Leaky ReLU whose slope below 0 is random in training. */
export class RReLU extends Module {
  constructor(
    readonly lower = 1 / 8,
    readonly upper = 1 / 3,
  ) {
    super();
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
  constructor(readonly options: SoftplusOptions = {}) {
    super();
  }

  forward(input: Tensor): Tensor {
    return softplus(input, this.options);
  }
}

export class Softmax extends Module {
  constructor(readonly dim = -1) {
    super();
  }

  forward(input: Tensor): Tensor {
    return softmax(input, this.dim);
  }
}

export class LogSoftmax extends Module {
  constructor(readonly dim = -1) {
    super();
  }

  forward(input: Tensor): Tensor {
    return logSoftmax(input, this.dim);
  }
}

/** In training, sets elements to 0 with probability p and scales the others up. */
export class Dropout extends Module {
  constructor(readonly p = 0.5) {
    super();
  }

  forward(input: Tensor): Tensor {
    return F.dropout(input, { p: this.p, training: this.training });
  }
}

/** Dropout of whole channels. */
export class Dropout2d extends Module {
  constructor(readonly p = 0.5) {
    super();
  }

  forward(input: Tensor): Tensor {
    return F.dropout2d(input, { p: this.p, training: this.training });
  }
}
