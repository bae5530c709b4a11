import type { Tree } from "./tree";
import { isGroup } from "./tree";

/** How wide texts come out, in pixels. */
export interface Measure {
  title(text: string): number;
  detail(text: string): number;
  shape(text: string): number;
}

/** The texts of a part as they are drawn, and the room that they take. */
export interface Card {
  readonly title: string;
  /** Empty where the title says it all. */
  readonly detail: string;
  /** The shape of what comes out; empty where nothing does. */
  readonly shape: string;
  readonly width: number;
  /** With the shape below it. */
  readonly height: number;
  /** Without. */
  readonly cardHeight: number;
}

export const SHAPE_HEIGHT = 20;
const ONE_LINE = 28;
const TWO_LINES = 44;
const PADDING = 12;
/** Room for the mark of a group that can be unfolded. */
const MARK = 16;
const NARROWEST = 64;
const WIDEST = 340;

/** What a part says when it is folded, or is an operation. `shapes` are those of what leaves it. */
export function cardOf(tree: Tree, index: number, shapes: readonly string[], measure: Measure, count: string): Card {
  const part = tree.parts[index];
  if (!part) return { title: "", detail: "", shape: "", width: 0, height: 0, cardHeight: 0 };
  const isFolded = isGroup(part);
  const title = part.kind === "repeat" ? `${part.label} ×${part.count}` : part.label;
  const own = part.operation === part.label || part.kind === "repeat" || part.kind === "function" ? "" : part.operation;
  const place = isFolded && own === "" && part.kind === "module" ? part.path : own;
  const named = ["input", "output", "constant", "operation"].includes(part.kind) && own === part.kind ? "" : place;
  const detail = [named, isFolded ? count : ""].filter(Boolean).join(" · ");
  const shape = shapesText(part.kind === "output" ? [] : shapes);
  const widths = [
    measure.title(title) + 2 * PADDING + (isFolded ? MARK : 0),
    measure.detail(detail) + 2 * PADDING + (isFolded ? MARK : 0),
    shape ? measure.shape(shape) + PADDING : 0,
  ];
  const cardHeight = detail ? TWO_LINES : ONE_LINE;
  const width = Math.min(WIDEST, Math.max(NARROWEST, ...widths));
  return { title, detail, shape, width, cardHeight, height: cardHeight + (shape ? SHAPE_HEIGHT : 0) };
}

/** `[N, 4]`, `3 × [N, 4]`, `[N, 4] [N]` */
function shapesText(shapes: readonly string[]): string {
  const [first = ""] = shapes;
  if (shapes.length < 2) return first;
  if (shapes.every((shape) => shape === first)) return `${shapes.length} × ${first}`;
  return shapes.length > 2 ? `${first} + ${shapes.length - 1}` : shapes.join("  ");
}
