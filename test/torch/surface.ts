/** Every name of `shapewright/torch`, as PyTorch has them in camelCase: what the library exports and the analyser knows. */

function names(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

/** Operations that work on each element and are functions, methods and, most of them, in-place methods. */
const elementwise = names(`
  add sub mul div pow neg abs sign exp log log1p sqrt rsqrt reciprocal square sin cos tan tanh sigmoid relu erf floor ceil
  round clamp maximum minimum fmod remainder eq ne lt le gt ge isnan logicalAnd logicalOr logicalNot
`);

const reductions = names(`
  sum mean prod var std max min amax amin argmax argmin any all norm cumsum logsumexp
`);

export const surface = {
  torch: [
    ...names(`
      tensor zeros ones full empty rand randn randint randperm arange linspace eye zerosLike onesLike fullLike randLike randnLike
      cat stack hstack vstack chunk split unbind where matmul mm bmm einsum outer dot tensordot tril triu gather scatter
      indexSelect maskedSelect topk sort argsort cumsum meshgrid bernoulli multinomial normal allclose equal noGrad enableGrad
      manualSeed isTensor softmax float32 int64 int32 bool addmm baddbmm flatten squeeze unsqueeze permute transpose reshape
    `),
    ...elementwise,
    ...reductions,
  ],
  Tensor: [
    ...names(`
      shape dtype device size dim numel stride view reshape viewAs reshapeAs permute transpose t swapaxes movedim flatten
      unflatten squeeze unsqueeze expand expandAs broadcastTo repeat repeatInterleave tile roll flip narrow select at
      indexSelect gather scatter_ maskedFill maskedFill_ unfold chunk split unbind contiguous isContiguous clone detach gelu silu
      softplus matmul mm bmm dot addmm baddbmm softmax logSoftmax to float int long bool type item tolist data backward grad
      requiresGrad_ retainGrad storageOffset dataPtr add_ sub_ mul_ div_ pow_ neg_ abs_ exp_ log_ sqrt_ relu_ sigmoid_ tanh_
      clamp_ floor_ ceil_ round_ zero_ fill_ copy_ uniform_ normal_
    `),
    ...elementwise,
    ...reductions,
  ],
  nn: names(`
    Module Linear Bilinear Identity Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d MaxPool1d MaxPool2d AvgPool1d AvgPool2d
    AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveMaxPool2d BatchNorm1d BatchNorm2d BatchNorm3d LayerNorm GroupNorm
    InstanceNorm1d InstanceNorm2d RMSNorm Dropout Dropout2d Flatten Unflatten Embedding RNN LSTM GRU RNNCell LSTMCell GRUCell
    MultiheadAttention TransformerEncoderLayer TransformerEncoder TransformerDecoderLayer TransformerDecoder Transformer
    Sequential ModuleList ModuleDict ParameterList Parameter Upsample PixelShuffle ZeroPad2d ReflectionPad2d ReLU ReLU6
    LeakyReLU PReLU RReLU ELU SELU GELU SiLU Mish Hardswish Hardsigmoid Hardtanh Sigmoid Tanh Softplus Softmax LogSoftmax
    MSELoss L1Loss SmoothL1Loss HuberLoss CrossEntropyLoss NLLLoss BCELoss BCEWithLogitsLoss KLDivLoss CosineEmbeddingLoss
    TripletMarginLoss init utils
  `),
  init: names(`
    uniform_ normal_ constant_ ones_ zeros_ eye_ dirac_ xavierUniform_ xavierNormal_ kaimingUniform_ kaimingNormal_ truncNormal_
    orthogonal_ sparse_ calculateGain
  `),
  utils: names(`clipGradNorm_ clipGradValue_ rnn`),
  rnn: names(`packPaddedSequence padPackedSequence padSequence`),
  F: names(`
    linear bilinear conv1d conv2d conv3d convTranspose1d convTranspose2d maxPool1d maxPool2d avgPool1d avgPool2d
    adaptiveAvgPool1d adaptiveAvgPool2d adaptiveMaxPool2d batchNorm layerNorm groupNorm instanceNorm rmsNorm dropout dropout2d
    embedding interpolate pixelShuffle relu relu6 leakyRelu prelu rrelu elu selu gelu silu mish hardswish hardsigmoid
    hardtanh sigmoid tanh softplus softmax logSoftmax mseLoss l1Loss smoothL1Loss huberLoss crossEntropy nllLoss
    binaryCrossEntropy binaryCrossEntropyWithLogits klDiv cosineEmbeddingLoss tripletMarginLoss scaledDotProductAttention oneHot
    pad normalize cosineSimilarity unfold fold gumbelSoftmax
  `),
  optim: names(`SGD Adagrad RMSprop Adam AdamW Adadelta RAdam NAdam lrScheduler`),
  lrScheduler: names(`
    StepLR MultiStepLR ExponentialLR LinearLR CosineAnnealingLR LambdaLR OneCycleLR ReduceLROnPlateau
    CosineAnnealingWarmRestarts SequentialLR
  `),
  data: names(`Dataset TensorDataset DataLoader randomSplit Subset`),
} as const satisfies Readonly<Record<string, readonly string[]>>;
