import type { DType, TensorValue } from "../interpreter/value";
import type { Span } from "../ir";
import { formatShape } from "../shape/shape";
import type { CallContext } from "./evidence";
import { appendText, ranked } from "./evidence";
import type { Finding } from "./finding";
import type { Rule } from "./rule";
import { finding } from "./rule";
import { t } from "../text/translate";

export const rule: Rule = {
  code: "dtype-mismatch",
  severity: "error",
  summary: "An operation refuses the tensor's element type.",
  explanation: `Class indices and embedding indices are integers; probabilities, targets of a regression and everything that is averaged are floating point.
Operations refuse the other kind rather than guess.`,
  wrong: `import { torch, F } from "shapewright/torch";

const logits = torch.randn(8, 10);
const labels = torch.zeros(8);
const loss = F.crossEntropy(logits, labels);
`,
  right: `import { torch, F } from "shapewright/torch";

const logits = torch.randn(8, 10);
const labels = torch.zeros([8], { dtype: torch.int64 });
const loss = F.crossEntropy(logits, labels);
`,
  whenNotToHeed: "The element type is known and the operation refuses it.",
};

/** How an expression is turned into another element type: `.long()`. */
export interface Conversion {
  readonly span: Span | undefined;
  readonly text: string;
}

/** A tensor of an element type that the operation does not take. */
export function wrongDType(about: {
  readonly cx: CallContext;
  readonly input: TensorValue;
  /** "class indices (int64)" */
  readonly expected: string;
  /** Which input: "the target". */
  readonly subject: string;
  readonly conversion?: Conversion | undefined;
  readonly span?: Span | undefined;
}): Finding {
  const { cx, input, expected, subject, conversion } = about;
  return finding(rule, {
    span: about.span,
    message: t`${cx.operation} expects ${expected} as ${subject}; ${formatShape(input.shape)} holds ${input.dtype ?? t`another type`}.`,
    related: input.origin
      ? [{ span: input.origin.span, message: t`The ${input.dtype ?? ""} tensor is made here.` }]
      : [],
    fixes: conversion?.span
      ? ranked([appendText(conversion.span, conversion.text, t`Convert it: ${conversion.text}`)])
      : [],
  });
}

/** Two tensors whose element types must agree. */
export function dtypesDiffer(about: {
  readonly cx: CallContext;
  readonly left: TensorValue;
  readonly right: TensorValue;
  readonly reason: string;
  readonly conversion?: Conversion | undefined;
}): Finding {
  const { cx, left, right, reason, conversion } = about;
  const [a, b]: (DType | undefined)[] = [left.dtype, right.dtype];
  return finding(rule, {
    message: t`${cx.operation}: ${a ?? "?"} and ${b ?? "?"} do not go together.\n${reason}`,
    related: [left, right].flatMap((tensor) =>
      tensor.origin ? [{ span: tensor.origin.span, message: t`The ${tensor.dtype ?? ""} tensor is made here.` }] : [],
    ),
    fixes: conversion?.span
      ? ranked([appendText(conversion.span, conversion.text, t`Convert it: ${conversion.text}`)])
      : [],
  });
}
