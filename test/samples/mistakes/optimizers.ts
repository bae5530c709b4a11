import type { Mistake } from "../mistake";

export default [
  {
    what: "the heights are summed up over a dimension that is not there",
    correct: ".sum(1).div(2)",
    mistaken: ".sum(2).div(2)",
    flagged: "places.square().mul(steepness).sum(2)",
    as: "dim-out-of-range",
  },
  {
    what: "the loss sums up the walkers' heights as if each were a row",
    correct: "const loss = heights.sum();",
    mistaken: "const loss = heights.sum(1).sum();",
    flagged: "heights.sum(1)",
    as: "dim-out-of-range",
  },
] satisfies readonly Mistake[];
