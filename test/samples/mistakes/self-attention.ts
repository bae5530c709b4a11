import type { Mistake } from "../mistake";

export default [
  {
    what: "the heads are joined without being put beside each other in memory",
    correct: "mixed.transpose(1, 2).contiguous().view(batch, length, this.width)",
    mistaken: "mixed.transpose(1, 2).view(batch, length, this.width)",
    flagged: "mixed.transpose(1, 2).view(batch, length, this.width)",
    as: "view-not-contiguous",
  },
  {
    what: "what expands gives less than what contracts takes",
    correct: "new nn.Linear(width, 4 * width)",
    mistaken: "new nn.Linear(width, 2 * width)",
    flagged: "this.contract(F.gelu(this.expand(h)))",
    as: "shape-mismatch: 64",
  },
  {
    what: "cross-entropy gets the classes in the last dimension",
    correct: "F.crossEntropy(output.flatten(0, 1), target.flatten())",
    mistaken: "F.crossEntropy(output, target)",
    flagged: "F.crossEntropy(output, target)",
    as: "shape-mismatch",
  },
] satisfies readonly Mistake[];
