import type { PropertyValues, TemplateResult } from "lit";
import { html, LitElement, nothing } from "lit";
import { host } from "../shared/host";
import type { TimelineRequest, TimelineSettings, TimelineState, TimelineStepView, TimelineView } from "./contract";
import { text, texts } from "./strings";

/** How a tensor's shape came about: one operation after the other, with what each changed. */
export class TimelineApp extends LitElement {
  static override properties = {
    view: { state: true },
    isPinned: { state: true },
    current: { state: true },
  };

  declare view: TimelineView | null;
  declare isPinned: boolean;
  /** The step that the Tab key leads to. */
  declare current: number;
  #isOther = true;

  constructor({ isPinned, view }: TimelineSettings) {
    super();
    this.isPinned = isPinned;
    this.view = view;
    this.current = (view?.steps.length ?? 0) - 1;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  receive({ view }: TimelineState): void {
    this.#isOther = JSON.stringify(view) !== JSON.stringify(this.view);
    if (!this.#isOther) return;
    this.view = view;
    this.current = view.steps.length - 1;
    this.#keep();
  }

  /** What is asked about is at the end. */
  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has("view") && this.#isOther) this.querySelector("li:last-child")?.scrollIntoView({ block: "nearest" });
  }

  protected override render(): TemplateResult {
    const { view } = this;
    if (!view?.subject) return html`<main><p class="empty">${texts.empty}</p></main>`;
    const isKnown = view.steps.length > 0;
    return html`<main>
      <header>
        <h1><code>${view.subject}</code></h1>
        <button class="toggle" aria-pressed=${this.isPinned ? "true" : "false"} @click=${() => this.#pin()}>
          ${texts.pin}
        </button>
      </header>
      ${view.lost ? this.#lost(view, isKnown ? "partly" : "unknown") : nothing}
      ${
        isKnown
          ? html`<ol aria-label=${text("steps", view.subject)} @keydown=${(event: KeyboardEvent) => this.#key(event)}>
              ${view.steps.map((step, index) => this.#step(step, index))}
            </ol>`
          : nothing
      }
      <p class="spoken" role="status" aria-live="polite">
        ${isKnown ? text("shown", view.subject, view.steps.length) : text("unknown", view.lost)}
      </p>
    </main>`;
  }

  #lost({ lost, hasLostPlace }: TimelineView, key: "partly" | "unknown"): TemplateResult {
    return html`<p class="lost">
      ${text(key, lost)}
      ${
        hasLostPlace
          ? html`<button class="link" @click=${() => post({ type: "revealLost" })}>${texts.showLost}</button>`
          : nothing
      }
    </p>`;
  }

  #step(step: TimelineStepView, index: number): TemplateResult {
    const isUnchanged = !step.isStart && step.before !== null && step.after !== null && !isChange(step);
    return html`<li class=${isUnchanged ? "same" : ""}>
      <button
        class="step"
        tabindex=${index === this.current ? "0" : "-1"}
        @focus=${() => (this.current = index)}
        @click=${() => post({ type: "reveal", step: index })}
      >
        <span class="what">
          <span class="operation">${step.operation}</span>
          <span class="place">${[step.file, text("line", step.line)].filter(Boolean).join(", ")}</span>
        </span>
        <span class="shapes">${shapesOf(step, isUnchanged)}</span>
        ${step.others.length > 0 ? html`<span class="note">${text("with", step.others.join(", "))}</span>` : nothing}
        ${step.formulas.map((formula) => html`<span class="note">${formula}</span>`)}
        ${step.code === step.operation ? nothing : html`<code class="code">${step.code}</code>`}
      </button>
    </li>`;
  }

  #key(event: KeyboardEvent): void {
    const last = (this.view?.steps.length ?? 0) - 1;
    const steps: Readonly<Record<string, number>> = {
      ArrowUp: this.current - 1,
      ArrowDown: this.current + 1,
      Home: 0,
      End: last,
    };
    const next = steps[event.key];
    if (next === undefined) return;
    event.preventDefault();
    this.current = Math.min(last, Math.max(0, next));
    this.querySelectorAll<HTMLElement>(".step")[this.current]?.focus();
  }

  #pin(): void {
    this.isPinned = !this.isPinned;
    this.#keep();
    post({ type: "pin", isPinned: this.isPinned });
  }

  #keep(): void {
    host.setState({ isPinned: this.isPinned, view: this.view } satisfies TimelineSettings);
  }
}

customElements.define("timeline-app", TimelineApp);

/** A step that takes dimensions away has changed something, though all that is left is as it was. */
function isChange({ before, after, changed }: TimelineStepView): boolean {
  return changed.length > 0 || before?.length !== after?.length;
}

function shapesOf(step: TimelineStepView, isUnchanged: boolean): TemplateResult {
  const after = shape(step.after, step.changed);
  if (step.isStart) return after;
  if (isUnchanged) return html`${after}<span class="note"> ${texts.unchanged}</span>`;
  return html`<span class="before">${shape(step.before, [])}</span> <span class="arrow" aria-hidden="true">→</span
    ><span class="spoken">${texts.becomes}</span> ${after}`;
}

function shape(sizes: readonly string[] | null, changed: readonly number[]): TemplateResult {
  if (!sizes) return html`<span class="shape" title=${texts.unknownShape}>[...]</span>`;
  return html`<span class="shape"
    >[${sizes.map(
      (size, axis) =>
        html`${axis > 0 ? ", " : ""}${
          changed.includes(axis) ? html`<mark>${size}<span class="spoken"> ${texts.changed}</span></mark>` : size
        }`,
    )}]</span
  >`;
}

function post(request: TimelineRequest): void {
  host.postMessage(request);
}
