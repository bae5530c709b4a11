/** The functions that JavaScript calls. All addresses are byte offsets into the memory of TensorFlow.js's WASM backend. */
export { adam } from "./adam";
export { attention, attentionGradient } from "./attention";
export { convolutionFilterGradient, convolutionInputGradient, convolve, patchFloats } from "./convolution";
export { depthwiseFilterGradient, depthwiseInputGradient } from "./depthwise";
export { reluGradient } from "./elementwise";
export { gemm, gemmWorkspace } from "./gemm";
export { softmaxCrossEntropy } from "./loss";
export { layerNorm, layerNormGradient } from "./norm";
export { averagePoolGradient, maxPoolGradient } from "./pool";
export { gru, gruGradient, lstm, lstmGradient, recurrentWeightGradients } from "./recurrent";
export { sumMiddle } from "./reduce";
