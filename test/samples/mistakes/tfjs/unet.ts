import type { Mistake } from "../../mistake";

export default [
  {
    what: "Two logits for each pixel, of which the mask has one",
    correct: "tf.layers.conv2d({ filters: 1, kernelSize: 1 })",
    mistaken: "tf.layers.conv2d({ filters: 2, kernelSize: 1 })",
    flagged: "tf.losses.sigmoidCrossEntropy(masks, model.forward(images, true))",
    as: "shape-mismatch: must have the same shape",
  },
  {
    what: "The masks have lost their channel",
    correct: "tf.losses.sigmoidCrossEntropy(masks, model.forward(images, true))",
    mistaken: "tf.losses.sigmoidCrossEntropy(masks.squeeze([-1]), model.forward(images, true))",
    flagged: "tf.losses.sigmoidCrossEntropy(masks.squeeze([-1]), model.forward(images, true))",
    as: "shape-mismatch: must have the same shape",
  },
] satisfies Mistake[];
