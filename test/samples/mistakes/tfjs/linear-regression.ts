import type { Mistake } from "../../mistake";

export default [
  {
    what: "The targets are a row where the model gives a column",
    correct: "x.mul(slope).add(offset).add(noise), batchSize)",
    mistaken: "x.mul(slope).add(offset).add(noise).flatten(), batchSize)",
    flagged: "tf.losses.meanSquaredError(y, model.forward(x, true))",
    as: "shape-mismatch: must have the same shape",
  },
  {
    what: "The layer is declared for two inputs",
    correct: "inputShape: [1] }",
    mistaken: "inputShape: [2] }",
    flagged: "network.apply(x, { training })",
    as: "shape-mismatch: dense expects 2 input features",
  },
] satisfies Mistake[];
