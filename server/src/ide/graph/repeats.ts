import { formatDim } from "../../shape/dim";
import { formatShape } from "../../shape/shape";
import type { FlowEdge, FlowGroup, FlowPart } from "./graph";
import { isGroup } from "./graph";

/** Longer patterns than this are not looked for. */
const LONGEST_PERIOD = 8;
/** Plain operations repeat by chance more easily than modules do. */
const FEWEST_OPERATIONS = 3;

/** Puts what comes several times in a row, each fed by the one before, into a group of its own: the twelve blocks of a transformer. */
export function withRepeats(parts: readonly FlowPart[], edges: readonly FlowEdge[]): FlowPart[] {
  const children = new Map<number | undefined, FlowPart[]>();
  for (const part of parts) children.set(part.parent, [...(children.get(part.parent) ?? []), part]);
  const signatures = new Map<number, string>();
  for (const part of [...parts].reverse()) signatures.set(part.id, signatureOf(part, children, signatures));
  const targets = targetsBetween(parts, edges);
  const result: FlowPart[] = [];
  let nextId = Math.max(-1, ...parts.map(({ id }) => id)) + 1;
  const moved = new Map<number, number>();
  for (const [parent, siblings] of children) {
    for (const { start, period, count } of runsOf(siblings, signatures, targets)) {
      const repeated = siblings.slice(start, start + period * count);
      const group = repeatGroup(nextId++, parent, repeated, period, count);
      for (const part of repeated) moved.set(part.id, group.id);
      result.push(group);
    }
  }
  result.push(...parts.map((part) => ({ ...part, parent: moved.get(part.id) ?? part.parent })));
  return result;
}

/** What two parts share that do the same to tensors of the same shapes. */
function signatureOf(
  part: FlowPart,
  children: ReadonlyMap<number | undefined, readonly FlowPart[]>,
  signatures: ReadonlyMap<number, string>,
): string {
  if (!isGroup(part)) {
    const { kind, operation, outputs, parameters, errors } = part;
    const shapes = outputs.map(formatShape).join(" ");
    // Inputs and constants are no part of a pattern, and what is wrong has to be seen.
    const own = ["input", "output"].includes(kind) || errors.length > 0 ? `#${part.id}` : "";
    return `${operation} ${shapes} ${parameters ? formatDim(parameters) : ""}${own}`;
  }
  const inner = (children.get(part.id) ?? []).map(({ id }) => signatures.get(id));
  return `${part.operation}(${inner.join("; ")})`;
}

interface Run {
  readonly start: number;
  readonly period: number;
  readonly count: number;
}

function runsOf(siblings: readonly FlowPart[], signatures: ReadonlyMap<number, string>, targets: Targets): Run[] {
  const tokens = siblings.map(({ id }) => signatures.get(id) ?? "");
  const runs: Run[] = [];
  for (let start = 0; start < tokens.length;) {
    const best = bestRun(siblings, tokens, start, targets);
    if (best) runs.push(best);
    start = best ? start + best.period * best.count : start + 1;
  }
  // Where there is nothing else, the group says it already.
  return runs.filter(({ period, count }) => period * count < siblings.length || count > 2);
}

function bestRun(
  siblings: readonly FlowPart[],
  tokens: readonly string[],
  start: number,
  targets: Targets,
): Run | undefined {
  let best: Run | undefined;
  for (let period = 1; period <= LONGEST_PERIOD && start + 2 * period <= tokens.length; period++) {
    let count = 1;
    while (repeats(tokens, start, period, count) && follows(siblings, start, period, count, targets)) count++;
    const hasModule = siblings.slice(start, start + period).some(isGroup);
    const covered = best ? best.period * best.count : 0;
    if (count >= (hasModule ? 2 : FEWEST_OPERATIONS) && period * count > covered) best = { start, period, count };
  }
  return best;
}

function repeats(tokens: readonly string[], start: number, period: number, count: number): boolean {
  for (let i = 0; i < period; i++) {
    const token = tokens[start + period * count + i];
    if (token === undefined || token !== tokens[start + i]) return false;
  }
  return true;
}

/** Whether the next round, and nothing else, is fed by the one before it: heads side by side are no repetition. */
function follows(
  siblings: readonly FlowPart[],
  start: number,
  period: number,
  count: number,
  targets: Targets,
): boolean {
  const round = (which: number) => siblings.slice(start + period * which, start + period * (which + 1)).map(idOf);
  const [before, next] = [new Set(round(count - 1)), new Set(round(count))];
  const leaving = [...before]
    .flatMap((from) => [...(targets.get(from) ?? [])])
    .filter((to) => to === undefined || !before.has(to));
  return leaving.length > 0 && leaving.every((to) => to !== undefined && next.has(to));
}

function idOf({ id }: FlowPart): number {
  return id;
}

/** For each part: the parts of the same group that it feeds, and `undefined` for whatever is outside of that group. */
type Targets = ReadonlyMap<number, ReadonlySet<number | undefined>>;

function targetsBetween(parts: readonly FlowPart[], edges: readonly FlowEdge[]): Targets {
  const parentOf = new Map(parts.map(({ id, parent }) => [id, parent]));
  const ancestors = (id: number): number[] => {
    const path = [id];
    for (let parent = parentOf.get(id); parent !== undefined; parent = parentOf.get(parent)) path.unshift(parent);
    return path;
  };
  const targets = new Map<number, Set<number | undefined>>();
  for (const { from, to } of edges) {
    const [left, right] = [ancestors(from), ancestors(to)];
    const common = left.findIndex((id, i) => id !== right[i]);
    for (const [depth, id] of left.entries()) {
      if (depth < common) continue;
      const known = targets.get(id) ?? new Set();
      targets.set(id, known.add(depth === common ? right[depth] : undefined));
    }
  }
  return targets;
}

function repeatGroup(
  id: number,
  parent: number | undefined,
  repeated: readonly FlowPart[],
  period: number,
  count: number,
): FlowGroup {
  const round = repeated.slice(0, period);
  const names = [...new Set(round.map(({ operation }) => operation))];
  const label = names.length > 3 ? `${names.slice(0, 3).join(", ")}, …` : names.join(", ");
  const paths = [repeated[0]?.path, repeated.at(-1)?.path];
  const path = paths[0] && paths[1] && paths[0] !== paths[1] ? `${paths[0]} – ${paths[1]}` : paths[0];
  return { id, parent, kind: "repeat", label, operation: label, path, span: round[0]?.span, count };
}
