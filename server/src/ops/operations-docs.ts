import { operationsPage } from "./operations-page";
import { tfjsLibrary } from "./tfjs/library";
import { torchLibrary } from "./torch/library";

/** The text of `docs/operations.md`. */
export function operationsDocumentation(): string {
  return operationsPage([
    {
      title: "shapewright/torch",
      introduction: "PyTorch's names in camel case, followed with their strides.",
      library: torchLibrary,
      prefix: "",
    },
    {
      title: "TensorFlow.js",
      introduction: "From `@tensorflow/tfjs` and its packages, imported or as the global `tf`.",
      library: tfjsLibrary,
      prefix: "tf",
    },
  ]);
}
