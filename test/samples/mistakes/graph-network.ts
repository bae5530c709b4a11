import type { Mistake } from "../mistake";

export default [
  {
    what: "the second layer takes the features of the nodes",
    correct: "this.second = new nn.Linear(width, classes);",
    mistaken: "this.second = new nn.Linear(features, classes);",
    flagged: "this.second(this.dropout(h))",
    as: "shape-mismatch: 32",
  },
  {
    what: "the neighbours are counted in a dimension that is not there",
    correct: "withLoops.sum(1)",
    mistaken: "withLoops.sum(2)",
    flagged: "withLoops.sum(2)",
    as: "dim-out-of-range",
  },
] satisfies readonly Mistake[];
