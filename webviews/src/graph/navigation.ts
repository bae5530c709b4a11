import type { Box, Scene } from "./layout";
import type { Tree } from "./tree";

export type Direction = "up" | "down" | "left" | "right";

/** The part that an arrow key leads to from another one: down and up along the edges, left and right among what is beside it. */
export function neighbour(scene: Scene, tree: Tree, part: number, direction: Direction): number | undefined {
  const here = boxOf(scene, part);
  if (!here) return scene.boxes.find(({ card }) => card)?.part;
  switch (direction) {
    case "down": {
      if (!here.card) return topmost(scene.boxes.filter((box) => parentOf(tree, box) === part))?.part;
      const next = nearest(here, joined(scene, part, "from"));
      return next?.part ?? below(scene, here)?.part;
    }
    case "up": {
      const before = nearest(here, joined(scene, part, "to"));
      const group = parentOf(tree, here);
      // A group's first part has what feeds the group before it; the group itself is in between.
      return before?.part ?? (group === -1 ? undefined : group);
    }
    default:
      return beside(scene, tree, here, direction)?.part;
  }
}

export function boxOf({ boxes }: Scene, part: number): Box | undefined {
  return boxes.find((box) => box.part === part);
}

/** The part at which reading begins: the first that nothing feeds. */
export function firstPart({ boxes }: Scene): number | undefined {
  return topmost(boxes.filter(({ card }) => card))?.part;
}

export function lastPart({ boxes }: Scene): number | undefined {
  return [...boxes].filter(({ card }) => card).sort((a, b) => b.y - a.y)[0]?.part;
}

function topmost(boxes: readonly Box[]): Box | undefined {
  return [...boxes].sort((a, b) => a.y - b.y || a.x - b.x)[0];
}

function parentOf(tree: Tree, { part }: Box): number {
  return tree.parts[part]?.parent ?? -1;
}

/** What a part feeds, or is fed by. */
function joined(scene: Scene, part: number, end: "from" | "to"): Box[] {
  const others = new Set(
    scene.wires.filter((wire) => wire[end] === part).map((wire) => wire[end === "from" ? "to" : "from"]),
  );
  return scene.boxes.filter((box) => others.has(box.part));
}

function nearest(here: Box, boxes: readonly Box[]): Box | undefined {
  const distance = (box: Box) => Math.abs(middle(box) - middle(here)) + Math.abs(box.y - here.y);
  return [...boxes].sort((a, b) => distance(a) - distance(b))[0];
}

function beside(scene: Scene, tree: Tree, here: Box, direction: "left" | "right"): Box | undefined {
  const sign = direction === "left" ? -1 : 1;
  const candidates = scene.boxes.filter(
    (box) => box.part !== here.part && box.card && sign * (middle(box) - middle(here)) > 1,
  );
  const own = candidates.filter((box) => parentOf(tree, box) === parentOf(tree, here) && overlaps(box, here));
  const level = own.length > 0 ? own : candidates.filter((box) => overlaps(box, here));
  return nearest(here, level);
}

/** In a component of its own, whatever comes next further down. */
function below(scene: Scene, here: Box): Box | undefined {
  return nearest(
    here,
    scene.boxes.filter((box) => box.card && box.depth <= here.depth && box.y > here.y + here.height),
  );
}

function overlaps(a: Box, b: Box): boolean {
  return a.y < b.y + b.height + 20 && b.y < a.y + a.height + 20;
}

function middle({ x, width }: Box): number {
  return x + width / 2;
}
