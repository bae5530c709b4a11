import type { Mistake } from "../mistake";

export default [
  {
    what: "the second direction is forgotten behind the layer",
    correct: "this.output = new nn.Linear(2 * width, 2);",
    mistaken: "this.output = new nn.Linear(width, 2);",
    flagged: "this.output(both)",
    as: "shape-mismatch: 64",
  },
  {
    what: "the words come as floats",
    correct: "this.lstm(this.embedding(words))",
    mistaken: "this.lstm(this.embedding(words.float()))",
    flagged: "this.embedding(words.float())",
    as: "dtype-mismatch",
  },
  {
    what: "the verdict is a float for cross-entropy",
    correct: "verdict.gt(0).long()",
    mistaken: "verdict.gt(0).float()",
    flagged: "F.crossEntropy(output, target)",
    as: "dtype-mismatch",
  },
] satisfies readonly Mistake[];
