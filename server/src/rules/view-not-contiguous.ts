import type { TensorValue } from "../interpreter/value";
import { formatShape } from "../shape/shape";
import type { Shape } from "../shape/shape";
import { isContiguous } from "../shape/strides";
import type { CallContext } from "./evidence";
import { appendText, ranked, replaceText } from "./evidence";
import type { Finding, RelatedPlace } from "./finding";
import type { Rule } from "./rule";
import { finding } from "./rule";
import { t } from "../text/translate";

export const rule: Rule = {
  code: "view-not-contiguous",
  severity: "error",
  summary: "`view` is asked for a shape that the tensor's memory layout does not allow.",
  explanation: `\`view\` never copies: it only reinterprets the memory a tensor already has. After \`transpose\`, \`permute\` or \`expand\`, neighbouring
dimensions need not lie next to each other in memory, and joining such dimensions is impossible without a copy.

Not every non-contiguous tensor is refused. PyTorch walks the strides, and so does this rule: it speaks only when **no** sizes would make the view legal.
\`reshape\` gives the same values and copies when it must; \`contiguous()\` makes the copy explicit.`,
  wrong: `import { torch } from "shapewright/torch";

const heads = torch.randn(2, 4, 16, 8);
const merged = heads.transpose(1, 2).view(2, 16, 32);
`,
  right: `import { torch } from "shapewright/torch";

const heads = torch.randn(2, 4, 16, 8);
const merged = heads.transpose(1, 2).reshape(2, 16, 32);
`,
  whenNotToHeed: "The layout is known to be illegal for this view, so the call throws.",
};

/** A view that would have to join dimensions which are apart in memory; `between` are two such dimensions of the input. */
export function illegalView(about: {
  readonly cx: CallContext;
  readonly input: TensorValue;
  readonly target: Shape;
  readonly between: readonly [number, number];
  /** What copies when it must: `reshape`. */
  readonly alternative: string;
}): Finding {
  const { cx, input, target, between, alternative } = about;
  const [i, j] = between;
  const { receiver, nameSpan } = cx.site;
  return finding(rule, {
    message:
      t`${cx.operation} cannot give ${formatShape(input.shape)} the shape ${formatShape(target)} without copying:\n` +
      t`its strides are ${formatShape(input.strides)}, so ${i === j ? t`dimension ${i} cannot be split so` : t`dimensions ${i} and ${j} do not lie together in memory`}.\n` +
      t`Use ${alternative}, or call contiguous() first.`,
    related: layoutOrigin(input),
    fixes: ranked([
      replaceText(nameSpan, alternative, t`Use ${alternative}`),
      ...(receiver ? [appendText(receiver.span, ".contiguous()", t`Insert .contiguous()`)] : []),
    ]),
  });
}

/** The call after which the memory was no longer in order. */
function layoutOrigin(tensor: TensorValue): RelatedPlace[] {
  let at: TensorValue | undefined = tensor;
  while (at?.origin) {
    const before: TensorValue | undefined = at.origin.inputs[0];
    const ordered = before?.shape && before.strides && isContiguous(before.shape, before.strides) === "yes";
    if (!before || ordered) {
      return [
        { span: at.origin.span, message: t`${at.origin.operation} makes the layout ${formatShape(at.strides)} here.` },
      ];
    }
    at = before;
  }
  return [];
}
