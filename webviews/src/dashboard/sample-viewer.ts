import type { TemplateResult } from "lit";
import { html, LitElement, nothing } from "lit";
import type { SampleView } from "../contract";
import { text, texts } from "./strings";

/** What the model shows after each epoch: the newest, or an earlier one that is chosen. */
export class SampleViewer extends LitElement {
  static override properties = { samples: { attribute: false }, chosen: { state: true } };

  declare samples: readonly SampleView[];
  /** The epoch to show; undefined for the newest, also when another one comes. */
  declare chosen: number | undefined;

  constructor() {
    super();
    this.samples = [];
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override render(): TemplateResult | typeof nothing {
    const epochs = [...new Set(this.samples.map(({ epoch }) => epoch))];
    const newest = epochs.at(-1);
    if (newest === undefined) return nothing;
    const shown = this.chosen !== undefined && epochs.includes(this.chosen) ? this.chosen : newest;
    const choose = (event: Event) => {
      const epoch = epochs[Number((event.target as HTMLInputElement).value)];
      this.chosen = epoch === newest ? undefined : epoch;
    };
    return html`
      <section class="samples" aria-label=${texts.samples}>
        <h2>${texts.samples}</h2>
        ${
          epochs.length > 1
            ? html`<label class="epoch">
                <input
                  type="range"
                  aria-label=${texts.samplesEpoch}
                  min="0"
                  max=${epochs.length - 1}
                  .value=${String(epochs.indexOf(shown))}
                  @input=${choose}
                />
                <output>${text("afterEpoch", shown)}</output>
              </label>`
            : html`<p class="epoch">${text("afterEpoch", shown)}</p>`
        }
        <div class="shown">${this.samples.filter(({ epoch }) => epoch === shown).map(figure)}</div>
      </section>
    `;
  }
}

customElements.define("sample-viewer", SampleViewer);

function figure({ name, kind, content, epoch }: SampleView): TemplateResult {
  return html`
    <figure>
      <figcaption>${name}</figcaption>
      ${
        kind === "picture"
          ? html`<img src=${content} alt=${text("pictureAfterEpoch", name, epoch)} />`
          : html`<pre>${content}</pre>`
      }
    </figure>
  `;
}
