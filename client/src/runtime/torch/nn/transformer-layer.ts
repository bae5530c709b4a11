/** One layer of a Transformer's encoder and decoder. Source: arXiv 1706.03762 */
import { named } from "../trailing";
import type { Trailing } from "../trailing";
import { MultiheadAttention } from "./attention";
import { Dropout } from "./activation";
import { Layer } from "./layer";
import { Linear } from "./layers";
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

/** Self-attention and a feed-forward network, each with a residual connection: [L, N, dModel] to the same. */
export class TransformerEncoderLayer extends Layer {
  selfAttn: MultiheadAttention;
  linear1: Linear;
  dropout: Dropout;
  linear2: Linear;
  norm1: LayerNorm;
  norm2: LayerNorm;
  dropout1: Dropout;
  dropout2: Dropout;
  readonly options: TransformerLayerOptions;

  constructor(dModel: number, nhead: number, ...args: TransformerLayerArguments) {
    super();
    const options = named<TransformerLayerOptions>(LAYER_ORDER, args);
    const { dimFeedforward = 2048, dropout = 0.1, layerNormEps: eps = 1e-5 } = options;
    const { batchFirst = false, bias = true } = options;
    this.options = options;
    this.selfAttn = new MultiheadAttention(dModel, nhead, { dropout, bias, batchFirst });
    this.linear1 = new Linear(dModel, dimFeedforward, { bias });
    this.dropout = new Dropout(dropout);
    this.linear2 = new Linear(dimFeedforward, dModel, { bias });
    this.norm1 = new LayerNorm(dModel, { eps, bias });
    this.norm2 = new LayerNorm(dModel, { eps, bias });
    this.dropout1 = new Dropout(dropout);
    this.dropout2 = new Dropout(dropout);
  }

  forward(src: Tensor, masks: MaskOrMasks<SourceMasks> = {}): Tensor {
    const given: SourceMasks = isMask(masks) ? { srcMask: masks } : (masks ?? {});
    if (this.options.normFirst) {
      const attended = src.add(this.attend(this.norm1(src), given));
      return attended.add(this.feedForward(this.norm2(attended)));
    }
    const attended = this.norm1(src.add(this.attend(src, given)));
    return this.norm2(attended.add(this.feedForward(attended)));
  }

  private attend(x: Tensor, { srcMask = null, srcKeyPaddingMask = null, isCausal = false }: SourceMasks): Tensor {
    const masks = { attnMask: srcMask, keyPaddingMask: srcKeyPaddingMask, isCausal, needWeights: false };
    return this.dropout1(this.selfAttn(x, x, x, masks)[0]);
  }

  private feedForward(x: Tensor): Tensor {
    const activation = activationOf(this.options.activation ?? "relu");
    return this.dropout2(this.linear2(this.dropout(activation(this.linear1(x)))));
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
export class TransformerDecoderLayer extends Layer {
  selfAttn: MultiheadAttention;
  multiheadAttn: MultiheadAttention;
  linear1: Linear;
  dropout: Dropout;
  linear2: Linear;
  norm1: LayerNorm;
  norm2: LayerNorm;
  norm3: LayerNorm;
  dropout1: Dropout;
  dropout2: Dropout;
  dropout3: Dropout;
  readonly options: TransformerLayerOptions;

  constructor(dModel: number, nhead: number, ...args: TransformerLayerArguments) {
    super();
    const options = named<TransformerLayerOptions>(LAYER_ORDER, args);
    const { dimFeedforward = 2048, dropout = 0.1, layerNormEps: eps = 1e-5 } = options;
    const { batchFirst = false, bias = true } = options;
    this.options = options;
    this.selfAttn = new MultiheadAttention(dModel, nhead, { dropout, bias, batchFirst });
    this.multiheadAttn = new MultiheadAttention(dModel, nhead, { dropout, bias, batchFirst });
    this.linear1 = new Linear(dModel, dimFeedforward, { bias });
    this.dropout = new Dropout(dropout);
    this.linear2 = new Linear(dimFeedforward, dModel, { bias });
    this.norm1 = new LayerNorm(dModel, { eps, bias });
    this.norm2 = new LayerNorm(dModel, { eps, bias });
    this.norm3 = new LayerNorm(dModel, { eps, bias });
    this.dropout1 = new Dropout(dropout);
    this.dropout2 = new Dropout(dropout);
    this.dropout3 = new Dropout(dropout);
  }

  forward(tgt: Tensor, memory: Tensor, masks: TargetMasks = {}): Tensor {
    if (this.options.normFirst) {
      const first = tgt.add(this.attendSelf(this.norm1(tgt), masks));
      const second = first.add(this.attendMemory(this.norm2(first), memory, masks));
      return second.add(this.feedForward(this.norm3(second)));
    }
    const first = this.norm1(tgt.add(this.attendSelf(tgt, masks)));
    const second = this.norm2(first.add(this.attendMemory(first, memory, masks)));
    return this.norm3(second.add(this.feedForward(second)));
  }

  private attendSelf(x: Tensor, masks: TargetMasks): Tensor {
    const { tgtMask = null, tgtKeyPaddingMask = null, tgtIsCausal = false } = masks;
    const call = { attnMask: tgtMask, keyPaddingMask: tgtKeyPaddingMask, isCausal: tgtIsCausal, needWeights: false };
    return this.dropout1(this.selfAttn(x, x, x, call)[0]);
  }

  private attendMemory(x: Tensor, memory: Tensor, masks: TargetMasks): Tensor {
    const { memoryMask = null, memoryKeyPaddingMask = null, memoryIsCausal = false } = masks;
    const call = {
      attnMask: memoryMask,
      keyPaddingMask: memoryKeyPaddingMask,
      isCausal: memoryIsCausal,
      needWeights: false,
    };
    return this.dropout2(this.multiheadAttn(x, memory, memory, call)[0]);
  }

  private feedForward(x: Tensor): Tensor {
    const activation = activationOf(this.options.activation ?? "relu");
    return this.dropout3(this.linear2(this.dropout(activation(this.linear1(x)))));
  }
}
