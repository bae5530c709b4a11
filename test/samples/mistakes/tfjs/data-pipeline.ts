import type { Mistake } from "../../mistake";

export default [
  {
    what: "The model has two outputs for one price",
    correct: "tf.layers.dense({ units: 1 })",
    mistaken: "tf.layers.dense({ units: 2 })",
    flagged: "tf.losses.meanSquaredError(prices, model.forward(flats, true))",
    as: "shape-mismatch: must have the same shape",
  },
  {
    what: "The model is declared for another number of features",
    correct: "const features = 3;",
    mistaken: "const features = 4;",
    flagged: "network.apply(x, { training })",
    as: "shape-mismatch: dense expects 4 input features",
  },
] satisfies Mistake[];
