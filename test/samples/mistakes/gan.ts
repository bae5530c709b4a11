import type { Mistake } from "../mistake";

export default [
  {
    what: "the condition is put below the points",
    correct: "torch.cat([points, F.oneHot(mode, modes).float()], 1)",
    mistaken: "torch.cat([points, F.oneHot(mode, modes).float()], 2)",
    flagged: "torch.cat([points, F.oneHot(mode, modes).float()], 2)",
    as: "dim-out-of-range",
  },
  {
    what: "the distance is summed up over a dimension that is not there",
    correct: ".square().sum(1).sqrt()",
    mistaken: ".square().sum(2).sqrt()",
    flagged: "made.detach().sub(centres(mode)).square().sum(2)",
    as: "dim-out-of-range",
  },
] satisfies readonly Mistake[];
