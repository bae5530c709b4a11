import type { Mistake } from "../mistake";

export default [
  {
    what: "cross-entropy gets the classes in the last dimension",
    correct: "inOrder: F.crossEntropy(output.select(0, 0).flatten(0, 1), target.flatten())",
    mistaken: "inOrder: F.crossEntropy(output.select(0, 0), target)",
    flagged: "F.crossEntropy(output.select(0, 0), target)",
    as: "shape-mismatch",
  },
  {
    what: "a sequence counts as right over a dimension that is not there",
    correct: ".all(1)",
    mistaken: ".all(2)",
    flagged: "scores.argmax(-1).eq(target).all(2)",
    as: "dim-out-of-range",
  },
] satisfies readonly Mistake[];
