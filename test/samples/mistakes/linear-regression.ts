import type { Mistake } from "../mistake";

export default [
  {
    what: "the targets lie in a row, which the loss spreads out against the column",
    correct: "F.mseLoss(model(x), y)",
    mistaken: "F.mseLoss(model(x), y.squeeze(1))",
    flagged: "F.mseLoss(model(x), y.squeeze(1))",
    as: "suspicious-broadcast",
  },
  {
    what: "the weight is asked for in a dimension that it does not have",
    correct: "w: weight.item()",
    mistaken: "w: weight.select(2, 0).item()",
    flagged: "weight.select(2, 0)",
    as: "dim-out-of-range",
  },
] satisfies readonly Mistake[];
