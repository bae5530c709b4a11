import type { Mistake } from "../mistake";

export default [
  {
    what: "the images are not flattened",
    correct: "const pixels = x.flatten(1);",
    mistaken: "const pixels = x;",
    flagged: "this.hidden(pixels)",
    as: "shape-mismatch: 784",
  },
  {
    what: "the second layer does not take what the first one gives",
    correct: "new nn.Linear(width, 10)",
    mistaken: "new nn.Linear(28 * 28, 10)",
    flagged: "this.output(this.dropout(F.relu(this.hidden(pixels))))",
    as: "shape-mismatch: 256",
  },
  {
    what: "the classes are counted in the dimension of the images",
    correct: "output.argmax(1).eq(target)",
    mistaken: "output.argmax(2).eq(target)",
    flagged: "output.argmax(2)",
    as: "dim-out-of-range",
  },
] satisfies readonly Mistake[];
