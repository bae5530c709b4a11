import type { TensorValue } from "../interpreter/value";
import type { Dim } from "../shape/dim";
import { formatDim, subtract } from "../shape/dim";
import { formatShape } from "../shape/shape";
import type { CallContext } from "./evidence";
import { sizeOrigin } from "./evidence";
import type { Finding, Fix } from "./finding";
import type { Rule } from "./rule";
import { finding } from "./rule";
import { t } from "../text/translate";

export const rule: Rule = {
  code: "pool-drops-remainder",
  severity: "information",
  summary: "A pooling or a strided convolution never looks at the last rows or columns.",
  explanation: `Windows are placed from the front, a stride apart, as long as they fit. When the size is not what the strides add up to, the last elements lie
under no window: they are computed and thrown away. Of 7 columns, a pooling of 2 sees 6. A decoder that doubles the sizes again arrives
at 6, and its skip connection does not fit.`,
  wrong: `import { torch, nn } from "shapewright/torch";

const pool = new nn.MaxPool2d(2);
const maps = pool(torch.randn(1, 16, 7, 7));
`,
  right: `import { torch, nn } from "shapewright/torch";

const pool = new nn.MaxPool2d(2, { ceilMode: true });
const maps = pool(torch.randn(1, 16, 7, 7));
`,
  whenNotToHeed: `When a row more or less does not matter, as in most classifiers.`,
};

/** A dimension whose end no window reaches. */
export interface Remainder {
  readonly axis: number;
  readonly dropped: Dim;
}

/** Windows that end before the input does. */
export function remainderDropped(about: {
  readonly cx: CallContext;
  readonly input: TensorValue;
  readonly remainders: readonly Remainder[];
  readonly fixes?: readonly Fix[];
}): Finding {
  const { cx, input, remainders } = about;
  const reached = remainders.map(({ axis, dropped }) => {
    const size = input.shape?.[axis];
    return t`${size ? formatDim(subtract(size, dropped)) : "?"} of the ${size ? formatDim(size) : "?"} elements in dimension ${axis}`;
  });
  return finding(rule, {
    message: t`${cx.operation} leaves out the end of ${formatShape(input.shape)}: its windows reach ${reached.join(t` and `)}.`,
    related: remainders.flatMap(({ axis }) => sizeOrigin(input, axis)).slice(0, 1),
    // The result gets another size, which only some programs bear, so that none of these is done without asking.
    fixes: about.fixes ?? [],
  });
}
