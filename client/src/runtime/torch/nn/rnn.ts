/** The `nn.utils.rnn` namespace. */
export { PackedSequence, packPaddedSequence, padPackedSequence, padSequence } from "./rnn-utils";
export type { PackOptions, PadOptions } from "./rnn-utils";
