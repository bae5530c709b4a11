import type { TensorValue } from "../interpreter/value";
import type { Source } from "../ops/operation";
import type { Dim } from "../shape/dim";
import { formatDim } from "../shape/dim";
import { formatShape } from "../shape/shape";
import type { CallContext } from "./evidence";
import { correctNumber, declaration, ranked, sizeOrigin } from "./evidence";
import type { Finding, Fix } from "./finding";
import type { Rule } from "./rule";
import { finding } from "./rule";
import { t } from "../text/translate";

export const rule: Rule = {
  code: "empty-output",
  severity: "error",
  summary: "A convolution or a pooling leaves no elements.",
  explanation: `A window has to fit into its padded input at least once. Each pooling halves the image, and after a few of them a 3 × 3 kernel no longer
fits. PyTorch throws; TensorFlow.js returns an empty tensor, and the mistake shows only as a loss of NaN.`,
  wrong: `import { torch, nn } from "shapewright/torch";

const convolution = new nn.Conv2d(8, 16, 5);
const maps = convolution(torch.randn(1, 8, 4, 4));
`,
  right: `import { torch, nn } from "shapewright/torch";

const convolution = new nn.Conv2d(8, 16, 5, { padding: 2 });
const maps = convolution(torch.randn(1, 8, 4, 4));
`,
  whenNotToHeed: "In TensorFlow.js, when an empty tensor is what you want.",
};

/** A window that does not fit its padded input. */
export function windowTooLarge(about: {
  readonly cx: CallContext;
  readonly input: TensorValue;
  readonly axis: number;
  /** The kernel with its dilation, in elements. */
  readonly window: Dim;
  /** The input's size with its padding on both sides. */
  readonly padded: Dim;
  readonly source: Source | undefined;
  /** What the code calls the window: `kernelSize`. */
  readonly name?: string;
  /** The kernel without its dilation. */
  readonly kernel?: Dim;
  /** Ways to pad the input. */
  readonly fixes?: readonly Fix[];
}): Finding {
  const { cx, input, axis, window, padded, source, name = "kernelSize" } = about;
  // With a dilation, a smaller kernel is a guess among several.
  const smaller = about.kernel === window ? correctNumber({ source, name, from: window, to: padded }) : [];
  const size = input.shape?.[axis];
  const found = size ? formatDim(size) : "?";
  const withPadding = padded === size ? "" : t`, ${formatDim(padded)} with padding`;
  return finding(rule, {
    message:
      t`${cx.operation} has no output for ${formatShape(input.shape)}:\n` +
      t`its window covers ${formatDim(window)} elements, and dimension ${axis} has ${found}${withPadding}.`,
    related: [...declaration(source, t`The window is declared here.`), ...sizeOrigin(input, axis)],
    fixes: ranked([...(about.fixes ?? []), ...smaller]),
  });
}

/** An operation that has no result for a tensor without elements. */
export function needsElements(about: {
  readonly cx: CallContext;
  readonly input: TensorValue;
  readonly reason: string;
}): Finding {
  const { cx, input, reason } = about;
  return finding(rule, {
    message: t`${cx.operation}: ${reason}; ${formatShape(input.shape)} has none.`,
    related: input.origin ? [{ span: input.origin.span, message: t`${formatShape(input.shape)} is made here.` }] : [],
  });
}

/** A cropping that takes everything. */
export function emptied(about: {
  readonly cx: CallContext;
  readonly input: TensorValue;
  readonly axis: number;
  readonly removed: Dim;
  readonly source: Source | undefined;
}): Finding {
  const { cx, input, axis, removed } = about;
  const size = input.shape?.[axis];
  return finding(rule, {
    message: t`${cx.operation} leaves nothing of ${formatShape(input.shape)}: it removes ${formatDim(removed)} of the ${size ? formatDim(size) : "?"} in dimension ${axis}.`,
    related: [...declaration(about.source, t`How much is removed is declared here.`), ...sizeOrigin(input, axis)],
  });
}
