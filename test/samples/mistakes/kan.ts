import type { Mistake } from "../mistake";

export default [
  {
    what: "the output stays a column, which the loss spreads out against the row of targets",
    correct: "return this.second(this.first(points)).squeeze(1);",
    mistaken: "return this.second(this.first(points));",
    flagged: "F.mseLoss(output, expected)",
    as: "suspicious-broadcast",
  },
  {
    what: "the numbers are spread over the knots in a dimension that cannot be made",
    correct: "const places = x.unsqueeze(2);",
    mistaken: "const places = x.unsqueeze(3);",
    flagged: "x.unsqueeze(3)",
    as: "dim-out-of-range",
  },
] satisfies readonly Mistake[];
