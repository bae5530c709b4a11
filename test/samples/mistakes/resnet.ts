import type { Mistake } from "../mistake";

export default [
  {
    what: "the average is not flattened",
    correct: "this.fc(this.average(x).flatten(1))",
    mistaken: "this.fc(this.average(x))",
    flagged: "this.fc(this.average(x))",
    as: "shape-mismatch",
  },
  {
    what: "the images are black and white for the network",
    correct: "this.stem = convolution(3, width, 7, 2);",
    mistaken: "this.stem = convolution(1, width, 7, 2);",
    flagged: "this.stem(images)",
    as: "shape-mismatch: 3",
  },
] satisfies readonly Mistake[];
