import type { Span } from "../ir";
import { ranked, replaceText } from "./evidence";
import type { Finding } from "./finding";
import type { Rule } from "./rule";
import { finding } from "./rule";
import { t } from "../text/translate";

export const rule: Rule = {
  code: "shape-annotation",
  severity: "error",
  summary: "A shape annotation that the traced shape contradicts, or that cannot be read.",
  explanation: `An annotation is a contract: \`@shape x [N, 1, 28, 28]\` promises what a function gets, and \`Tensor<["N", 10]>\` what a
variable holds. One name is one size within a function. When the shape that arrives surely differs, either the
annotation or the code is wrong, and every shape derived from the annotation is wrong with it.`,
  wrong: `import { torch, type Tensor } from "shapewright/torch";

/** @shape x [N, 1, 28, 28] */
function classify(x: Tensor) {
  return x.flatten(1);
}
classify(torch.zeros(64, 28, 28));
`,
  right: `import { torch, type Tensor } from "shapewright/torch";

/** @shape x [N, 1, 28, 28] */
function classify(x: Tensor) {
  return x.flatten(1);
}
classify(torch.zeros(64, 1, 28, 28));
`,
  whenNotToHeed: `When the annotation is meant for other callers only. Leave it out, or use \`?\` for a size that varies and \`...\` for any number
of leading sizes.`,
};

/** The annotation's text makes no shape. */
export function unreadableAnnotation(details: {
  readonly text: string;
  readonly reason: string;
  readonly span: Span;
  /** What it most likely says, as far as that can be told. */
  readonly meant: string | undefined;
}): Finding {
  const { meant, span } = details;
  return finding(rule, {
    fixes: ranked(meant === undefined ? [] : [replaceText(span, meant, t`Write ${meant}`)]),
    message: t`The shape annotation ${details.text} cannot be read: ${details.reason}.`,
    span: details.span,
  });
}

/** What arrives is not what was promised. */
export function contradictedAnnotation(details: {
  /** `x`, or what else the annotation is about. */
  readonly subject: string;
  readonly annotation: string;
  readonly annotationSpan: Span;
  readonly actual: string;
  /** What differs, in words. */
  readonly difference: string;
  readonly span: Span;
  /** How the annotation is written for what arrives; absent where that has no spelling. */
  readonly corrected: string | undefined;
}): Finding {
  const { corrected, annotationSpan } = details;
  return finding(rule, {
    fixes: ranked(
      corrected === undefined ? [] : [replaceText(annotationSpan, corrected, t`Change the annotation to ${corrected}`)],
    ),
    message: t`${details.subject} is annotated as ${details.annotation}, but is ${details.actual} here: ${details.difference}.`,
    span: details.span,
    related: [{ span: details.annotationSpan, message: t`The annotation ${details.annotation} stands here.` }],
  });
}
