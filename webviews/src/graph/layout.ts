import type { GraphView } from "./contract";
import type { Item, Link, Point } from "./level";
import { layLevel } from "./level";
import type { Card, Measure } from "./sizes";
import { cardOf } from "./sizes";
import type { Tree } from "./tree";
import { shownAs } from "./tree";

/** A part where it is drawn. */
export interface Box {
  readonly part: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Absent for a group that is unfolded, whose parts are drawn in it. */
  readonly card: Card | undefined;
  /** How many groups it is in. */
  readonly depth: number;
}

/** A tensor on its way, within one group. */
export interface Wire {
  readonly points: readonly Point[];
  /** The part that made it and, where the line ends at one, the part that takes it, as they are shown. */
  readonly from: number;
  readonly to: number;
  readonly shape: string;
  /** It ends at the border of a group and goes on behind it. */
  readonly isBroken: boolean;
}

/** Everything that is drawn: groups before what is in them. */
export interface Scene {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
  readonly wires: readonly Wire[];
}

export const HEADER = 28;
const INSET = 14;
const MARGIN = 16;

/** One output of one part. */
type Tensor = string;

interface Placed {
  readonly width: number;
  readonly height: number;
  readonly card: Card | undefined;
  /** Where tensors come in and go out, counted from the middle. */
  readonly entries: ReadonlyMap<Tensor, number>;
  readonly exits: ReadonlyMap<Tensor, number>;
  draw(x: number, y: number, depth: number, scene: Drawing): void;
}

interface Drawing {
  readonly boxes: Box[];
  readonly wires: Wire[];
}

/** Lays a graph out, group by group from the inside: a group that nobody folds or unfolds keeps its layout. */
export function layOut(
  { edges }: Pick<GraphView, "edges">,
  tree: Tree,
  open: ReadonlySet<number>,
  measure: Measure,
  countText: (operations: number) => string,
): Scene {
  const flows = flowsOf(edges, tree, open);
  const leaving = shapesLeaving(edges, tree, open);
  const inside = (group: number): Placed => {
    const parts = tree.children(group);
    const placed = parts.map((part) =>
      open.has(part) ? inside(part) : folded(tree, part, leaving.get(part) ?? [], measure, countText),
    );
    return placedGroup(group, parts, placed, flows.get(group) ?? [], tree);
  };
  const whole = inside(-1);
  const drawing: Drawing = { boxes: [], wires: [] };
  whole.draw(MARGIN, MARGIN, 0, drawing);
  return { width: whole.width + 2 * MARGIN, height: whole.height + 2 * MARGIN, ...drawing };
}

function folded(
  tree: Tree,
  part: number,
  shapes: readonly string[],
  measure: Measure,
  countText: (operations: number) => string,
): Placed {
  const card = cardOf(tree, part, shapes, measure, countText(tree.size(part)));
  return {
    width: card.width,
    height: card.height,
    card,
    entries: new Map(),
    exits: new Map(),
    draw(x, y, depth, { boxes }) {
      boxes.push({ part, x, y, width: card.width, height: card.height, card, depth });
    },
  };
}

/** A tensor that goes from one part of a group to another; -1 is the world outside of the group. */
interface Flow {
  readonly tensor: Tensor;
  readonly from: number;
  readonly to: number;
  readonly source: number;
  readonly target: number;
  readonly shape: string;
}

/** What flows within each group that is shown, by its index. */
function flowsOf(edges: GraphView["edges"], tree: Tree, open: ReadonlySet<number>): Map<number, Flow[]> {
  const flows = new Map<number, Map<string, Flow>>();
  for (const [from, to, output] of edges) {
    const [source, target] = [shownAs(tree, open, from), shownAs(tree, open, to)];
    if (source === target) continue;
    const tensor = `${from}:${output}`;
    const shape = tree.parts[from]?.shapes[output] ?? "";
    const [left, right] = [pathTo(tree, source), pathTo(tree, target)];
    const common = commonLength(left, right);
    const addTo = (group: number, begin: number, end: number): void => {
      const inGroup = flows.get(group) ?? new Map<string, Flow>();
      flows.set(group, inGroup);
      const key = `${tensor} ${begin} ${end}`;
      if (!inGroup.has(key)) inGroup.set(key, { tensor, from: begin, to: end, source, target, shape });
    };
    // Out of the groups around the source, across, and into the groups around the target.
    for (let depth = left.length - 1; depth > common; depth--) addTo(left[depth - 1] ?? -1, left[depth] ?? -1, -1);
    addTo(left[common - 1] ?? -1, left[common] ?? -1, right[common] ?? -1);
    for (let depth = common + 1; depth < right.length; depth++) addTo(right[depth - 1] ?? -1, -1, right[depth] ?? -1);
  }
  return new Map([...flows].map(([group, inGroup]) => [group, [...inGroup.values()]]));
}

/** From the top to the part itself. */
function pathTo(tree: Tree, part: number): number[] {
  const path = [part];
  for (let group = tree.parts[part]?.parent ?? -1; group !== -1; group = tree.parts[group]?.parent ?? -1) {
    path.unshift(group);
  }
  return path;
}

function commonLength(a: readonly number[], b: readonly number[]): number {
  let length = 0;
  while (length < a.length - 1 && length < b.length - 1 && a[length] === b[length]) length++;
  return length;
}

/** The shapes of what leaves each part that is shown; for an operation, of all that it makes. */
function shapesLeaving(edges: GraphView["edges"], tree: Tree, open: ReadonlySet<number>): Map<number, string[]> {
  const tensors = new Map<number, Map<Tensor, string>>();
  for (const [from, to, output] of edges) {
    const [source, target] = [shownAs(tree, open, from), shownAs(tree, open, to)];
    if (source === target || source === from) continue;
    const leaving = tensors.get(source) ?? new Map<Tensor, string>();
    tensors.set(source, leaving.set(`${from}:${output}`, tree.parts[from]?.shapes[output] ?? ""));
  }
  const shapes = new Map([...tensors].map(([part, leaving]) => [part, [...leaving.values()]]));
  for (const [index, part] of tree.parts.entries()) if (part.shapes.length > 0) shapes.set(index, [...part.shapes]);
  return shapes;
}

function placedGroup(
  group: number,
  parts: readonly number[],
  placed: readonly Placed[],
  flows: readonly Flow[],
  tree: Tree,
): Placed {
  const items: Item[] = placed.map(({ width, height }) => ({ width, height }));
  const indices = new Map(parts.map((part, index) => [part, index]));
  const borders = { entry: new Map<Tensor, number>(), exit: new Map<Tensor, number>() };
  const crossing = (border: "entry" | "exit", tensor: Tensor): number => {
    const known = borders[border].get(tensor);
    if (known !== undefined) return known;
    borders[border].set(tensor, items.length);
    return items.push({ width: 8, height: 1, border }) - 1;
  };
  const links = flows.map(({ tensor, from, to }): Link => {
    const [begin, end] = [indices.get(from), indices.get(to)];
    return {
      from: begin ?? crossing("entry", tensor),
      to: end ?? crossing("exit", tensor),
      fromOffset: begin === undefined ? 0 : (placed[begin]?.exits.get(tensor) ?? 0),
      toOffset: end === undefined ? 0 : (placed[end]?.entries.get(tensor) ?? 0),
    };
  });
  const level = layLevel(items, links);
  const isTop = group === -1;
  const [inset, header] = isTop ? [0, 0] : [INSET, HEADER];
  // Where tensors come in or go out, the way to the border is room enough.
  const above = header + (borders.entry.size > 0 ? 0 : inset / 2);
  const below = borders.exit.size > 0 ? 0 : inset;
  const { label = "", operation = "", path = "" } = tree.parts[group] ?? {};
  const title = label.length + Math.max(operation.length, path.length);
  const width = Math.max(level.width + 2 * inset, isTop ? 0 : title * 7 + 60);
  const shift = (width - level.width) / 2;
  const height = level.height + above + below;
  const offsets = (border: ReadonlyMap<Tensor, number>) =>
    new Map([...border].map(([tensor, item]) => [tensor, shift + (level.places[item]?.x ?? 0) - width / 2]));
  return {
    width,
    height,
    card: undefined,
    entries: offsets(borders.entry),
    exits: offsets(borders.exit),
    draw(x, y, depth, drawing) {
      if (!isTop) drawing.boxes.push({ part: group, x, y, width, height, card: undefined, depth });
      const [left, top] = [x + shift, y + above];
      for (const [i, item] of placed.entries()) {
        const place = level.places[i] ?? { x: 0, y: 0 };
        item.draw(left + place.x - item.width / 2, top + place.y - item.height / 2, depth + 1, drawing);
      }
      for (const [i, { from, to, source, target, shape }] of flows.entries()) {
        const points = (level.lines[i] ?? []).map((point) => ({ x: left + point.x, y: top + point.y }));
        // What comes from outside crosses the border of the group.
        const [first, last] = [points[0], points.at(-1)];
        if (from === -1 && first) points.unshift({ x: first.x, y });
        if (to === -1 && last) points.push({ x: last.x, y: y + height });
        const isBroken = to === -1 || tree.parts[to] === undefined || placed[indices.get(to) ?? -1]?.card === undefined;
        drawing.wires.push({ points, from: source, to: target, shape, isBroken });
      }
    },
  };
}
