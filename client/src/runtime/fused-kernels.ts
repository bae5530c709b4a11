/**
 * Kernels of this project's own: steps of training that would be a dozen calls of TensorFlow.js's kernels, each with a
 * pass over the memory. They are registered under these names for the backends that have them; elsewhere the library
 * composes the same of ordinary kernels.
 */
export const fusedKernels = {
  /** x [rows, in] · weightᵀ [out, in] + bias → [rows, out] */
  linear: "ShapewrightLinear",
  /** dy, y → dy where y > 0, else 0 */
  reluGrad: "ShapewrightReluGrad",
  /** logits [N, C], classes int32 [N] → the loss [], and its gradient [N, C] */
  crossEntropy: "ShapewrightCrossEntropy",
  /** x, weight?, bias? → y, and what the gradient needs */
  layerNorm: "ShapewrightLayerNorm",
  layerNormGrad: "ShapewrightLayerNormGrad",
  /** query, key, value, mask? at any strides → the result at strides of its own, and the softmax of the scores */
  attention: "ShapewrightAttention",
  attentionGrad: "ShapewrightAttentionGrad",
  /** A whole sequence → the states, and what the gradient needs */
  lstm: "ShapewrightLstm",
  lstmGrad: "ShapewrightLstmGrad",
  gru: "ShapewrightGru",
  gruGrad: "ShapewrightGruGrad",
  /** Changes the parameter and the optimizer's state where they lie; returns nothing. */
  adam: "ShapewrightAdam",
} as const;

export interface CrossEntropyAttributes {
  /** A class that does not count. */
  readonly ignored: number;
  /** Whether the loss is divided by the number of rows that count. */
  readonly mean: boolean;
}

export interface LayerNormAttributes {
  readonly eps: number;
}

/** Where a matrix for each pair of batch indices lies: the first one, and the distances between neighbours and rows. */
export interface MatrixPlace {
  readonly offset: number;
  readonly outer: number;
  readonly inner: number;
  readonly row: number;
}

export interface AttentionAttributes {
  readonly sizes: {
    /** Two batch dimensions. */
    readonly outer: number;
    readonly inner: number;
    readonly queries: number;
    readonly keys: number;
    readonly keyWidth: number;
    readonly valueWidth: number;
  };
  /** What scores are multiplied by. */
  readonly scale: number;
  /** Lets position i attend to positions up to i only. */
  readonly causal: boolean;
  readonly query: MatrixPlace;
  readonly key: MatrixPlace;
  readonly value: MatrixPlace;
  readonly mask: MatrixPlace | null;
  /** The places of the result, which `attentionGrad` reads `dResult` at. */
  readonly result: MatrixPlace;
}

export interface AttentionGradAttributes extends AttentionAttributes {
  readonly dQuery: MatrixPlace;
  readonly dKey: MatrixPlace;
  readonly dValue: MatrixPlace;
}

export interface RecurrentAttributes {
  /** Runs from the last element of the sequence to the first. */
  readonly reverse: boolean;
}

export interface AdamAttributes {
  readonly beta1: number;
  readonly beta2: number;
  /** The learning rate over the first bias correction. */
  readonly rate: number;
  /** One over the root of the second bias correction. */
  readonly correction: number;
  readonly eps: number;
  /** What the parameter is multiplied by: decoupled weight decay. */
  readonly shrinkage: number;
  /** Times the parameter is added to the gradient: weight decay as L2 regularisation. */
  readonly decay: number;
}
