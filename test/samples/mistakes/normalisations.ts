import type { Mistake } from "../mistake";

export default [
  {
    what: "batch normalisation is made for the features of the input",
    correct: "batch: new nn.BatchNorm1d(width)",
    mistaken: "batch: new nn.BatchNorm1d(2)",
    flagged: "this.normalisation(this.first(x))",
    as: "shape-mismatch: 16",
  },
  {
    what: "the groups do not divide the features",
    correct: "new nn.GroupNorm(2, width)",
    mistaken: "new nn.GroupNorm(3, width)",
    flagged: "new nn.GroupNorm(3, width)",
    as: "not-divisible",
  },
  {
    what: "layer normalisation is made for the length of the batch",
    correct: "new nn.LayerNorm(4)(x)",
    mistaken: "new nn.LayerNorm(3)(x)",
    flagged: "new nn.LayerNorm(3)(x)",
    as: "shape-mismatch: 4",
  },
] satisfies readonly Mistake[];
