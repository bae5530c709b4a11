import type { Mistake } from "../../mistake";

export default [
  {
    what: "Noise and conditions are joined along the batch",
    correct: "tf.concat([z, conditions], 1)",
    mistaken: "tf.concat([z, conditions], 0)",
    flagged: "tf.concat([z, conditions], 0)",
    as: "shape-mismatch: do not go together",
  },
  {
    what: "The targets of what is generated are a row",
    correct: "tf.zeros([conditions.shape[0], 1])",
    mistaken: "tf.zeros([conditions.shape[0]])",
    flagged: "tf.losses.sigmoidCrossEntropy(zeros, model.judge(model.forward(conditions), conditions))",
    as: "shape-mismatch: must have the same shape",
  },
] satisfies Mistake[];
