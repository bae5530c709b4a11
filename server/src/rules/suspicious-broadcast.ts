import type { TensorValue } from "../interpreter/value";
import { broadcastShapes } from "../shape/broadcast";
import { constant } from "../shape/dim";
import { formatShape } from "../shape/shape";
import type { Operand } from "./broadcast-mismatch";
import type { CallContext } from "./evidence";
import { appendText, ranked, tensorOrigin } from "./evidence";
import type { Finding } from "./finding";
import type { Rule } from "./rule";
import { finding } from "./rule";
import { t } from "../text/translate";

export const rule: Rule = {
  code: "suspicious-broadcast",
  severity: "warning",
  summary: "A column meets a row in a loss or a difference, so that every element is compared with every other one.",
  explanation: `\`[N, 1]\` and \`[N]\` broadcast: the column is stretched over the columns of the row, and the row over the rows of the column, to \`[N, N]\`. In a loss
that compares each prediction with the target of **every** example, and the model learns the mean of all targets. Nothing throws; PyTorch's losses
print a warning, TensorFlow.js says nothing.`,
  wrong: `import { torch, nn, F } from "shapewright/torch";

const model = new nn.Linear(4, 1);
const predictions = model(torch.randn(32, 4));
const targets = torch.randn(32);
const loss = F.mseLoss(predictions, targets);
`,
  right: `import { torch, nn, F } from "shapewright/torch";

const model = new nn.Linear(4, 1);
const predictions = model(torch.randn(32, 4)).squeeze(1);
const targets = torch.randn(32);
const loss = F.mseLoss(predictions, targets);
`,
  whenNotToHeed: `When all pairs are what you want. Say so with \`unsqueeze\` on the column, right where the difference is taken, and the rule stays silent.`,
};

/** A column and the row it meets: `[N, 1]` and `[N]`. */
export interface ColumnAndRow {
  readonly column: Operand;
  readonly row: Operand;
}

/** The operands as a column and a row of the same size that broadcast to a square; undefined when they are nothing of the kind. */
export function columnAndRow(left: Operand, right: Operand): ColumnAndRow | undefined {
  if (meets(left.tensor, right.tensor)) return { column: left, row: right };
  return meets(right.tensor, left.tensor) ? { column: right, row: left } : undefined;
}

function meets({ shape: column }: TensorValue, { shape: row }: TensorValue): boolean {
  const one = constant(1);
  if (!column || !row || row.length === 0 || column.length !== row.length + 1 || column.at(-1) !== one) return false;
  if (row.some((size, axis) => size !== column[axis]) || row.at(-1) === one) return false;
  return broadcastShapes(column, row).kind === "ok";
}

const LONGEST_WAY = 64;

/**
 * Whether somebody laid the operands out like this: the column got its last dimension from one of these operations, or the row is a
 * scale of positions. Then all pairs are wanted.
 */
export function isDeliberate(
  { column, row }: ColumnAndRow,
  operations: { readonly insertDimension: ReadonlySet<string>; readonly makePositions: ReadonlySet<string> },
): boolean {
  if (row.tensor.form === "parameter" || column.tensor.form === "parameter") return true;
  let current = column.tensor;
  for (let i = 0; i < LONGEST_WAY && current.origin; i++) {
    const { operation, inputs } = current.origin;
    if (operations.insertDimension.has(operation) || operations.makePositions.has(operation)) return true;
    const [before] = inputs;
    if (before?.shape?.length !== current.shape?.length || before?.shape?.at(-1) !== constant(1)) break;
    current = before;
  }
  return isScale(row.tensor, operations.makePositions);
}

/** Positions, maybe converted or scaled. */
function isScale(row: TensorValue, makePositions: ReadonlySet<string>): boolean {
  let current: TensorValue | undefined = row;
  for (let i = 0; i < LONGEST_WAY && current?.origin; i++) {
    if (makePositions.has(current.origin.operation)) return true;
    current = current.origin.inputs[0];
  }
  return false;
}

/** A column that meets a row of its size. */
export function everyPair(about: {
  readonly cx: CallContext;
  readonly pair: ColumnAndRow;
  /** How this library drops the last dimension, and how it adds one: `.squeeze(-1)`, `.unsqueeze(-1)`. */
  readonly dropLast: string;
  readonly addLast: string;
}): Finding {
  const { cx, dropLast, addLast } = about;
  const { column, row } = about.pair;
  const joined = broadcastShapes(column.tensor.shape ?? [], row.tensor.shape ?? []);
  const [long, short] = [formatShape(column.tensor.shape), formatShape(row.tensor.shape)];
  return finding(rule, {
    message:
      t`${cx.operation} combines ${long} with ${short} to ${joined.kind === "ok" ? formatShape(joined.shape) : t`another shape`}:\n` +
      t`every element of the one meets every element of the other.`,
    related: [
      ...tensorOrigin(column.tensor, t`${long} is made here.`),
      ...tensorOrigin(row.tensor, t`${short} is made here.`),
    ],
    fixes: ranked([
      ...(column.span ? [appendText(column.span, dropLast, t`Drop the last dimension of ${long}: ${dropLast}`)] : []),
      ...(row.span ? [appendText(row.span, addLast, t`Make ${short} a column: ${addLast}`)] : []),
    ]),
  });
}
