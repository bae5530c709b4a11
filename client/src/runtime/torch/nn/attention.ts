/** Multi-head attention as a layer. */
import { named } from "../trailing";
import type { Trailing } from "../trailing";
import { constant_, xavierNormal_, xavierUniform_ } from "./init";
import { Layer } from "./layer";
import { Linear } from "./layers";
import { Parameter } from "./module";
import { multiHeadAttention } from "../functional/multi-head-attention";
import type { MultiHeadCall } from "../functional/multi-head-attention";
import { empty } from "../ops/index";
import type { Tensor } from "../tensor";

export interface MultiheadAttentionOptions {
  /** The probability of dropout of attention weights. */
  readonly dropout?: number;
  readonly bias?: boolean;
  /** Learns a further key and value. */
  readonly addBiasKv?: boolean;
  /** Adds a further key and value of zeros. */
  readonly addZeroAttn?: boolean;
  /** The widths of keys and values; `embedDim` unless given. */
  readonly kdim?: number;
  readonly vdim?: number;
  readonly batchFirst?: boolean;
}

/**
 * Attention of queries [L, N, embedDim] to keys and values [S, N, …], or [N, L, …] with `batchFirst`.
 * Returns the output, of the queries' shape, and the attention weights [N, L, S], or null with `needWeights: false`.
 */
export class MultiheadAttention extends Layer {
  qProjWeight: Parameter | null = null;
  kProjWeight: Parameter | null = null;
  vProjWeight: Parameter | null = null;
  inProjWeight: Parameter | null = null;
  inProjBias: Parameter | null;
  outProj: Linear;
  biasK: Parameter | null;
  biasV: Parameter | null;

  readonly options: MultiheadAttentionOptions;

  constructor(
    readonly embedDim: number,
    readonly numHeads: number,
    ...args: Trailing<
      MultiheadAttentionOptions,
      ["dropout", "bias", "addBiasKv", "addZeroAttn", "kdim", "vdim", "batchFirst"]
    >
  ) {
    const options = named<MultiheadAttentionOptions>(
      ["dropout", "bias", "addBiasKv", "addZeroAttn", "kdim", "vdim", "batchFirst"],
      args,
    );
    super();
    this.options = options;
    if (embedDim <= 0 || numHeads <= 0) {
      throw new RangeError(
        `embed_dim and num_heads must be greater than 0, got embed_dim=${embedDim} and num_heads=${numHeads} instead`,
      );
    }
    if (embedDim % numHeads !== 0) throw new Error("embed_dim must be divisible by num_heads");
    const { bias = true, addBiasKv = false, kdim = embedDim, vdim = embedDim } = options;
    const parameter = (...sizes: number[]) => new Parameter(empty(sizes));
    if (kdim === embedDim && vdim === embedDim) {
      this.inProjWeight = parameter(3 * embedDim, embedDim);
    } else {
      this.qProjWeight = parameter(embedDim, embedDim);
      this.kProjWeight = parameter(embedDim, kdim);
      this.vProjWeight = parameter(embedDim, vdim);
    }
    this.inProjBias = bias ? parameter(3 * embedDim) : null;
    this.outProj = new Linear(embedDim, embedDim, { bias });
    this.biasK = addBiasKv ? parameter(1, 1, embedDim) : null;
    this.biasV = addBiasKv ? parameter(1, 1, embedDim) : null;
    this.resetParameters();
  }

  private resetParameters(): void {
    for (const weight of [this.inProjWeight, this.qProjWeight, this.kProjWeight, this.vProjWeight]) {
      if (weight) xavierUniform_(weight);
    }
    for (const bias of [this.inProjBias, this.outProj.bias]) {
      if (bias) constant_(bias, 0);
    }
    for (const bias of [this.biasK, this.biasV]) {
      if (bias) xavierNormal_(bias);
    }
  }

  forward(query: Tensor, key: Tensor, value: Tensor, call: MultiHeadCall = {}): [Tensor, Tensor | null] {
    const { batchFirst = false, dropout = 0, addZeroAttn = false } = this.options;
    const { embedDim, numHeads } = this;
    const turned = batchFirst && query.ndim === 3;
    const settings = { embedDim, numHeads, addZeroAttn, dropoutP: this.training ? dropout : 0 };
    if (!turned) return multiHeadAttention(query, key, value, this.projections(), settings, call);
    // One tensor stays one: self-attention projects it once.
    const views = new Map<Tensor, Tensor>();
    const timeFirst = (x: Tensor) => {
      const view = views.get(x) ?? (x.ndim === 3 ? x.transpose(0, 1) : x);
      views.set(x, view);
      return view;
    };
    const [output, weights] = multiHeadAttention(
      timeFirst(query),
      timeFirst(key),
      timeFirst(value),
      this.projections(),
      settings,
      call,
    );
    return [output.transpose(0, 1), weights];
  }

  private projections() {
    const { inProjWeight, qProjWeight, kProjWeight, vProjWeight, inProjBias, outProj, biasK, biasV } = this;
    return {
      inProj: inProjWeight ?? ([qProjWeight, kProjWeight, vProjWeight] as [Parameter, Parameter, Parameter]),
      inProjBias,
      biasK,
      biasV,
      outProjWeight: outProj.weight,
      outProjBias: outProj.bias,
    };
  }
}
