import type { Analysis, FileAnalysis } from "../interpreter/analyze";
import { lossOf } from "../interpreter/loss";
import type { Fact } from "../interpreter/recorder";
import type { TensorValue, Value } from "../interpreter/value";
import type { Span } from "../ir";
import { sameSpan } from "../ir";
import { formulaOf } from "../ops/explain/formula";
import type { Shape } from "../shape/shape";
import { describeLoss } from "./coverage";
import { tensorsOf } from "./describe";
import type { Sources } from "./lines";
import { meantAt, nodesAt } from "./syntax";

/** How one tensor's shape came about, from where it enters to the place that is asked about. */
export interface Timeline {
  /** The code that is asked about: `this.fc(x)`. */
  readonly subject: string;
  readonly span: Span;
  readonly steps: readonly TimelineStep[];
  /** Why its shape, or a size of it, is not known. */
  readonly lost: { readonly text: string; readonly span: Span | undefined } | undefined;
}

export interface TimelineStep {
  /** What happened: `Conv2d`; of the first, where the tensor comes from. */
  readonly operation: string;
  readonly span: Span;
  /** Of the tensor that it was done to; absent where the tensor began. */
  readonly before: Shape | undefined;
  readonly after: Shape | undefined;
  /** For each dimension of `after`, whether it is another one than before. */
  readonly changed: readonly boolean[];
  /** What else went in. */
  readonly others: readonly (Shape | undefined)[];
  /** How sizes were worked out. */
  readonly formulas: readonly string[];
  readonly isStart: boolean;
}

/** Longer ways are told from their end. */
const MOST_STEPS = 200;

/** The way of the tensor at an offset, or else of the largest one that its line makes; `undefined` where there is none. */
export function timelineAt({ files }: Analysis, file: string, offset: number, sources: Sources): Timeline | undefined {
  const found = files.get(file);
  const facts = found && factsFor(found, offset, sources);
  const first = facts?.[0];
  if (!found || !first) return undefined;
  const [tensor] = tensorsOf(facts);
  const value: Value = tensor ?? first.value;
  const loss = lossOf(value);
  return {
    subject: sources.text(file).slice(first.span.start, first.span.end).replace(/\s+/g, " "),
    span: first.span,
    steps: tensor ? stepsOf(tensor, found, first.span) : [],
    lost: loss && { text: describeLoss(loss, sources), span: loss.span },
  };
}

/** What is known of what somebody points at. */
function factsFor(found: FileAnalysis, offset: number, sources: Sources): readonly Fact[] | undefined {
  const facts = found.facts.filter(({ value }) => value.kind !== "object");
  for (const span of meantAt(found.module, offset)) {
    const meant = facts.filter((fact) => sameSpan(fact.span, span));
    if (meant.length > 0) return meant;
  }
  const lines = sources.lines(found.file);
  const { line } = lines.position(offset);
  // A statement over several lines is meant by each of them, the innermost one first.
  const around = nodesAt(found.module, offset).map(({ span }) => span);
  const onLine = facts.filter(({ span, role }) => role === "expression" && lines.position(span.start).line === line);
  const within = around.findLast((span) => facts.some((fact) => sameSpan(fact.span, span)));
  const largest = onLine.reduce<Fact | undefined>(
    (best, fact) => (!best || length(fact.span) > length(best.span) ? fact : best),
    undefined,
  );
  const named = facts.find(({ span, role }) => role === "name" && lines.position(span.start).line === line);
  const chosen = largest?.span ?? named?.span ?? within;
  return chosen && facts.filter((fact) => sameSpan(fact.span, chosen));
}

function length({ start, end }: Span): number {
  return end - start;
}

/** Along the principal input of each operation, the earliest first. */
function stepsOf(tensor: TensorValue, { facts }: FileAnalysis, at: Span): TimelineStep[] {
  const steps: TimelineStep[] = [];
  let current: TensorValue | undefined = tensor;
  while (current && steps.length < MOST_STEPS) {
    const { origin, shape }: TensorValue = current;
    const before: TensorValue | undefined = origin?.inputs[0];
    steps.push({
      operation: origin?.operation ?? "input",
      span: origin?.span ?? placeOf(current, facts) ?? at,
      before: before?.shape,
      after: shape,
      changed: before ? changedSizes(before.shape, shape) : (shape ?? []).map(() => false),
      others: (origin?.inputs ?? []).slice(1).map((input) => input.shape),
      formulas: before ? formulasOf(current) : [],
      isStart: before === undefined,
    });
    current = before;
  }
  // A way along which nothing is known is none.
  return steps.some(({ after }) => after) ? steps.reverse() : [];
}

/** Where a tensor that no operation made is called by its name for the first time: a parameter. */
function placeOf(tensor: TensorValue, facts: readonly Fact[]): Span | undefined {
  const same = facts.filter(({ value }) => value === tensor || (value.kind === "tensor" && isCopy(value, tensor)));
  return (same.find(({ role }) => role === "name") ?? same[0])?.span;
}

function isCopy(a: TensorValue, b: TensorValue): boolean {
  return !a.origin && !b.origin && a.shape !== undefined && a.shape === b.shape;
}

function formulasOf(tensor: TensorValue): string[] {
  const formulas = (tensor.shape ?? []).map((_, axis) => formulaOf(tensor, axis));
  return [...new Set(formulas.filter((formula) => formula !== undefined))];
}

/** Which sizes are not those from before, in their order: what is in the longest common part of both stayed where it was. */
export function changedSizes(before: Shape | undefined, after: Shape | undefined): boolean[] {
  if (!after) return [];
  if (!before) return after.map(() => true);
  // Of the same rank, each dimension is the one in its place.
  if (before.length === after.length) return after.map((size, axis) => size !== before[axis]);
  const common = commonLengths(before, after);
  const changed = after.map(() => true);
  for (let i = 0, j = 0; i < before.length && j < after.length;) {
    if (before[i] === after[j]) {
      changed[j] = false;
      [i, j] = [i + 1, j + 1];
    } else if ((common[i + 1]?.[j] ?? 0) >= (common[i]?.[j + 1] ?? 0)) i++;
    else j++;
  }
  return changed;
}

/** `[i][j]`: how many sizes `before` from `i` on and `after` from `j` on have in common. */
function commonLengths(before: Shape, after: Shape): number[][] {
  const lengths = Array.from({ length: before.length + 1 }, () => after.map(() => 0).concat(0));
  for (let i = before.length - 1; i >= 0; i--) {
    const [row, next] = [lengths[i] ?? [], lengths[i + 1] ?? []];
    for (let j = after.length - 1; j >= 0; j--) {
      row[j] = before[i] === after[j] ? (next[j + 1] ?? 0) + 1 : Math.max(next[j] ?? 0, row[j + 1] ?? 0);
    }
  }
  return lengths;
}
