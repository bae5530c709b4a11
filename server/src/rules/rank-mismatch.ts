import type { TensorValue } from "../interpreter/value";
import type { Span } from "../ir";
import { formatShape } from "../shape/shape";
import type { CallContext } from "./evidence";
import { counted, ranked, tensorOrigin } from "./evidence";
import type { Finding, Fix } from "./finding";
import type { Rule } from "./rule";
import { finding } from "./rule";
import { t } from "../text/translate";

export const rule: Rule = {
  code: "rank-mismatch",
  severity: "error",
  summary: "A tensor has the wrong number of dimensions for an operation.",
  explanation: `Many operations give each dimension a meaning: a 2-D convolution reads \`[batch, channels, height, width]\`. A tensor with fewer or more
dimensions cannot be read so. The usual causes are a missing batch dimension, a missing channel, or a forgotten flatten.`,
  wrong: `import { torch, nn } from "shapewright/torch";

const convolution = new nn.Conv2d(1, 8, 3);
const images = torch.randn(64, 784);
const maps = convolution(images);
`,
  right: `import { torch, nn } from "shapewright/torch";

const convolution = new nn.Conv2d(1, 8, 3);
const images = torch.randn(64, 784).view(64, 1, 28, 28);
const maps = convolution(images);
`,
  whenNotToHeed: "The number of dimensions is known and the operation refuses it.",
};

/** An input with another number of dimensions than the operation reads. */
export function wrongRank(about: {
  readonly cx: CallContext;
  readonly input: TensorValue;
  /** Which input, when there are several: "the target". */
  readonly subject?: string;
  /** "2 or 3 dimensions", with the layout: "3 or 4 dimensions, [C, H, W] or [N, C, H, W]". */
  readonly expected: string;
  readonly fixes?: readonly Fix[];
  readonly span?: Span | undefined;
}): Finding {
  const { cx, input, subject, expected } = about;
  const rank = input.shape?.length ?? 0;
  return finding(rule, {
    doubtful: restsOnHint(input),
    span: about.span,
    message: t`${cx.operation} expects ${subject ? t`${subject} to have ` : ""}${expected}; ${formatShape(input.shape)} has ${counted(rank, "dimension")}.`,
    related: tensorOrigin(input, t`${formatShape(input.shape)} is made here.`),
    fixes: ranked(about.fixes ?? []),
  });
}

/** Two tensors that need equally many dimensions. */
export function ranksDiffer(about: {
  readonly cx: CallContext;
  readonly first: TensorValue;
  readonly second: TensorValue;
  readonly reason: string;
}): Finding {
  const { cx, first, second, reason } = about;
  return finding(rule, {
    doubtful: restsOnHint(first) || restsOnHint(second),
    message: t`${cx.operation}: ${formatShape(first.shape)} and ${formatShape(second.shape)} have different numbers of dimensions.\n${reason}`,
    related: [
      ...tensorOrigin(first, t`${formatShape(first.shape)} is made here.`),
      ...tensorOrigin(second, t`${formatShape(second.shape)} is made here.`),
    ],
  });
}

/** Longer histories are not looked through. */
const LONGEST_HISTORY = 64;

/** Operations whose results have the rank that the call says, whatever goes in. */
const SETTING_RANK = /^(reshape|flatten|as[1-5]D|asScalar|scalar|predict)$/;

/** Whether a tensor has its rank from a type alone that promises nothing, such as `tf.Tensor3D`: code that runs says otherwise at times. */
function restsOnHint(tensor: TensorValue): boolean {
  let current: TensorValue | undefined = tensor;
  for (let i = 0; current?.origin && i < LONGEST_HISTORY; i++) {
    if (current.origin.hint) return true;
    if (SETTING_RANK.test(current.origin.operation)) return false;
    [current] = current.origin.inputs;
  }
  return false;
}

/** As many sizes or axes as an argument has do not go with the tensor's dimensions. */
export function wrongCount(about: {
  readonly cx: CallContext;
  readonly input: TensorValue;
  readonly message: string;
  readonly span?: Span | undefined;
}): Finding {
  return finding(rule, {
    doubtful: restsOnHint(about.input),
    span: about.span,
    message: `${about.cx.operation}: ${about.message}`,
    related: tensorOrigin(about.input, t`${formatShape(about.input.shape)} is made here.`),
  });
}
