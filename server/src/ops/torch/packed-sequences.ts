import type { NativeClass } from "../../interpreter/native";
import { constant, unknownDim } from "../../shape/dim";
import type { Operation } from "../operation";
import { anything, flag, optional, tensor, tensors } from "../parameter";
import { ignored } from "./arguments";
import { tensorResult, torchOperation } from "./result";

/** Sequences of different lengths in one; what is in it is not followed. */
const PackedSequence: NativeClass = { name: "PackedSequence" };

const packPaddedSequence = torchOperation({
  name: "packPaddedSequence",
  documentation: "torch.nn.utils.rnn.pack_padded_sequence",
  parameters: { input: tensor, lengths: anything, batchFirst: ignored, enforceSorted: ignored },
  result: (_args, cx) => cx.instance(PackedSequence),
});

/** `[sequences, lengths]`: how many steps and features there are is no longer known. */
const padPackedSequence = torchOperation({
  name: "padPackedSequence",
  documentation: "torch.nn.utils.rnn.pad_packed_sequence",
  parameters: { sequence: anything, batchFirst: ignored, paddingValue: ignored, totalLength: ignored },
  result(_args, cx) {
    const count = unknownDim();
    const padded = tensorResult(cx, [], { shape: [unknownDim(), unknownDim(), unknownDim()], dtype: "float32" });
    return cx.array([padded, tensorResult(cx, [], { shape: [count], dtype: "int64" })]);
  },
});

/** Sequences [L, …] as one tensor, [longest, N, …] or [N, longest, …]. */
const padSequence = torchOperation({
  name: "padSequence",
  documentation: "torch.nn.utils.rnn.pad_sequence",
  parameters: { sequences: tensors, batchFirst: optional(flag, false), paddingValue: ignored },
  result({ sequences, batchFirst }, cx) {
    const [first] = sequences;
    if (!first?.shape) return tensorResult(cx, sequences, { shape: undefined, dtype: first?.dtype });
    const lengths = sequences.map((each) => each.shape?.[0]);
    const longest = lengths.every((each) => each === lengths[0]) ? (lengths[0] ?? unknownDim()) : unknownDim();
    const size = constant(sequences.length);
    const shape = [...(batchFirst ? [size, longest] : [longest, size]), ...first.shape.slice(1)];
    return tensorResult(cx, sequences, { shape, dtype: first.dtype });
  },
});

export const packedSequences: readonly Operation[] = [packPaddedSequence, padPackedSequence, padSequence];
