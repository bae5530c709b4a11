import "@vscode-elements/elements/dist/vscode-checkbox/index.js";
import type { TemplateResult } from "lit";
import { html, LitElement } from "lit";
import type { DashboardSettings, DashboardState, RunView } from "../contract";
import { host } from "../shared/host";
import { chartColumns } from "./chart-data";
import "./metric-chart";
import { MetricHistory, summarize } from "./metric-history";
import { metricTable } from "./metric-table";
import { runHeader } from "./run-header";
import { texts } from "./strings";

const strongestSmoothing = 0.99;

/** The dashboard of one run. It holds no truth of its own: everything but the settings comes from the run's folder. */
export class DashboardApp extends LitElement {
  static override properties = { run: { state: true }, gone: { state: true }, settings: { state: true } };

  declare run: RunView | undefined;
  /** Why the run cannot be read. */
  declare gone: string | undefined;
  declare settings: DashboardSettings;

  readonly #history = new MetricHistory();

  constructor(settings: DashboardSettings) {
    super();
    this.settings = settings;
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
      case "points":
        if (state.restart) this.#history.clear();
        this.#history.add(state.points);
        return this.requestUpdate();
      case "gone":
        this.gone = state.message;
        return;
    }
  }

  protected override render(): TemplateResult {
    if (this.gone !== undefined) return emptyState("error", this.gone);
    if (!this.run) return emptyState("loading", texts.loading);
    return html`${runHeader(this.run, (request) => host.postMessage(request))} ${this.#metrics(this.run)}`;
  }

  #metrics(run: RunView): TemplateResult {
    const { metrics } = this.#history;
    if (metrics.length === 0) return emptyState("graph-line", noMetrics(run));
    const { smoothing, logarithmic } = this.settings;
    return html`
      ${this.#controls()}
      <main class="charts">
        ${metrics.map(
          (metric) => html`
            <metric-chart
              .metric=${metric}
              .columns=${chartColumns(
                this.#history.series(metric, "train"),
                this.#history.series(metric, "validation"),
                smoothing,
              )}
              .smoothed=${smoothing > 0}
              .logarithmic=${logarithmic}
            ></metric-chart>
          `,
        )}
      </main>
      ${metricTable(summarize(this.#history))}
    `;
  }

  #controls(): TemplateResult {
    const { smoothing, logarithmic } = this.settings;
    const slide = (event: Event) => this.#change({ smoothing: Number((event.target as HTMLInputElement).value) });
    const check = (event: Event) => this.#change({ logarithmic: (event.target as HTMLInputElement).checked });
    return html`
      <div class="controls">
        <label>
          ${texts.smoothing}
          <input
            type="range"
            min="0"
            max=${strongestSmoothing}
            step="0.01"
            .value=${String(smoothing)}
            @input=${slide}
          />
          <output>${smoothing.toFixed(2)}</output>
        </label>
        <vscode-checkbox label=${texts.logarithmic} ?checked=${logarithmic} @change=${check}></vscode-checkbox>
      </div>
    `;
  }

  #change(changes: Partial<DashboardSettings>): void {
    this.settings = { ...this.settings, ...changes };
    host.setState(this.settings);
  }
}

customElements.define("dashboard-app", DashboardApp);

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
