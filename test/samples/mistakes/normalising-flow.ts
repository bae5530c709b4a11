import type { Mistake } from "../mistake";

export default [
  {
    what: "the network takes both coordinates, although it is given one",
    correct: "new nn.Linear(1, width)",
    mistaken: "new nn.Linear(2, width)",
    flagged: "this.network(first)",
    as: "shape-mismatch: 1",
  },
  {
    what: "scale and shift are split along a dimension that is not there",
    correct: "this.network(first).chunk(2, 1)",
    mistaken: "this.network(first).chunk(2, 2)",
    flagged: "this.network(first).chunk(2, 2)",
    as: "dim-out-of-range",
  },
] satisfies readonly Mistake[];
