import { nothing, svg, type SVGTemplateResult } from "lit";
import type { GraphPart } from "./contract";
import { curve } from "./curve";
import type { Box, Wire } from "./layout";
import { HEADER } from "./layout";
import { SHAPE_HEIGHT } from "./sizes";
import { text, texts } from "./strings";
import type { Tree } from "./tree";
import { isGroup } from "./tree";

/** What a part is drawn with, beside where it is. */
export interface PartState {
  readonly tree: Tree;
  readonly selected: number;
  /** The one that the Tab key leads to. */
  readonly reachable: number;
  /** The part that the cursor is in. */
  readonly pointed: number;
  readonly label: (part: number) => string;
}

export function drawWire(
  { points, from, to, isBroken, shape }: Wire,
  { selected, tree }: PartState,
): SVGTemplateResult {
  const isNear = selected >= 0 && (from === selected || to === selected);
  const isWrong = (tree.parts[to]?.errors.length ?? 0) > 0;
  const classes = ["wire", isNear ? "near" : "", isWrong ? "wrong" : ""].join(" ");
  const last = points.at(-1);
  const arrow =
    last && !isBroken
      ? svg`<path d=${`M${last.x - 4},${last.y - 6}L${last.x},${last.y}L${last.x + 4},${last.y - 6}`} />`
      : nothing;
  return svg`<g class=${classes}><path d=${curve(points)}><title>${shape}</title></path>${arrow}</g>`;
}

/** What is seen of a part. */
export function drawBox(box: Box, { tree, pointed }: PartState): SVGTemplateResult {
  const part = tree.parts[box.part];
  if (!part) return svg``;
  const errors = tree.errors(box.part);
  const classes = [
    "part",
    part.kind,
    box.card ? "card" : "open",
    errors > 0 ? "wrong" : part.warnings.length > 0 ? "doubtful" : "",
    tree.isUnused(box.part) ? "unused" : "",
    pointed === box.part ? "pointed" : "",
  ].join(" ");
  return svg`<g class=${classes} transform=${`translate(${box.x},${box.y})`}>${box.card ? drawCard(box, part, errors) : drawGroup(box, part)}</g>`;
}

/** What is pointed at, focused and read aloud: it has no text of its own that could be read twice. */
export function drawItem(box: Box, state: PartState): SVGTemplateResult {
  const part = state.tree.parts[box.part];
  if (!part) return svg``;
  const isSelected = state.selected === box.part;
  const height = box.card ? box.card.cardHeight : HEADER;
  const isRound = box.card !== undefined && (part.kind === "input" || part.kind === "output");
  return svg`<g
    class=${isSelected ? "item selected" : "item"}
    role="treeitem"
    data-part=${box.part}
    tabindex=${state.reachable === box.part ? "0" : "-1"}
    aria-level=${box.depth || 1}
    aria-selected=${isSelected ? "true" : "false"}
    aria-expanded=${isGroup(part) ? String(!box.card) : nothing}
    aria-label=${state.label(box.part)}
    transform=${`translate(${box.x},${box.y})`}
  >
    <rect class="outline" width=${box.width} height=${box.card ? height : box.height} rx=${isRound ? height / 2 : 5} />
    <rect class="target" width=${box.width} height=${height} rx=${isRound ? height / 2 : 5} />
    ${isGroup(part) ? svg`<rect class="twist" width="26" height=${HEADER} />` : nothing}
  </g>`;
}

function drawCard({ card, width }: Box, part: GraphPart, errors: number): SVGTemplateResult | typeof nothing {
  if (!card) return nothing;
  const { title, detail, shape, cardHeight } = card;
  const left = isGroup(part) ? 26 : 12;
  const round = part.kind === "input" || part.kind === "output" ? cardHeight / 2 : 5;
  const centre = part.kind === "input" || part.kind === "output";
  const x = centre ? width / 2 : left;
  return svg`
    ${part.kind === "repeat" ? svg`<rect class="behind" x="6" y="5" width=${width - 12} height=${cardHeight} rx=${round} />` : nothing}
    <rect class="face" width=${width} height=${cardHeight} rx=${round} />
    ${isGroup(part) ? svg`<path class="mark" d="M11,10l5,5l-5,5" />` : nothing}
    <text class="title" x=${x} y="18" text-anchor=${centre ? "middle" : "start"}>${shortened(title, width - left - 12, 6.6)}</text>
    ${detail ? svg`<text class="detail" x=${left} y="35">${shortened(detail, width - left - 8, 5.4)}</text>` : nothing}
    ${errors > 0 ? svg`<g class="badge" transform=${`translate(${width},0)`}><circle r="8" /><text y="4" text-anchor="middle">${errors > 1 ? errors : "!"}</text></g>` : nothing}
    ${shape ? svg`<text class="shape" x=${width / 2} y=${cardHeight + SHAPE_HEIGHT - 6} text-anchor="middle">${shape}</text>` : nothing}`;
}

/** The ground that the parts of a group lie on, and what leads through it. */
export function drawGround({ x, y, width, height, depth, part }: Box, { tree }: PartState): SVGTemplateResult {
  const classes = ["ground", `depth-${depth % 2}`, tree.isUnused(part) ? "unused" : ""].join(" ");
  return svg`<rect class=${classes} x=${x} y=${y} width=${width} height=${height} rx="6" />`;
}

function drawGroup({ width, height }: Box, part: GraphPart): SVGTemplateResult {
  const title = part.kind === "repeat" ? `${part.label} ×${part.count}` : part.label;
  const detail = part.operation === part.label || part.kind !== "module" ? part.path : part.operation;
  return svg`
    <rect class="face" width=${width} height=${height} rx="6" />
    <path class="mark" d="M10,11l5,5l5,-5" />
    <text class="title" x="28" y=${HEADER - 9}>${title}${detail && detail !== title ? svg`<tspan class="detail" dx="6">${detail}</tspan>` : nothing}</text>`;
}

/** As much of a text as there is room for. */
function shortened(whole: string, width: number, letter: number): string {
  const most = Math.max(4, Math.floor(width / letter));
  return whole.length > most + 2 ? `${whole.slice(0, most - 1)}…` : whole;
}

/** A part in words, for whoever does not see it. */
export function spokenLabel(
  tree: Tree,
  index: number,
  flow: { readonly takes: readonly string[]; readonly gives: readonly string[] },
): string {
  const part = tree.parts[index];
  if (!part) return "";
  const { kind, label, operation, count } = part;
  const name = kind === "repeat" ? `${label} ×${count}` : label;
  const kindText =
    kind === "input" || kind === "output" || kind === "constant" || kind === "parameter" || kind === "lost"
      ? texts[kind]
      : "";
  const what = operation !== label && operation !== kind && kind !== "function" ? operation : "";
  const errors = tree.errors(index);
  return [
    name,
    what,
    kindText,
    isGroup(part) ? text("operations", tree.size(index)) : "",
    flow.takes.length > 0 ? text("takes", flow.takes.join(", ")) : "",
    flow.gives.length > 0 && kind !== "output" ? text("gives", flow.gives.join(", ")) : "",
    part.isShared ? texts.shared : "",
    part.isUnused ? texts.unused : "",
    errors > 0 ? (errors === 1 ? texts.oneError : text("errors", errors)) : "",
    ...part.errors,
  ]
    .filter(Boolean)
    .join(", ");
}
