import type { Mistake } from "../../mistake";

export default [
  {
    what: "Only the last state is returned, which has no steps",
    correct: "tf.layers.lstm({ units, returnSequences: true })",
    mistaken: "tf.layers.lstm({ units })",
    flagged: "tf.layers.timeDistributed({ layer: tf.layers.dense({ units: symbols }) }).apply(states)",
    as: "rank-mismatch: at least 3 dimensions",
  },
  {
    what: "The sequences are joined along the batch",
    correct: "[count, steps - delay])], 1)",
    mistaken: "[count, steps - delay])], 0)",
    flagged: "tf.concat([silence, heard.slice([0, 0], [count, steps - delay])], 0)",
    as: "shape-mismatch: do not go together",
  },
] satisfies Mistake[];
