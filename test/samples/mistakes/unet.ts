import type { Mistake } from "../mistake";

export default [
  {
    what: "the network is made for images of three colours",
    correct: "this.down1 = double(1, width);",
    mistaken: "this.down1 = double(3, width);",
    flagged: "this.down1(image)",
    as: "shape-mismatch: 3",
  },
  {
    what: "the mask is made of whole numbers",
    correct: "F.binaryCrossEntropyWithLogits(output, target)",
    mistaken: "F.binaryCrossEntropyWithLogits(output, target.long())",
    flagged: "F.binaryCrossEntropyWithLogits(output, target.long())",
    as: "dtype-mismatch",
  },
] satisfies readonly Mistake[];
