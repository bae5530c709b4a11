import type { Mistake } from "../mistake";

export default [
  {
    what: "the hidden layer is not as wide as the next one takes it to be",
    correct: "new nn.Linear(4 * width, width)",
    mistaken: "new nn.Linear(2 * width, width)",
    flagged: "this.mlp(this.norm2(x))",
    as: "shape-mismatch: 192",
  },
  {
    what: "cross-entropy gets the classes in the last dimension",
    correct: "F.crossEntropy(scores.transpose(1, 2), next)",
    mistaken: "F.crossEntropy(scores, next)",
    flagged: "F.crossEntropy(scores, next)",
    as: "shape-mismatch",
  },
] satisfies readonly Mistake[];
