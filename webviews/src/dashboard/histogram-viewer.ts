import type { PropertyValues, TemplateResult } from "lit";
import { html, LitElement, nothing } from "lit";
import type { HistogramView } from "../contract";
import { faint, onThemeChange, readChartTheme } from "./chart-theme";
import { formatMetric } from "./format";
import { text, texts } from "./strings";

const height = 220;
const margins = { left: 62, right: 12, top: 8, bottom: 24 } as const;

/** How the weights and gradients of a parameter were distributed, epoch by epoch: the darker, the more values. */
export class HistogramViewer extends LitElement {
  static override properties = { histograms: { attribute: false }, chosen: { state: true } };

  declare histograms: readonly HistogramView[];
  /** The parameter to show; undefined for the first. */
  declare chosen: string | undefined;
  #endThemeWatch: (() => void) | undefined;
  #resize: ResizeObserver | undefined;

  constructor() {
    super();
    this.histograms = [];
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#endThemeWatch = onThemeChange(() => this.#draw());
    this.#resize = new ResizeObserver(() => this.#draw());
    this.#resize.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#endThemeWatch?.();
    this.#resize?.disconnect();
  }

  protected override render(): TemplateResult | typeof nothing {
    const names = [...new Set(this.histograms.map(({ name }) => name))];
    if (names.length === 0) return nothing;
    const shown = this.#shown();
    const choose = (event: Event) => (this.chosen = (event.target as HTMLSelectElement).value);
    return html`
      <section class="histograms" aria-label=${texts.histograms}>
        <h2>${texts.histograms}</h2>
        <select aria-label=${texts.parameter} @change=${choose}>
          ${names.map((name) => html`<option value=${name} ?selected=${name === shown}>${name}</option>`)}
        </select>
        <div class="charts">
          ${(["weights", "gradients"] as const).map(
            (of) => html`
              <figure>
                <figcaption>${texts[of]}</figcaption>
                <canvas data-of=${of} role="img" aria-label=${this.#description(of)}></canvas>
              </figure>
            `,
          )}
        </div>
      </section>
    `;
  }

  protected override updated(_: PropertyValues<this>): void {
    this.#draw();
  }

  #shown(): string | undefined {
    const isThere = this.histograms.some(({ name }) => name === this.chosen);
    return isThere ? this.chosen : this.histograms[0]?.name;
  }

  #of(of: HistogramView["of"]): HistogramView[] {
    const shown = this.#shown();
    return this.histograms.filter((histogram) => histogram.name === shown && histogram.of === of);
  }

  #description(of: HistogramView["of"]): string {
    const last = this.#of(of).at(-1);
    if (!last) return texts.noHistogram;
    return text("distribution", texts[of], last.epoch, formatMetric(last.min), formatMetric(last.max));
  }

  #draw(): void {
    for (const canvas of this.querySelectorAll("canvas"))
      drawHistograms(canvas, this.#of(canvas.dataset["of"] as HistogramView["of"]));
  }
}

customElements.define("histogram-viewer", HistogramViewer);

/** One column for each epoch, one cell for each interval of values. */
function drawHistograms(canvas: HTMLCanvasElement, histograms: readonly HistogramView[]): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  const ratio = window.devicePixelRatio;
  const width = Math.max(200, canvas.parentElement?.clientWidth ?? 0);
  [canvas.width, canvas.height] = [width * ratio, height * ratio];
  context.scale(ratio, ratio);
  const theme = readChartTheme();
  context.font = theme.font;
  context.fillStyle = theme.foreground;
  context.textBaseline = "middle";
  const filled = histograms.filter(({ counts }) => counts.length > 0);
  if (filled.length === 0) {
    context.textAlign = "center";
    context.fillText(texts.noHistogram, width / 2, height / 2);
    return;
  }
  const low = Math.min(...filled.map(({ min }) => min));
  const high = Math.max(...filled.map(({ max }) => max));
  const plot = { width: width - margins.left - margins.right, height: height - margins.top - margins.bottom };
  const y = (value: number) => margins.top + plot.height * (high > low ? (high - value) / (high - low) : 0.5);
  const columnWidth = plot.width / filled.length;
  context.textAlign = "right";
  for (const value of [low, (low + high) / 2, high]) context.fillText(formatMetric(value), margins.left - 8, y(value));
  context.textAlign = "center";
  context.textBaseline = "alphabetic";
  for (const index of new Set([0, filled.length - 1])) {
    context.fillText(String(filled[index]!.epoch), margins.left + (index + 0.5) * columnWidth, height - 8);
  }
  filled.forEach(({ min, max, counts }, column) => {
    const most = Math.max(...counts);
    const step = (max - min) / counts.length;
    counts.forEach((count, bin) => {
      if (count === 0) return;
      const top = y(min + (bin + 1) * step);
      const bottom = y(min + bin * step);
      context.fillStyle = faint(theme.curves[0]!, 0.1 + 0.9 * (count / most));
      const left = margins.left + column * columnWidth;
      context.fillRect(left, top, Math.max(1, columnWidth - 1), Math.max(1, bottom - top));
    });
  });
}
