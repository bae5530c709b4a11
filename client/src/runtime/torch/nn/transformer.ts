/** Stacks of Transformer layers. Source: arXiv 1706.03762 */
import { named } from "../trailing";
import type { Trailing } from "../trailing";
import { ModuleList } from "./container";
import { xavierUniform_ } from "./init";
import { Layer } from "./layer";
import type { Module } from "./module";
import { LayerNorm } from "./norm";
import { isMask, TransformerDecoderLayer, TransformerEncoderLayer } from "./transformer-layer";
import type { MaskOrMasks, SourceMasks, TargetMasks, TransformerLayerOptions } from "./transformer-layer";
import { full } from "../ops/index";
import type { Tensor } from "../tensor";

/** A module of one tensor. */
type Norm = Module & ((input: Tensor) => Tensor);

type EncoderLayer = Module & ((src: Tensor, masks?: SourceMasks) => Tensor);
type DecoderLayer = Module & ((tgt: Tensor, memory: Tensor, masks?: TargetMasks) => Tensor);

export interface StackOptions {
  /** Applied to the result of the last layer. */
  readonly norm?: Norm | null;
}

/** `new TransformerEncoder(layer, 6, norm)` and `new TransformerEncoder(layer, 6, { norm })` are the same stack. */
type NormOrOptions = Norm | StackOptions | null;

function normOf(third: NormOrOptions): Norm | null {
  return typeof third === "function" ? third : (third?.norm ?? null);
}

function copies<Item extends Module>(layer: Item, count: number): ModuleList<Item> {
  return new ModuleList(Array.from({ length: count }, () => layer._copy()));
}

export interface EncoderMasks {
  readonly mask?: Tensor | null;
  readonly srcKeyPaddingMask?: Tensor | null;
  readonly isCausal?: boolean;
}

/** Copies of an encoder layer, one after the other: [L, N, dModel] to the same. */
export class TransformerEncoder extends Layer {
  layers: ModuleList<EncoderLayer>;
  norm: Norm | null;

  constructor(
    encoderLayer: EncoderLayer,
    readonly numLayers: number,
    normOrOptions: NormOrOptions = null,
  ) {
    super();
    this.layers = copies(encoderLayer, numLayers);
    this.norm = normOf(normOrOptions);
  }

  forward(src: Tensor, masks: MaskOrMasks<EncoderMasks> = {}): Tensor {
    const given: EncoderMasks = isMask(masks) ? { mask: masks } : (masks ?? {});
    const { mask = null, srcKeyPaddingMask = null, isCausal = false } = given;
    let output = src;
    for (const layer of this.layers) output = layer(output, { srcMask: mask, srcKeyPaddingMask, isCausal });
    return this.norm ? this.norm(output) : output;
  }
}

/** Copies of a decoder layer, one after the other: [T, N, dModel] and memory [S, N, dModel] to [T, N, dModel]. */
export class TransformerDecoder extends Layer {
  layers: ModuleList<DecoderLayer>;
  norm: Norm | null;

  constructor(
    decoderLayer: DecoderLayer,
    readonly numLayers: number,
    normOrOptions: NormOrOptions = null,
  ) {
    super();
    this.layers = copies(decoderLayer, numLayers);
    this.norm = normOf(normOrOptions);
  }

  forward(tgt: Tensor, memory: Tensor, masks: TargetMasks = {}): Tensor {
    let output = tgt;
    for (const layer of this.layers) output = layer(output, memory, masks);
    return this.norm ? this.norm(output) : output;
  }
}

export interface TransformerOptions extends TransformerLayerOptions {
  readonly dModel?: number;
  readonly nhead?: number;
  readonly numEncoderLayers?: number;
  readonly numDecoderLayers?: number;
}

const TRANSFORMER_ORDER = [
  "dModel",
  "nhead",
  "numEncoderLayers",
  "numDecoderLayers",
  "dimFeedforward",
  "dropout",
  "activation",
] as const;

export interface TransformerMasks extends TargetMasks {
  readonly srcMask?: Tensor | null;
  readonly srcKeyPaddingMask?: Tensor | null;
  readonly srcIsCausal?: boolean;
}

/** An encoder and a decoder: source [S, N, dModel] and target [T, N, dModel] to [T, N, dModel]. */
export class Transformer extends Layer {
  encoder: TransformerEncoder;
  decoder: TransformerDecoder;
  readonly dModel: number;
  readonly nhead: number;
  readonly batchFirst: boolean;

  constructor(...args: Trailing<TransformerOptions, typeof TRANSFORMER_ORDER>) {
    super();
    const options = named<TransformerOptions>(TRANSFORMER_ORDER, args);
    const { dModel = 512, nhead = 8, numEncoderLayers = 6, numDecoderLayers = 6, ...layer } = options;
    const { layerNormEps: eps = 1e-5, bias = true, batchFirst = false } = layer;
    const norm = () => new LayerNorm(dModel, { eps, bias });
    this.encoder = new TransformerEncoder(new TransformerEncoderLayer(dModel, nhead, layer), numEncoderLayers, norm());
    this.decoder = new TransformerDecoder(new TransformerDecoderLayer(dModel, nhead, layer), numDecoderLayers, norm());
    this.dModel = dModel;
    this.nhead = nhead;
    this.batchFirst = batchFirst;
    for (const parameter of this.parameters()) {
      if (parameter.ndim > 1) xavierUniform_(parameter);
    }
  }

  forward(src: Tensor, tgt: Tensor, masks: TransformerMasks = {}): Tensor {
    const { srcMask = null, srcKeyPaddingMask = null, srcIsCausal = false, ...target } = masks;
    const batch = this.batchFirst ? 0 : 1;
    if (src.ndim === 3 && src.size(batch) !== tgt.size(batch)) {
      throw new Error("the batch number of src and tgt must be equal");
    }
    if (src.size(-1) !== this.dModel || tgt.size(-1) !== this.dModel) {
      throw new Error("the feature number of src and tgt must be equal to d_model");
    }
    const memory = this.encoder(src, { mask: srcMask, srcKeyPaddingMask, isCausal: srcIsCausal });
    return this.decoder(tgt, memory, target);
  }

  /** [size, size]: −∞ above the diagonal, which keeps positions from looking ahead, and 0 elsewhere. */
  static generateSquareSubsequentMask(size: number): Tensor {
    return full([size, size], -Infinity).triu(1);
  }
}
