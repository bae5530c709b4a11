import type { Mistake } from "../mistake";

export default [
  {
    what: "the images are not flattened",
    correct: "this.encoder = new nn.Sequential(new nn.Flatten(), new nn.Linear(28 * 28, width), new nn.ReLU());",
    mistaken: "this.encoder = new nn.Sequential(new nn.Linear(28 * 28, width), new nn.ReLU());",
    flagged: "this.encoder(image)",
    as: "shape-mismatch: 784",
  },
  {
    what: "the divergence is summed up over a dimension that is not there",
    correct: "each.sum(1)",
    mistaken: "each.sum(2)",
    flagged: "each.sum(2)",
    as: "dim-out-of-range",
  },
] satisfies readonly Mistake[];
