import type { Mistake } from "../mistake";

export default [
  {
    what: "the coordinates are summed up over a dimension that is not there",
    correct: "differences.square().sum(2)",
    mistaken: "differences.square().sum(3)",
    flagged: "differences.square().sum(3)",
    as: "dim-out-of-range",
  },
  {
    what: "the output takes the coordinates, not the units",
    correct: "this.output = new nn.Linear(units, 1);",
    mistaken: "this.output = new nn.Linear(inputs, 1);",
    flagged: "this.output(bells)",
    as: "shape-mismatch: 40",
  },
  {
    what: "the heights stay a column, which the loss spreads out against the row of targets",
    correct: "return this.output(bells).squeeze(1);",
    mistaken: "return this.output(bells);",
    flagged: "F.mseLoss(output, target)",
    as: "suspicious-broadcast",
  },
] satisfies readonly Mistake[];
