import type { TensorOrigin, TensorValue } from "../interpreter/value";
import { endOf, spanning, startOf } from "../ir";
import { formatShape } from "../shape/shape";
import type { CallContext } from "./evidence";
import { fix, ranked } from "./evidence";
import type { Edit, Finding, Fix } from "./finding";
import type { Rule } from "./rule";
import { finding } from "./rule";
import { t } from "../text/translate";

export const rule: Rule = {
  code: "loss-activation",
  severity: "warning",
  summary: "A loss is given probabilities where it wants logits, or logits where it wants probabilities.",
  explanation: `Some losses apply the activation themselves: \`crossEntropy\` a log-softmax, \`binaryCrossEntropyWithLogits\` a sigmoid. Given probabilities,
they squash them a second time: the loss can no longer become small, gradients fade, and the model learns slowly or hardly at all,
without any error. Others take the activation's result: \`nllLoss\` and \`klDiv\` log-probabilities, \`binaryCrossEntropy\` probabilities. What a
linear or convolutional layer returns is neither.`,
  wrong: `import { torch, nn, F } from "shapewright/torch";

const classifier = new nn.Linear(20, 10);
const probabilities = F.softmax(classifier(torch.randn(8, 20)), 1);
const loss = F.crossEntropy(probabilities, torch.randint(0, 10, [8]));
`,
  right: `import { torch, nn, F } from "shapewright/torch";

const classifier = new nn.Linear(20, 10);
const logits = classifier(torch.randn(8, 20));
const loss = F.crossEntropy(logits, torch.randint(0, 10, [8]));
`,
  whenNotToHeed: `When the scores really are meant to be squashed twice, as a way to keep a classifier from being sure of itself. Label smoothing does that
openly.`,
};

/** What has been done to the numbers of a tensor, as far as losses care. */
export type Content = NonNullable<TensorValue["content"]>;

function describeContent(content: Content): string {
  switch (content) {
    case "probabilities":
      return t`probabilities`;
    case "logProbabilities":
      return t`log-probabilities`;
    case "logits":
      return t`logits`;
  }
}

/** Whether a loss that wants one kind of content is surely given another one. What is not known to be wrong is right. */
export function contentIsWrong(input: TensorValue, wanted: Content): boolean {
  const { content } = input;
  if (content === undefined || content === wanted) return false;
  // A log-softmax of log-probabilities is what they were: redundant, and right.
  return !(wanted === "logits" && content === "logProbabilities");
}

/** A loss that wants other numbers than it gets. Call it where {@link contentIsWrong}. */
export function wrongContent(about: {
  readonly cx: CallContext;
  readonly input: TensorValue;
  readonly wanted: Content;
  /** Which input: "its input", "the target". */
  readonly subject: string;
  /** What the loss does itself: "crossEntropy applies log-softmax itself". */
  readonly reason?: string | undefined;
  /** The call that made the numbers what they are, where it is known better than by what holds the same before it. */
  readonly made?: TensorOrigin | undefined;
  /** Repairs of the dialect, such as another loss. Taking the activation away comes by itself. */
  readonly fixes?: readonly Fix[];
}): Finding {
  const { cx, input, wanted, subject, reason } = about;
  const content = input.content ?? "logits";
  const made = about.made ?? activationOf(input);
  const by = made ? t` from ${made.operation}` : "";
  return finding(rule, {
    message:
      t`${cx.operation} wants ${describeContent(wanted)} as ${subject}; ${formatShape(input.shape)} holds ${describeContent(content)}${by}.` +
      (reason ? `\n${reason}` : ""),
    related: made ? [{ span: made.span, message: t`The ${describeContent(content)} are made here.` }] : [],
    fixes: ranked([...(wanted === "logits" ? removal(made) : []), ...(about.fixes ?? [])]),
  });
}

/** A softmax over a single number, which is 1 whatever the number was. */
export function alwaysOne(about: {
  readonly cx: CallContext;
  readonly input: TensorValue;
  readonly fixes: readonly Fix[];
}): Finding {
  const { cx, input, fixes } = about;
  const made = activationOf(input) ?? input.origin;
  return finding(rule, {
    message: t`${cx.operation}: a softmax over one number is always 1, and ${formatShape(input.shape)} has one in each row.\nUse a sigmoid for one output.`,
    related: made ? [{ span: made.span, message: t`The softmax is computed here.` }] : [],
    fixes: ranked(fixes),
  });
}

/** Longer ways from an activation to a loss are not searched. */
const LONGEST_WAY = 64;

/** The call that made the numbers what they are: views and copies behind it change nothing. */
function activationOf(input: TensorValue): TensorOrigin | undefined {
  let current = input;
  for (let i = 0; i < LONGEST_WAY; i++) {
    const before = current.origin?.inputs[0];
    if (before?.content !== input.content) return current.origin;
    if (before) current = before;
  }
  return undefined;
}

/** Takes the activation away: what it was applied to stays, and so does what stands before it in a list of layers. */
function removal(made: TensorOrigin | undefined): Fix[] {
  if (!made?.operand) return [];
  const { span, operand, operation } = made;
  const listed = operand.end <= span.start;
  if (operand.file !== span.file || (!listed && (operand.start < span.start || operand.end > span.end))) return [];
  const removed = listed
    ? [spanning(endOf(operand), span)]
    : [spanning(span, startOf(operand)), spanning(endOf(operand), span)];
  const edits = removed.filter(({ start, end }) => start < end).map((each): Edit => ({ span: each, newText: "" }));
  return edits.length > 0 ? [fix(t`Remove ${operation}`, ...edits)] : [];
}
