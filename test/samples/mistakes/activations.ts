import type { Mistake } from "../mistake";

export default [
  {
    what: "the softmax is taken over a dimension that is not there",
    correct: "pairs.softmax(1)",
    mistaken: "pairs.softmax(2)",
    flagged: "pairs.softmax(2)",
    as: "dim-out-of-range",
  },
  {
    what: "the pairs are selected from a dimension that is not there",
    correct: ".select(1, 0)",
    mistaken: ".select(2, 0)",
    flagged: "pairs.softmax(1).select(2, 0)",
    as: "dim-out-of-range",
  },
] satisfies readonly Mistake[];
