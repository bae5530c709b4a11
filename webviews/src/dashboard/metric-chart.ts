import type { PropertyValues } from "lit";
import { html, LitElement } from "lit";
import uPlot from "uplot";
import type { ChartColumns } from "./chart-data";
import type { CurveName } from "./chart-options";
import { chartOptions } from "./chart-options";
import { onThemeChange, readChartTheme } from "./chart-theme";
import { text } from "./strings";

const height = 220;
/** What the properties have before the dashboard has set them. */
const noColumns: ChartColumns = { x: [], measured: [], smoothed: [], validation: [] };

/** The chart of one metric. It is drawn into the page itself, whose style sheet has uPlot's rules. */
export class MetricChart extends LitElement {
  static override properties = {
    metric: { type: String },
    columns: { attribute: false },
    smoothed: { type: Boolean },
    logarithmic: { type: Boolean },
  };

  declare metric: string;
  declare columns: ChartColumns;
  declare smoothed: boolean;
  declare logarithmic: boolean;

  #chart: uPlot | undefined;
  #drawn: CurveName[] = [];
  #resize: ResizeObserver | undefined;
  #endThemeWatch: (() => void) | undefined;

  constructor() {
    super();
    this.metric = "";
    this.columns = noColumns;
    this.smoothed = false;
    this.logarithmic = false;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resize = new ResizeObserver(() => this.#chart?.setSize({ width: this.#width(), height }));
    this.#resize.observe(this);
    this.#endThemeWatch = onThemeChange(() => this.#rebuild());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resize?.disconnect();
    this.#endThemeWatch?.();
    this.#chart?.destroy();
    this.#chart = undefined;
  }

  protected override render() {
    return html`<h2>${this.metric}</h2>
      <div class="plot" role="img" aria-label=${text("chart", this.metric)}></div>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    const curvesChanged = this.#curves().join() !== this.#drawn.join();
    if (!this.#chart || curvesChanged || changed.has("logarithmic")) this.#rebuild();
    else if (changed.has("columns")) this.#chart.setData(this.#data());
  }

  #rebuild(): void {
    const plot = this.querySelector<HTMLElement>(".plot");
    if (!plot) return;
    this.#chart?.destroy();
    this.#drawn = this.#curves();
    const look = { width: this.#width(), height, logarithmic: this.logarithmic, curves: this.#drawn };
    this.#chart = new uPlot(chartOptions({ ...look, theme: readChartTheme() }), this.#data(), plot);
  }

  /** What there is to draw now. */
  #curves(): CurveName[] {
    const validated = this.columns.validation.some((value) => value !== null);
    return ["measured", ...(this.smoothed ? ["smoothed" as const] : []), ...(validated ? ["validation" as const] : [])];
  }

  #width(): number {
    return Math.max(200, this.clientWidth);
  }

  #data(): uPlot.AlignedData {
    // A logarithmic axis has no place for zero and below.
    const drawable = (values: readonly (number | null)[]) =>
      this.logarithmic ? values.map((value) => (value !== null && value > 0 ? value : null)) : [...values];
    return [[...this.columns.x], ...this.#drawn.map((curve) => drawable(this.columns[curve]))];
  }
}

customElements.define("metric-chart", MetricChart);
