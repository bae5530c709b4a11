import type { Operation, OperationContext } from "../../operation";
import type { TensorValue } from "../../../interpreter/value";
import { made, tensorLike } from "../tensors";
import { tfOperation } from "./define";

/** `tf.metrics`: a number for each example, or one for all of them. */
function metric(name: string, shapeOf: (predictions: TensorValue) => TensorValue["shape"]) {
  return tfOperation({
    name: `metrics.${name}`,
    parameters: { yTrue: tensorLike, yPred: tensorLike },
    result: ({ yTrue, yPred }, cx: OperationContext) =>
      made(cx, { shape: shapeOf(yPred), dtype: "float32" }, [yPred, yTrue]),
  });
}

const perExample = ({ shape }: TensorValue) => shape?.slice(0, -1);
const overall = () => [];

export const metricOperations: readonly Operation[] = [
  ...[
    "binaryAccuracy",
    "binaryCrossentropy",
    "categoricalAccuracy",
    "categoricalCrossentropy",
    "cosineProximity",
    "meanAbsoluteError",
    "meanAbsolutePercentageError",
    "MAPE",
    "mape",
    "meanSquaredError",
    "MSE",
    "mse",
    "sparseCategoricalAccuracy",
  ].map((name) => metric(name, perExample)),
  ...["precision", "recall", "r2Score"].map((name) => metric(name, overall)),
];
