import type { Mistake } from "../mistake";

export default [
  {
    what: "the depthwise convolution is given a number of groups that does not divide its channels",
    correct: "new nn.Conv2d(64, 64, 3, { padding: 1, groups: 64, bias: false })",
    mistaken: "new nn.Conv2d(64, 64, 3, { padding: 1, groups: 48, bias: false })",
    flagged: "new nn.Conv2d(64, 64, 3, { padding: 1, groups: 48, bias: false })",
    as: "not-divisible",
  },
  {
    what: "the average is not flattened",
    correct: "this.fc(this.average(F.relu6(this.head(x))).flatten(1))",
    mistaken: "this.fc(this.average(F.relu6(this.head(x))))",
    flagged: "this.fc(this.average(F.relu6(this.head(x))))",
    as: "shape-mismatch: 96",
  },
  {
    what: "the classifier is made for another number of channels than the head gives",
    correct: "new nn.Linear(96, classes)",
    mistaken: "new nn.Linear(64, classes)",
    flagged: "this.fc(this.average(F.relu6(this.head(x))).flatten(1))",
    as: "shape-mismatch: 96",
  },
] satisfies readonly Mistake[];
