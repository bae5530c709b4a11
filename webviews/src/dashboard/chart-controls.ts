import "@vscode-elements/elements/dist/vscode-checkbox/index.js";
import type { TemplateResult } from "lit";
import { html, nothing } from "lit";
import type { DashboardSettings, ExportFormat, XAxis } from "../contract";
import { exportFormats, xAxes } from "../contract";
import { axisText, texts } from "./strings";

const strongestSmoothing = 0.99;

export interface ChartControlsOptions {
  readonly settings: DashboardSettings;
  readonly isZoomed: boolean;
  readonly change: (changes: Partial<DashboardSettings>) => void;
  readonly resetZoom: () => void;
  readonly exportAs: (format: ExportFormat) => void;
}

/** How the charts are drawn, and what can be done with their numbers. */
export function chartControls(options: ChartControlsOptions): TemplateResult {
  const { settings, isZoomed, change, resetZoom, exportAs } = options;
  const slide = (event: Event) => change({ smoothing: Number((event.target as HTMLInputElement).value) });
  const check = (event: Event) => change({ logarithmic: (event.target as HTMLInputElement).checked });
  const choose = (event: Event) => change({ axis: (event.target as HTMLSelectElement).value as XAxis });
  const send = (event: Event) => {
    const select = event.target as HTMLSelectElement;
    exportAs(select.value as ExportFormat);
    select.value = "";
  };
  return html`
    <div class="controls">
      <label>
        ${texts.smoothing}
        <input
          type="range"
          min="0"
          max=${strongestSmoothing}
          step="0.01"
          .value=${String(settings.smoothing)}
          @input=${slide}
        />
        <output>${settings.smoothing.toFixed(2)}</output>
      </label>
      <vscode-checkbox label=${texts.logarithmic} ?checked=${settings.logarithmic} @change=${check}></vscode-checkbox>
      <label>
        ${texts.xAxis}
        <select .value=${settings.axis} @change=${choose}>
          ${xAxes.map((axis) => html`<option value=${axis} ?selected=${axis === settings.axis}>${axisText(axis)}</option>`)}
        </select>
      </label>
      <label>
        <span class="hidden">${texts.export}</span>
        <select @change=${send}>
          <option value="" selected>${texts.export}</option>
          ${exportFormats.map((format) => html`<option value=${format}>${texts[format]}</option>`)}
        </select>
      </label>
      ${isZoomed ? html`<button class="link" @click=${resetZoom}>${texts.resetZoom}</button>` : nothing}
    </div>
  `;
}
