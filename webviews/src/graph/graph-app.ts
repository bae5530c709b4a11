import type { PropertyValues, TemplateResult } from "lit";
import { html, LitElement, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { host } from "../shared/host";
import type { GraphRequest, GraphSettings, GraphState, GraphView, ImageFormat } from "./contract";
import { detailsOf } from "./details";
import { drawBox, drawGround, drawItem, drawWire, spokenLabel, type PartState } from "./drawing";
import type { Scene } from "./layout";
import { layOut } from "./layout";
import { canvasMeasure } from "./measure";
import { boxOf, firstPart, lastPart, neighbour, type Direction } from "./navigation";
import { pngPicture, svgPicture } from "./picture";
import { text, texts } from "./strings";
import { groupsAround, isGroup, shownAs, treeOf, unfolded, type Tree } from "./tree";
import { Viewport } from "./viewport";

const ARROWS: Readonly<Record<string, Direction>> = {
  ArrowUp: "up",
  ArrowDown: "down",
  ArrowLeft: "left",
  ArrowRight: "right",
};

/** Four corners; two arrows that meet; two that part. */
const FRAME = "M2,6V2h4M10,2h4v4M14,10v4h-4M6,14H2v-4";
const FOLD = "M5,2l3,3l3,-3M5,14l3,-3l3,3M2,8h12";
const UNFOLD = "M5,5l3,-3l3,3M5,11l3,3l3,-3M2,8h12";

/** The data flow of a model or a function, to be looked at, folded and walked through. */
export class GraphApp extends LitElement {
  static override properties = {
    view: { state: true },
    selected: { state: true },
    pointed: { state: true },
    follows: { state: true },
    announcement: { state: true },
  };

  declare view: GraphView | undefined;
  declare selected: number;
  declare pointed: number;
  declare follows: boolean;
  declare announcement: string;

  #tree: Tree = treeOf({ parts: [] });
  #open: ReadonlySet<number> = new Set();
  #scene: Scene = { width: 0, height: 0, boxes: [], wires: [] };
  #labels = new Map<number, string>();
  /** The shapes of what goes into each part that is shown, and of what comes out. */
  #taken = new Map<number, Set<string>>();
  #given = new Map<number, Set<string>>();
  readonly #unfolded: Set<string>;
  readonly #folded: Set<string>;
  /** What is shown was laid out for another graph: it is to be seen from its beginning. */
  #isNew = true;
  #focuses = false;
  readonly #viewport = new Viewport(
    () => this.querySelector(".canvas"),
    () => this.querySelector(".layer"),
  );

  constructor(
    private readonly uri: string,
    settings: GraphSettings | undefined,
  ) {
    super();
    this.selected = -1;
    this.pointed = -1;
    this.announcement = "";
    this.follows = settings?.follows ?? true;
    this.#unfolded = new Set(settings?.unfolded);
    this.#folded = new Set(settings?.folded);
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  receive(state: GraphState): void {
    if (state.type === "cursor") return this.#point(state.part);
    const { view } = state;
    const errorsBefore = this.view?.parts.filter((part) => part.errors.length > 0).length ?? 0;
    const isOther = view.subject !== this.view?.subject || view.file !== this.view.file;
    const selected = isOther ? undefined : this.#tree.key(this.selected);
    if (isOther) this.#isNew = true;
    this.view = view;
    this.#tree = treeOf(view);
    this.selected = selected ? view.parts.findIndex((_, index) => this.#tree.key(index) === selected) : -1;
    this.pointed = -1;
    this.#lay();
    const errors = view.parts.reduce((sum, part) => sum + part.errors.length, 0);
    const size = view.parts.filter((part) => !isGroup(part)).length;
    this.announcement =
      view.message ||
      (errors > 0 ? text("drawnWithErrors", view.subject, size, errors) : text("drawn", view.subject, size));
    this.#keep();
    const wrong = view.parts.flatMap((part, index) => (part.errors.length > 0 ? [index] : []));
    const [first] = wrong;
    // What has just been broken is shown to whoever breaks it.
    const isWatching = this.follows && !isOther && !this.contains(document.activeElement);
    if (first !== undefined && wrong.length > errorsBefore && isWatching) {
      this.#see(shownAs(this.#tree, this.#open, first));
    }
  }

  #keep(): void {
    host.setState({
      uri: this.uri,
      subject: this.view?.subject ?? "",
      follows: this.follows,
      unfolded: [...this.#unfolded],
      folded: [...this.#folded],
    } satisfies GraphSettings);
  }

  #lay(): void {
    const { view } = this;
    if (!view) return;
    this.#open = unfolded(this.#tree, { unfolded: this.#unfolded, folded: this.#folded });
    this.#scene = layOut(view, this.#tree, this.#open, canvasMeasure(), (count) =>
      count === 1 ? texts.oneOperation : text("operations", count),
    );
    this.#labels = new Map();
    this.#taken = shapesBy(this.#scene, "to");
    this.#given = shapesBy(this.#scene, "from");
    if (this.selected >= 0) this.selected = shownAs(this.#tree, this.#open, this.selected);
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (this.#isNew && this.view && this.#scene.boxes.length > 0) {
      this.#isNew = false;
      this.#viewport.showTop(this.#scene);
    } else this.#viewport.apply();
    if (this.#focuses && changed.has("selected")) {
      this.#focuses = false;
      this.querySelector<SVGElement>(`[data-part="${this.selected}"]`)?.focus({ preventScroll: true });
    }
  }

  protected override render(): TemplateResult {
    const { view } = this;
    if (!view) return html`<p class="message" role="status">${texts.loading}</p>`;
    return html`
      ${this.#toolbar(view)} ${view.message ? html`<p class="message">${view.message}</p>` : nothing}
      ${view.problems.map((problem) => html`<p class="problem" role="alert">${problem}</p>`)}
      ${view.parts.length > 0 ? this.#canvas(view) : nothing}
      <p class="spoken" role="status" aria-live="polite">${this.announcement}</p>
    `;
  }

  #toolbar(view: GraphView): TemplateResult {
    const button = (label: string, icon: string | TemplateResult, action: () => void) =>
      html`<button class="icon" title=${label} aria-label=${label} @click=${action}>${icon}</button>`;
    const drawnIcon = (path: string) =>
      html`<svg class="frame" viewBox="0 0 16 16" aria-hidden="true"><path d=${path} /></svg>`;
    return html`<header>
      <h1 class="spoken">${text("graphOf", view.subject || view.file)}</h1>
      <select
        aria-label=${texts.subject}
        @change=${(event: Event) => post({ type: "choose", subject: (event.target as HTMLSelectElement).value })}
      >
        ${view.subjects.map((name) => html`<option .selected=${name === view.subject}>${name}</option>`)}
      </select>
      <button class="toggle" aria-pressed=${this.follows ? "true" : "false"} @click=${() => this.#toggleFollow()}>
        ${texts.follow}
      </button>
      <span class="space"></span>
      ${button(texts.foldAll, drawnIcon(FOLD), () => this.#foldAll())}
      ${button(texts.unfoldAll, drawnIcon(UNFOLD), () => this.#unfoldAll())}
      ${button(texts.zoomOut, "−", () => this.#viewport.zoom(1 / 1.25))}
      ${button(texts.zoomIn, "+", () => this.#viewport.zoom(1.25))}
      ${button(texts.fit, drawnIcon(FRAME), () => this.#viewport.showAll(this.#scene))}
      <button title=${texts.exportSvg} aria-label=${texts.exportSvg} @click=${() => this.#export("svg")}>SVG</button>
      <button title=${texts.exportPng} aria-label=${texts.exportPng} @click=${() => this.#export("png")}>PNG</button>
    </header>`;
  }

  #canvas(view: GraphView): TemplateResult {
    const state: PartState = {
      tree: this.#tree,
      selected: this.selected,
      reachable: this.selected >= 0 ? this.selected : (firstPart(this.#scene) ?? -1),
      pointed: this.pointed,
      label: (part) => this.#label(part),
    };
    const { boxes, wires } = this.#scene;
    const groups = boxes.filter(({ card }) => !card);
    const cards = boxes.filter(({ card }) => card);
    return html`<main class="canvas" @wheel=${(event: WheelEvent) => this.#wheel(event)}>
        <svg
          class="graph"
          role="tree"
          aria-label=${text("graphOf", view.subject)}
          aria-describedby="keys"
          @keydown=${(event: KeyboardEvent) => this.#key(event)}
          @click=${(event: MouseEvent) => this.#click(event)}
          @dblclick=${(event: MouseEvent) => this.#toggleAt(event)}
          @pointerdown=${(event: PointerEvent) => this.#drag(event)}
          @focusin=${(event: FocusEvent) => this.#focused(event)}
        >
          <g class="layer" role="presentation">
            <g class="seen" aria-hidden="true">
              ${groups.map((box) => drawGround(box, state))} ${wires.map((wire) => drawWire(wire, state))}
              ${repeat(
                [...groups, ...cards],
                ({ part }) => part,
                (box) => drawBox(box, state),
              )}
            </g>
            ${repeat(
              [...groups, ...cards],
              ({ part }) => part,
              (box) => drawItem(box, state),
            )}
          </g>
        </svg>
        <p id="keys" class="spoken">${texts.keys}</p>
      </main>
      ${this.#details()}`;
  }

  #details(): TemplateResult {
    return detailsOf(this.#tree, this.#scene, this.selected, {
      isOpen: this.#open.has(this.selected),
      reveal: () => this.#reveal(this.selected),
      toggle: () => this.#toggle(this.selected),
    });
  }

  #label(part: number): string {
    const known = this.#labels.get(part);
    if (known !== undefined) return known;
    const own = this.#tree.parts[part]?.shapes ?? [];
    const takes = [...(this.#taken.get(part) ?? [])];
    const gives = own.length > 0 ? own : [...(this.#given.get(part) ?? [])];
    const label = spokenLabel(this.#tree, part, { takes, gives });
    this.#labels.set(part, label);
    return label;
  }

  #point(part: number): void {
    if (part < 0) {
      this.pointed = -1;
      return;
    }
    const shown = shownAs(this.#tree, this.#open, part);
    this.pointed = shown;
    if (!this.follows || this.contains(document.activeElement)) return;
    this.selected = shown;
    this.#see(shown);
  }

  #see(part: number): void {
    void this.updateComplete.then(() => {
      const box = boxOf(this.#scene, part);
      if (box) this.#viewport.reveal(box);
    });
  }

  #select(part: number | undefined): void {
    if (part === undefined || part < 0) return;
    this.#focuses = true;
    this.selected = part;
    this.#see(part);
  }

  #reveal(part: number): void {
    if (this.#tree.parts[part]?.hasSource) post({ type: "reveal", part });
  }

  #toggle(part: number): void {
    const tree = this.#tree;
    const about = tree.parts[part];
    if (!about) return;
    // On an operation: the group that it is in.
    const group = isGroup(about) ? part : about.parent;
    if (group === -1) return;
    const isOpen = this.#open.has(group);
    this.#choose(group, !isOpen);
    const before = boxOf(this.#scene, group);
    this.#lay();
    this.selected = group;
    this.#focuses = true;
    const after = boxOf(this.#scene, group);
    const label = tree.parts[group]?.label ?? "";
    this.announcement = isOpen ? text("folded", label) : text("unfolded", label, tree.children(group).length);
    this.#keep();
    this.requestUpdate("selected", -1);
    void this.updateComplete.then(() => {
      this.#viewport.keep(before, after);
      if (after) this.#viewport.reveal(after);
    });
  }

  #choose(group: number, isOpen: boolean): void {
    const key = this.#tree.key(group);
    this.#unfolded.delete(key);
    this.#folded.delete(key);
    (isOpen ? this.#unfolded : this.#folded).add(key);
  }

  #foldAll(): void {
    for (const [index, part] of this.#tree.parts.entries()) if (isGroup(part)) this.#choose(index, false);
    this.#changedAll();
  }

  #unfoldAll(): void {
    for (const [index, part] of this.#tree.parts.entries()) if (isGroup(part)) this.#choose(index, true);
    this.#changedAll();
  }

  #changedAll(): void {
    this.#lay();
    this.#isNew = true;
    this.announcement = text("drawn", this.view?.subject ?? "", this.#scene.boxes.length);
    this.#keep();
    this.requestUpdate();
  }

  #toggleFollow(): void {
    this.follows = !this.follows;
    post({ type: "follow", isOn: this.follows });
    this.#keep();
  }

  async #export(format: ImageFormat): Promise<void> {
    const layer = this.querySelector<SVGGElement>(".seen");
    if (!layer) return;
    const svg = svgPicture(layer, this.#scene);
    post({ type: "export", format, data: format === "svg" ? svg : await pngPicture(svg, this.#scene) });
  }

  #key(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const current = this.selected >= 0 ? this.selected : (firstPart(this.#scene) ?? -1);
    const direction = ARROWS[event.key];
    if (direction) this.#select(neighbour(this.#scene, this.#tree, current, direction));
    else if (event.key === "Home") this.#select(firstPart(this.#scene));
    else if (event.key === "End") this.#select(lastPart(this.#scene));
    else if (event.key === "Enter") this.#reveal(current);
    else if (event.key === " ") this.#toggle(current);
    else if (event.key === "Escape") this.#select(groupsAround(this.#tree, current)[0]);
    else if (event.key === "+" || event.key === "=") this.#viewport.zoom(1.25);
    else if (event.key === "-") this.#viewport.zoom(1 / 1.25);
    else if (event.key === "0") this.#viewport.showAll(this.#scene);
    else return;
    event.preventDefault();
  }

  #focused({ target }: FocusEvent): void {
    const part = partOf(target);
    if (part !== undefined && part !== this.selected) this.selected = part;
  }

  #click(event: MouseEvent): void {
    const part = partOf(event.target);
    if (part === undefined) return;
    this.#select(part);
    const about = this.#tree.parts[part];
    if (event.target instanceof Element && event.target.closest(".twist") && about) this.#toggle(part);
    // A click goes to the code and leaves the graph where it is.
    else if (about && event.detail === 1) this.#reveal(part);
  }

  #toggleAt(event: MouseEvent): void {
    const part = partOf(event.target);
    const about = part === undefined ? undefined : this.#tree.parts[part];
    if (part !== undefined && about && isGroup(about)) this.#toggle(part);
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    if (!event.ctrlKey && !event.metaKey) {
      this.#viewport.pan(-event.deltaX * unit, -event.deltaY * unit);
      return;
    }
    const { left, top } = (event.currentTarget as Element).getBoundingClientRect();
    this.#viewport.zoom(Math.exp(-event.deltaY * unit * 0.004), { x: event.clientX - left, y: event.clientY - top });
  }

  #drag(event: PointerEvent): void {
    if (event.button !== 0 || (event.target instanceof Element && event.target.closest(".card"))) return;
    const canvas = event.currentTarget as SVGElement;
    let [x, y] = [event.clientX, event.clientY];
    let hasMoved = false;
    const move = (moved: PointerEvent): void => {
      const [dx, dy] = [moved.clientX - x, moved.clientY - y];
      if (!hasMoved && Math.hypot(dx, dy) < 4) return;
      if (!hasMoved) canvas.setPointerCapture(event.pointerId);
      hasMoved = true;
      this.#viewport.pan(dx, dy);
      [x, y] = [moved.clientX, moved.clientY];
    };
    const end = (): void => {
      canvas.removeEventListener("pointermove", move);
      canvas.removeEventListener("pointerup", end);
      canvas.removeEventListener("pointercancel", end);
    };
    canvas.addEventListener("pointermove", move);
    canvas.addEventListener("pointerup", end);
    canvas.addEventListener("pointercancel", end);
  }
}

customElements.define("graph-app", GraphApp);

function shapesBy({ wires }: Scene, end: "from" | "to"): Map<number, Set<string>> {
  const shapes = new Map<number, Set<string>>();
  for (const wire of wires) shapes.set(wire[end], (shapes.get(wire[end]) ?? new Set()).add(wire.shape));
  return shapes;
}

function partOf(target: EventTarget | null): number | undefined {
  const element = target instanceof Element ? target.closest("[data-part]") : null;
  const part = element?.getAttribute("data-part");
  return part === null || part === undefined ? undefined : Number(part);
}

function post(request: GraphRequest): void {
  host.postMessage(request);
}
