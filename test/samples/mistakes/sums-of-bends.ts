import type { Mistake } from "../mistake";

export default [
  {
    what: "the outer layer counts pairs, although each has two bends",
    correct: "this.outer = new nn.Linear(2 * pairs, 1);",
    mistaken: "this.outer = new nn.Linear(pairs, 1);",
    flagged: "this.outer(F.relu(this.inner(x)))",
    as: "shape-mismatch: 32",
  },
  {
    what: "the targets lie in a row, which the loss spreads out against the column",
    correct: "sigmoids: F.mseLoss(output.select(0, 0), target)",
    mistaken: "sigmoids: F.mseLoss(output.select(0, 0), target.squeeze(1))",
    flagged: "F.mseLoss(output.select(0, 0), target.squeeze(1))",
    as: "suspicious-broadcast",
  },
] satisfies readonly Mistake[];
