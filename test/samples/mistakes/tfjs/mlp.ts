import type { Mistake } from "../../mistake";

export default [
  {
    what: "The output layer has one unit too few",
    correct: "tf.layers.dense({ units: 10 })",
    mistaken: "tf.layers.dense({ units: 9 })",
    flagged: "tf.losses.softmaxCrossEntropy(classes, model.forward(images, true))",
    as: "shape-mismatch: must have the same shape",
  },
  {
    what: "The images are declared to have other sides",
    correct: "inputShape: [784]",
    mistaken: "inputShape: [748]",
    flagged: "network.apply(x, { training })",
    as: "shape-mismatch: dense expects 748 input features",
  },
  {
    what: "The loss applies a softmax to what is a softmax already",
    correct: "tf.layers.dense({ units: 10 })",
    mistaken: 'tf.layers.dense({ units: 10, activation: "softmax" })',
    flagged: "tf.losses.softmaxCrossEntropy(classes, model.forward(images, true))",
    as: "loss-activation: wants logits",
  },
] satisfies Mistake[];
