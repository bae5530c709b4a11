import type { Mistake } from "../../mistake";

export default [
  {
    what: "The output layer has one unit too many",
    correct: "tf.layers.dense({ units: 4 })",
    mistaken: "tf.layers.dense({ units: 5 })",
    flagged: "tf.losses.softmaxCrossEntropy(classes, model.forward(images, true))",
    as: "shape-mismatch: must have the same shape",
  },
  {
    what: "The labels are class indices, which the loss does not take",
    correct: "tf.losses.softmaxCrossEntropy(classes, model.forward(images, true))",
    mistaken: "tf.losses.softmaxCrossEntropy(classes.argMax(-1), model.forward(images, true))",
    flagged: "tf.losses.softmaxCrossEntropy(classes.argMax(-1), model.forward(images, true))",
    as: "shape-mismatch: must have the same shape",
  },
] satisfies Mistake[];
