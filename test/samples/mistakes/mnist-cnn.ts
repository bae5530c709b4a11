import type { Mistake } from "../mistake";

export default [
  {
    what: "the pooling is forgotten when the pixels are counted",
    correct: "new nn.Linear(32 * 7 * 7, 10)",
    mistaken: "new nn.Linear(32 * 14 * 14, 10)",
    flagged: "this.fc(x.view(x.size(0), -1))",
    as: "shape-mismatch: 1568",
  },
  {
    what: "the second convolution takes the channels of the image",
    correct: "conv2 = new nn.Conv2d(16, 32, 3, { padding: 1 });",
    mistaken: "conv2 = new nn.Conv2d(1, 32, 3, { padding: 1 });",
    flagged: "this.conv2(x)",
    as: "shape-mismatch: 16",
  },
] satisfies readonly Mistake[];
