import type { Mistake } from "../mistake";

export default [
  {
    what: "the convolution takes the three channels that it gives",
    correct: "channels = new nn.Conv2d(2, 3, 2);",
    mistaken: "channels = new nn.Conv2d(3, 3, 2);",
    flagged: "this.channels(pair)",
    as: "shape-mismatch: 2",
  },
  {
    what: "the answer is put below the others, not beside them",
    correct: "return torch.cat([products, sums, sum, mixed], 1);",
    mistaken: "return torch.cat([products, sums, sum, mixed], 2);",
    flagged: "torch.cat([products, sums, sum, mixed], 2)",
    as: "dim-out-of-range",
  },
  {
    what: "whole numbers are to be learned",
    correct: "torch.tensor([2, 3, 4, 5], { dtype: torch.float32 })",
    mistaken: "torch.tensor([2, 3, 4, 5])",
    flagged: "new nn.Parameter(torch.tensor([2, 3, 4, 5]))",
    as: "dtype-mismatch: int64",
  },
] satisfies readonly Mistake[];
