import { convolutionalLayers } from "./convolutional";
import { coreLayers } from "./core";
import type { LayerFunction } from "./define";
import { inputLayer } from "./input-layer";
import { mergeLayers } from "./merge";
import { normalizationLayers } from "./normalization";
import { poolingLayers } from "./pooling";
import { preprocessingLayers } from "./preprocessing";
import { recurrentLayers } from "./recurrent";
import { spatialLayers } from "./spatial";
import { wrapperLayers } from "./wrappers";

/** Every function of `tf.layers` that makes a layer. */
export const layerFunctions: readonly LayerFunction[] = [
  ...coreLayers,
  ...convolutionalLayers,
  ...spatialLayers,
  ...poolingLayers,
  ...normalizationLayers,
  ...recurrentLayers,
  ...mergeLayers,
  ...wrapperLayers,
  ...preprocessingLayers,
  inputLayer,
];

/** Second names of the same. */
export const layerAliases: Readonly<Record<string, string>> = {
  avgPool1d: "averagePooling1d",
  avgPooling1d: "averagePooling1d",
  avgPool2d: "averagePooling2d",
  avgPooling2d: "averagePooling2d",
  avgPool3d: "averagePooling3d",
  avgPooling3d: "averagePooling3d",
  maxPool1d: "maxPooling1d",
  maxPool2d: "maxPooling2d",
  globalMaxPool1d: "globalMaxPooling1d",
  globalMaxPool2d: "globalMaxPooling2d",
};
