/** One layer of a Transformer's encoder and decoder. Source: arXiv 1706.03762 */
import { named } from "../trailing";
import type { Trailing } from "../trailing";
import { MultiheadAttention } from "./attention";
import { Dropout } from "./activation";
import { Layer } from "./layer";
import { Linear } from "./layers";
import type { Module } from "./module";
import { LayerNorm } from "./norm";
import { gelu, relu } from "../ops/index";
import type { Tensor } from "../tensor";

export type TransformerActivation = "relu" | "gelu" | ((input: Tensor) => Tensor);

export interface TransformerLayerOptions {
  readonly dimFeedforward?: number;
  readonly dropout?: number;
  readonly activation?: TransformerActivation;
  readonly layerNormEps?: number;
  readonly batchFirst?: boolean;
  /** Normalises before attention and feed-forward instead of after. */
  readonly normFirst?: boolean;
  readonly bias?: boolean;
}

/** The options of a layer in PyTorch's order. */
export const LAYER_ORDER = [
  "dimFeedforward",
  "dropout",
  "activation",
  "layerNormEps",
  "batchFirst",
  "normFirst",
  "bias",
] as const;
export type TransformerLayerArguments = Trailing<TransformerLayerOptions, typeof LAYER_ORDER>;

function activationOf(activation: TransformerActivation): (input: Tensor) => Tensor {
  if (typeof activation === "function") return activation;
  if (activation === "relu") return relu;
  if (activation === "gelu") return (input) => gelu(input);
  throw new Error(`activation should be relu/gelu, not ${String(activation)}`);
}

/** Masks of a sequence that attends to itself. */
export interface SourceMasks {
  /** [L, L] or [N · heads, L, L] */
  readonly srcMask?: Tensor | null;
  /** [N, L] or [L] */
  readonly srcKeyPaddingMask?: Tensor | null;
  readonly isCausal?: boolean;
}

/** The mask alone, as PyTorch's second argument, or all of them. */
export type MaskOrMasks<Masks> = Tensor | Masks | null;

export function isMask(value: unknown): value is Tensor {
  return typeof value === "object" && value !== null && "_view" in value;
}

/**
 * What the two layers share: attentions and then a feed-forward network, each with a norm, dropout and a residual connection.
 * Modules are made, and become fields, in PyTorch's order: a seed gives the same weights, and the state is in the same order.
 */
abstract class ResidualLayer extends Layer {
  declare selfAttn: MultiheadAttention;
  declare linear1: Linear;
  declare dropout: Dropout;
  declare linear2: Linear;
  declare norm1: LayerNorm;
  declare norm2: LayerNorm;
  declare dropout1: Dropout;
  declare dropout2: Dropout;
  readonly options: TransformerLayerOptions;

  constructor(
    dModel: number,
    nhead: number,
    args: TransformerLayerArguments,
    attentions: readonly ("selfAttn" | "multiheadAttn")[],
  ) {
    super();
    const options = named<TransformerLayerOptions>(LAYER_ORDER, args);
    const { dimFeedforward = 2048, dropout = 0.1, layerNormEps: eps = 1e-5 } = options;
    const { batchFirst = false, bias = true } = options;
    this.options = options;
    const set = (name: string, part: Module) => Object.assign(this, { [name]: part });
    for (const name of attentions) set(name, new MultiheadAttention(dModel, nhead, { dropout, bias, batchFirst }));
    this.linear1 = new Linear(dModel, dimFeedforward, { bias });
    this.dropout = new Dropout(dropout);
    this.linear2 = new Linear(dimFeedforward, dModel, { bias });
    const parts = [...attentions, "feedForward"].map((_, i) => i + 1);
    for (const i of parts) set(`norm${i}`, new LayerNorm(dModel, { eps, bias }));
    for (const i of parts) set(`dropout${i}`, new Dropout(dropout));
  }

  /** Adds to `x` what a part of the layer makes of it. */
  protected residual(x: Tensor, norm: LayerNorm, dropout: Dropout, part: (x: Tensor) => Tensor): Tensor {
    return this.options.normFirst ? x.add(dropout(part(norm(x)))) : norm(x.add(dropout(part(x))));
  }

  protected feedForward(x: Tensor): Tensor {
    const activation = activationOf(this.options.activation ?? "relu");
    return this.linear2(this.dropout(activation(this.linear1(x))));
  }
}

/** Self-attention and a feed-forward network, each with a residual connection: [L, N, dModel] to the same. */
export class TransformerEncoderLayer extends ResidualLayer {
  constructor(dModel: number, nhead: number, ...args: TransformerLayerArguments) {
    super(dModel, nhead, args, ["selfAttn"]);
  }

  forward(src: Tensor, masks: MaskOrMasks<SourceMasks> = {}): Tensor {
    const given: SourceMasks = isMask(masks) ? { srcMask: masks } : (masks ?? {});
    const { srcMask = null, srcKeyPaddingMask = null, isCausal = false } = given;
    const call = { attnMask: srcMask, keyPaddingMask: srcKeyPaddingMask, isCausal, needWeights: false };
    const attended = this.residual(src, this.norm1, this.dropout1, (x) => this.selfAttn(x, x, x, call)[0]);
    return this.residual(attended, this.norm2, this.dropout2, (x) => this.feedForward(x));
  }
}

/** Masks of a target sequence and of the memory that it attends to. */
export interface TargetMasks {
  readonly tgtMask?: Tensor | null;
  readonly memoryMask?: Tensor | null;
  readonly tgtKeyPaddingMask?: Tensor | null;
  readonly memoryKeyPaddingMask?: Tensor | null;
  readonly tgtIsCausal?: boolean;
  readonly memoryIsCausal?: boolean;
}

/** Self-attention, attention to the encoder's memory and a feed-forward network: [T, N, dModel] to the same. */
export class TransformerDecoderLayer extends ResidualLayer {
  declare multiheadAttn: MultiheadAttention;
  declare norm3: LayerNorm;
  declare dropout3: Dropout;

  constructor(dModel: number, nhead: number, ...args: TransformerLayerArguments) {
    super(dModel, nhead, args, ["selfAttn", "multiheadAttn"]);
  }

  forward(tgt: Tensor, memory: Tensor, masks: TargetMasks = {}): Tensor {
    const own = {
      attnMask: masks.tgtMask ?? null,
      keyPaddingMask: masks.tgtKeyPaddingMask ?? null,
      isCausal: masks.tgtIsCausal ?? false,
      needWeights: false,
    };
    const across = {
      attnMask: masks.memoryMask ?? null,
      keyPaddingMask: masks.memoryKeyPaddingMask ?? null,
      isCausal: masks.memoryIsCausal ?? false,
      needWeights: false,
    };
    const first = this.residual(tgt, this.norm1, this.dropout1, (x) => this.selfAttn(x, x, x, own)[0]);
    const second = this.residual(
      first,
      this.norm2,
      this.dropout2,
      (x) => this.multiheadAttn(x, memory, memory, across)[0],
    );
    return this.residual(second, this.norm3, this.dropout3, (x) => this.feedForward(x));
  }
}
