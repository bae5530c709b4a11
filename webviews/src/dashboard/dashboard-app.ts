import type { TemplateResult } from "lit";
import { html, LitElement } from "lit";
import type {
  DashboardRequest,
  DashboardSettings,
  DashboardState,
  ExportFormat,
  HistogramView,
  MetricPoint,
  RunSummary,
  RunView,
  SampleView,
} from "../contract";
import { host } from "../shared/host";
import { chartControls } from "./chart-controls";
import type { ChartRun, ChartView } from "./chart-data";
import { chartCurves, failurePosition } from "./chart-data";
import { colorCount } from "./chart-theme";
import type { XRange } from "./decimation";
import "./histogram-viewer";
import "./metric-chart";
import type { MetricChart, ZoomEvent } from "./metric-chart";
import { MetricHistory, metricNames, summarize } from "./metric-history";
import { metricTable } from "./metric-table";
import { runHeader } from "./run-header";
import { differing, runTable } from "./run-table";
import "./sample-viewer";
import { texts } from "./strings";

/** The dashboard of one run. It holds no truth of its own: everything but the settings comes from the runs' folders. */
export class DashboardApp extends LitElement {
  static override properties = {
    run: { state: true },
    runs: { state: true },
    gone: { state: true },
    samples: { state: true },
    histograms: { state: true },
    settings: { state: true },
    range: { state: true },
  };

  declare run: RunView | undefined;
  /** All runs of the workspace, newest first. */
  declare runs: readonly RunSummary[];
  /** What the run's model has shown so far. */
  declare samples: readonly SampleView[];
  declare histograms: readonly HistogramView[];
  /** Why the run cannot be read. */
  declare gone: string | undefined;
  declare settings: DashboardSettings;
  /** What all charts are zoomed into. */
  declare range: XRange | undefined;

  /** The points of the runs that are drawn, by run. */
  readonly #histories = new Map<string, MetricHistory>();

  constructor(settings: DashboardSettings) {
    super();
    this.settings = settings;
    this.runs = [];
    this.samples = [];
    this.histograms = [];
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  receive(state: DashboardState): void {
    switch (state.type) {
      case "run":
        this.run = state.run;
        this.gone = undefined;
        return;
      case "runs":
        this.runs = state.runs;
        return this.#forgetDeleted();
      case "points":
        return this.#addPoints(state.run, state.restart, state.points);
      case "samples":
        this.samples = state.samples;
        return;
      case "histograms":
        this.histograms = state.restart ? state.histograms : [...this.histograms, ...state.histograms];
        return;
      case "gone":
        this.gone = state.message;
        return;
    }
  }

  protected override render(): TemplateResult {
    if (this.gone !== undefined) return emptyState("error", this.gone);
    if (!this.run) return emptyState("loading", texts.loading);
    return html`
      ${runHeader(this.run, send)} ${this.#metrics(this.run)}
      <sample-viewer .samples=${this.samples}></sample-viewer>
      <histogram-viewer .histograms=${this.histograms}></histogram-viewer>
      ${runTable({
        runs: this.runs,
        own: this.settings.runId,
        colors: new Map(this.#drawnIds().map((id, index) => [id, index])),
        toggle: (id) => this.#toggle(id),
        request: send,
      })}
    `;
  }

  #metrics(run: RunView): TemplateResult {
    const drawn = this.#drawnIds().map((id, color) => this.#chartRun(id, color));
    const metrics = metricNames(drawn.map(({ history }) => history));
    if (metrics.length === 0) return emptyState("graph-line", noMetrics(run));
    const { smoothing, logarithmic, axis } = this.settings;
    const view: ChartView = { axis, smoothing, range: this.range };
    return html`
      ${chartControls({
        settings: this.settings,
        isZoomed: this.range !== undefined,
        change: (changes) => this.#change(changes),
        resetZoom: () => (this.range = undefined),
        exportAs: (format) => this.#export(format),
      })}
      <div class="charts">
        ${metrics.map(
          (metric) => html`
            <metric-chart
              .metric=${metric}
              .curves=${chartCurves(drawn, metric, view)}
              .view=${view}
              .failure=${drawn[0] && failurePosition(drawn[0], metric, view)}
              .logarithmic=${logarithmic}
              @zoom=${(event: ZoomEvent) => (this.range = event.detail)}
            ></metric-chart>
          `,
        )}
      </div>
      ${metricTable(summarize(this.#history(run.id)))}
    `;
  }

  /** The page's own run, and those that the user has added to it. */
  #drawnIds(): string[] {
    const { runId, compared } = this.settings;
    const known = new Set(this.runs.map(({ id }) => id));
    return [runId, ...compared.filter((id) => id !== runId && known.has(id))];
  }

  #chartRun(id: string, color: number): ChartRun {
    const summary = this.runs.find((run) => run.id === id);
    const { progress, started, status } = (id === this.run?.id ? this.run : summary) ?? {};
    return {
      id,
      name: summary && this.#distinctName(summary),
      color,
      history: this.#history(id),
      started: Date.parse(started ?? "") || 0,
      failedAt: status === "failed" ? progress?.step : undefined,
      stepsPerEpoch: progress?.steps ? progress.steps / progress.epochs : undefined,
    };
  }

  /** A run's name, or what tells it apart where another one that is drawn is called the same. */
  #distinctName(run: RunSummary): string {
    const drawn = new Set(this.#drawnIds());
    const namesakes = this.runs.filter(({ id, name }) => drawn.has(id) && name === run.name);
    if (namesakes.length === 1) return run.name;
    const settings = differing(namesakes).map((key) => `${key} ${String(run.hyperparameters[key] ?? "–")}`);
    return settings.length > 0 ? settings.join(", ") : new Date(run.created).toLocaleString();
  }

  #history(id: string): MetricHistory {
    let history = this.#histories.get(id);
    if (!history) this.#histories.set(id, (history = new MetricHistory()));
    return history;
  }

  #addPoints(run: string, restart: boolean, points: readonly MetricPoint[]): void {
    const history = this.#history(run);
    if (restart) history.clear();
    history.add(points);
    this.requestUpdate();
  }

  #forgetDeleted(): void {
    const known = new Set(this.runs.map(({ id }) => id));
    for (const id of this.#histories.keys())
      if (id !== this.settings.runId && !known.has(id)) this.#histories.delete(id);
  }

  #toggle(id: string): void {
    const { compared } = this.settings;
    // More runs than colours could not be told apart: the one that was added first makes room.
    const others = compared.includes(id)
      ? compared.filter((other) => other !== id)
      : [...compared, id].slice(1 - colorCount);
    this.#change({ compared: others });
    send({ type: "compare", runs: others });
  }

  #change(changes: Partial<DashboardSettings>): void {
    // A range means something on its own axis only.
    if (changes.axis !== undefined) this.range = undefined;
    this.settings = { ...this.settings, ...changes };
    host.setState(this.settings);
  }

  #export(format: ExportFormat): void {
    if (format !== "png") return send({ type: "export", format });
    const charts = [...this.querySelectorAll<MetricChart>("metric-chart")];
    const images = charts.flatMap((chart) => {
      const data = chart.toPng();
      return data === undefined ? [] : [{ metric: chart.metric, data }];
    });
    send({ type: "exportImages", images });
  }
}

customElements.define("dashboard-app", DashboardApp);

function send(request: DashboardRequest): void {
  host.postMessage(request);
}

function noMetrics({ status }: RunView): string {
  if (status === "queued") return texts.queuedBehind;
  return status === "running" ? texts.waitingForPoints : texts.noPoints;
}

function emptyState(icon: string, message: string): TemplateResult {
  return html`
    <div class="empty" role="status">
      <vscode-icon name=${icon} size="32"></vscode-icon>
      <p>${message}</p>
    </div>
  `;
}
