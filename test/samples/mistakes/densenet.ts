import type { Mistake } from "../mistake";

export default [
  {
    what: "the images are black and white for the network",
    correct: "this.stem = new nn.Conv2d(3, channels, 3,",
    mistaken: "this.stem = new nn.Conv2d(1, channels, 3,",
    flagged: "this.stem(images)",
    as: "shape-mismatch: 3",
  },
  {
    what: "the classifier takes twice the channels",
    correct: "this.fc = new nn.Linear(channels, classes);",
    mistaken: "this.fc = new nn.Linear(2 * channels, classes);",
    flagged: "this.fc(x.mean([2, 3]))",
    as: "shape-mismatch: 60",
  },
] satisfies readonly Mistake[];
