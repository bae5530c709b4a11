import type { Mistake } from "../mistake";

export default [
  {
    what: "the output of the layer is not that of one direction",
    correct: "this.lstm = new nn.LSTM(symbols, width, { batchFirst: true });",
    mistaken: "this.lstm = new nn.LSTM(symbols, width, { batchFirst: true, bidirectional: true });",
    flagged: "this.lstmOutput(lstm)",
    as: "shape-mismatch: 96",
  },
  {
    what: "the batch and the steps are joined by a view of what the layer has left transposed",
    correct: "this.gruOutput(gru)",
    mistaken: "this.gruOutput(gru.view(-1, 48)).unflatten(0, [heard.size(0), -1])",
    flagged: "gru.view(-1, 48)",
    as: "view-not-contiguous",
  },
] satisfies readonly Mistake[];
