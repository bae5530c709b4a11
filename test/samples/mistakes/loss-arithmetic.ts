import type { Mistake } from "../mistake";

export default [
  {
    what: "the classes are floats",
    correct: "F.nllLoss(F.logSoftmax(scores, 1), classes)",
    mistaken: "F.nllLoss(F.logSoftmax(scores, 1), classes.float())",
    flagged: "F.nllLoss(F.logSoftmax(scores, 1), classes.float())",
    as: "dtype-mismatch: int64",
  },
  {
    what: "yes and no are whole numbers",
    correct: "F.binaryCrossEntropy(scores.sigmoid(), answers)",
    mistaken: "F.binaryCrossEntropy(scores.sigmoid(), answers.long())",
    flagged: "F.binaryCrossEntropy(scores.sigmoid(), answers.long())",
    as: "dtype-mismatch",
  },
  {
    what: "the classes stand in a column",
    correct: "F.crossEntropy(scores, classes)",
    mistaken: "F.crossEntropy(scores, classes.unsqueeze(1))",
    flagged: "F.crossEntropy(scores, classes.unsqueeze(1))",
    as: "rank-mismatch",
  },
  {
    what: "the loss of each sample is taken over a dimension that is not there",
    correct: "each.mean(1)",
    mistaken: "each.mean(2)",
    flagged: "each.mean(2)",
    as: "dim-out-of-range",
  },
] satisfies readonly Mistake[];
