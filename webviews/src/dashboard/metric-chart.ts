import type { PropertyValues } from "lit";
import { html, LitElement } from "lit";
import uPlot from "uplot";
import type { ChartCurve, ChartView } from "./chart-data";
import { alignedColumns } from "./chart-data";
import { chartOptions } from "./chart-options";
import { onThemeChange, readChartTheme } from "./chart-theme";
import type { XRange } from "./decimation";
import { text } from "./strings";

const height = 220;
/** How much of the range one press of + or - goes in or out. */
const keyZoom = 0.25;

/** What was zoomed into, to whoever draws the other charts; undefined for everything. */
export type ZoomEvent = CustomEvent<XRange | undefined>;

/** The chart of one metric. It is drawn into the page itself, whose style sheet has uPlot's rules. */
export class MetricChart extends LitElement {
  static override properties = {
    metric: { type: String },
    curves: { attribute: false },
    view: { attribute: false },
    failure: { attribute: false },
    logarithmic: { type: Boolean },
  };

  declare metric: string;
  declare curves: readonly ChartCurve[];
  declare view: ChartView;
  /** Where on the x axis the run failed; undefined where it did not. */
  declare failure: number | undefined;
  declare logarithmic: boolean;

  #chart: uPlot | undefined;
  /** What the drawn chart was made for; another look takes another chart. */
  #drawn = "";
  #resize: ResizeObserver | undefined;
  #endThemeWatch: (() => void) | undefined;

  constructor() {
    super();
    this.metric = "";
    this.curves = [];
    this.view = { axis: "step", smoothing: 0, range: undefined };
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

  /** The chart as a picture, in the colours of the page; undefined while nothing is drawn. */
  toPng(): string | undefined {
    return this.#chart?.ctx.canvas.toDataURL("image/png");
  }

  protected override render() {
    return html`<h2>${this.metric}</h2>
      <div
        class="plot"
        role="application"
        tabindex="0"
        aria-label=${text("chart", this.metric)}
        @keydown=${(event: KeyboardEvent) => this.#key(event)}
        @dblclick=${() => this.#zoom(undefined)}
      ></div>`;
  }

  protected override updated(_: PropertyValues<this>): void {
    if (!this.#chart || this.#look() !== this.#drawn) this.#rebuild();
    else this.#chart.setData(this.#data());
  }

  #look(): string {
    const { axis, range } = this.view;
    const curves = this.curves.map(({ kind, run }) => [kind, run]);
    return JSON.stringify([this.logarithmic, axis, range, curves, this.failure]);
  }

  #rebuild(): void {
    const plot = this.querySelector<HTMLElement>(".plot");
    if (!plot) return;
    this.#chart?.destroy();
    this.#drawn = this.#look();
    const { axis, range } = this.view;
    const options = chartOptions({
      width: this.#width(),
      height,
      logarithmic: this.logarithmic,
      axis,
      range,
      curves: this.curves,
      failure: this.failure,
      theme: readChartTheme(),
      zoomed: (zoomed) => this.#zoom(zoomed),
    });
    this.#chart = new uPlot(options, this.#data(), plot);
  }

  #width(): number {
    return Math.max(200, this.clientWidth);
  }

  #data(): uPlot.AlignedData {
    const [x, ...columns] = alignedColumns(this.curves);
    if (!this.logarithmic) return [x, ...columns];
    // A logarithmic axis has no place for zero and below.
    const positive = columns.map((column) => Array.from(column, (value) => (value && value > 0 ? value : null)));
    return [x, ...positive];
  }

  #zoom(range: XRange | undefined): void {
    this.dispatchEvent(new CustomEvent("zoom", { detail: range }) satisfies ZoomEvent);
  }

  /** The arrows move the cursor, + and - zoom around it, 0 and Escape show everything. */
  #key(event: KeyboardEvent): void {
    const chart = this.#chart;
    const { min, max } = chart?.scales["x"] ?? {};
    if (!chart || typeof min !== "number" || typeof max !== "number") return;
    const width = chart.over.clientWidth;
    const at = chart.cursor.left !== undefined && chart.cursor.left >= 0 ? chart.cursor.left : width / 2;
    const step = event.shiftKey ? width / 10 : width / 100;
    switch (event.key) {
      case "ArrowLeft":
      case "ArrowRight": {
        const left = Math.max(0, Math.min(width, at + (event.key === "ArrowLeft" ? -step : step)));
        chart.setCursor({ left, top: height / 2 });
        break;
      }
      case "+":
      case "-": {
        const center = chart.posToVal(at, "x");
        const factor = event.key === "+" ? 1 - keyZoom : 1 / (1 - keyZoom);
        this.#zoom({ from: center - (center - min) * factor, to: center + (max - center) * factor });
        break;
      }
      case "0":
      case "Escape":
        this.#zoom(undefined);
        break;
      default:
        return;
    }
    event.preventDefault();
  }
}

customElements.define("metric-chart", MetricChart);
