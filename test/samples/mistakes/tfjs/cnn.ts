import type { Mistake } from "../../mistake";

export default [
  {
    what: "The output layer has one unit too many",
    correct: "tf.layers.dense({ units: 10 })",
    mistaken: "tf.layers.dense({ units: 11 })",
    flagged: "tf.losses.softmaxCrossEntropy(classes, model.forward(images, true))",
    as: "shape-mismatch: must have the same shape",
  },
  {
    what: "The images are declared to have colours",
    correct: "inputShape: [28, 28, 1]",
    mistaken: "inputShape: [28, 28, 3]",
    flagged: "network.apply(x, { training })",
    as: "shape-mismatch: conv2d expects 3 input channels",
  },
] satisfies Mistake[];
