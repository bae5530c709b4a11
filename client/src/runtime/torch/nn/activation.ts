/** Activations and dropout as layers. */
import { named } from "../trailing";
import type { Trailing } from "../trailing";
import { Module, Parameter } from "./module";
import * as F from "../functional/activation";
import { dropout, dropout2d } from "../functional/dropout";
import type { DropoutOptions } from "../functional/dropout";
import { full, gelu, sigmoid, softplus, tanh } from "../ops/index";
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

/** A layer that can write its result over its input. */
function writing(name: string, run: (input: Tensor, inplace: boolean) => Tensor) {
  const layer = class extends Module {
    readonly inplace: boolean;

    constructor(...options: Trailing<F.InplaceOption, ["inplace"]>) {
      super();
      this.inplace = named<F.InplaceOption>(["inplace"], options).inplace ?? false;
    }

    forward(input: Tensor): Tensor {
      return run(input, this.inplace);
    }
  };
  Object.defineProperty(layer, "name", { value: name });
  return layer;
}

export const ReLU = writing("ReLU", F.relu);
export const ReLU6 = writing("ReLU6", F.relu6);
export const SELU = writing("SELU", F.selu);
export const SiLU = writing("SiLU", F.silu);
export const Mish = writing("Mish", F.mish);
export const Hardswish = writing("Hardswish", F.hardswish);
export const Hardsigmoid = writing("Hardsigmoid", F.hardsigmoid);
export const Sigmoid = plain("Sigmoid", sigmoid);
export const Tanh = plain("Tanh", tanh);

export class LeakyReLU extends Module {
  readonly options: F.LeakyReluOptions;

  constructor(...options: Trailing<F.LeakyReluOptions, ["negativeSlope", "inplace"]>) {
    super();
    this.options = named<F.LeakyReluOptions>(["negativeSlope", "inplace"], options);
  }

  forward(input: Tensor): Tensor {
    return F.leakyRelu(input, this.options);
  }
}

export class ELU extends Module {
  readonly options: F.EluOptions;

  constructor(...options: Trailing<F.EluOptions, ["alpha", "inplace"]>) {
    super();
    this.options = named<F.EluOptions>(["alpha", "inplace"], options);
  }

  forward(input: Tensor): Tensor {
    return F.elu(input, this.options);
  }
}

export class Hardtanh extends Module {
  readonly options: F.HardtanhOptions;

  constructor(...options: Trailing<F.HardtanhOptions, ["minVal", "maxVal", "inplace"]>) {
    super();
    this.options = named<F.HardtanhOptions>(["minVal", "maxVal", "inplace"], options);
  }

  forward(input: Tensor): Tensor {
    return F.hardtanh(input, this.options);
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

type RreluSettings = Omit<F.RreluOptions, "training">;

/** Leaky ReLU whose slope below 0 is random in training. */
export class RReLU extends Module {
  readonly options: RreluSettings;

  constructor(...options: Trailing<RreluSettings, ["lower", "upper", "inplace"]>) {
    super();
    this.options = named<RreluSettings>(["lower", "upper", "inplace"], options);
  }

  forward(input: Tensor): Tensor {
    return F.rrelu(input, { ...this.options, training: this.training });
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
  readonly dim: number | undefined;

  constructor(...options: Trailing<{ dim?: number }, ["dim"]>) {
    super();
    this.dim = named<{ dim?: number }>(["dim"], options).dim;
  }

  forward(input: Tensor): Tensor {
    return F.softmax(input, this.dim);
  }
}

export class LogSoftmax extends Module {
  readonly dim: number | undefined;

  constructor(...options: Trailing<{ dim?: number }, ["dim"]>) {
    super();
    this.dim = named<{ dim?: number }>(["dim"], options).dim;
  }

  forward(input: Tensor): Tensor {
    return F.logSoftmax(input, this.dim);
  }
}

type DropoutSettings = Omit<DropoutOptions, "training">;

/** In training, sets elements to 0 with probability p and scales the others up. */
export class Dropout extends Module {
  readonly options: DropoutSettings;

  constructor(...options: Trailing<DropoutSettings, ["p", "inplace"]>) {
    super();
    this.options = named<DropoutSettings>(["p", "inplace"], options);
  }

  forward(input: Tensor): Tensor {
    return dropout(input, { ...this.options, training: this.training });
  }
}

/** Dropout of whole channels. */
export class Dropout2d extends Module {
  readonly options: DropoutSettings;

  constructor(...options: Trailing<DropoutSettings, ["p", "inplace"]>) {
    super();
    this.options = named<DropoutSettings>(["p", "inplace"], options);
  }

  forward(input: Tensor): Tensor {
    return dropout2d(input, { ...this.options, training: this.training });
  }
}
