import type { TemplateResult } from "lit";
import { html, nothing } from "lit";
import { styleMap } from "lit/directives/style-map.js";
import type { DashboardRequest, RunSummary } from "../contract";
import { curveColor } from "./chart-theme";
import { formatMetric } from "./format";
import { statusText, text, texts } from "./strings";

export interface RunTableOptions {
  /** Newest first. */
  readonly runs: readonly RunSummary[];
  /** The run that the page is of: always drawn. */
  readonly own: string;
  /** The colours of the runs that are drawn. */
  readonly colors: ReadonlyMap<string, number>;
  readonly toggle: (id: string) => void;
  readonly request: (request: DashboardRequest) => void;
}

/** The runs of the workspace beside this one: what they were trained with, how good they came out, and which are drawn. */
export function runTable(options: RunTableOptions): TemplateResult | typeof nothing {
  const { runs } = options;
  if (runs.length === 0) return nothing;
  const hyperparameters = differing(runs);
  const metrics = [...new Set(runs.flatMap(({ best }) => Object.keys(best)))];
  return html`
    <section class="runs" aria-label=${texts.runs}>
      <h2>${texts.runs}</h2>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">${texts.drawn}</th>
              <th scope="col">${texts.run}</th>
              <th scope="col">${texts.status}</th>
              ${hyperparameters.map((name) => html`<th scope="col">${name}</th>`)}
              ${metrics.map((name) => html`<th scope="col" class="number">${text("best", name)}</th>`)}
              <th scope="col">${texts.note}</th>
              <th scope="col"><span class="hidden">${texts.actions}</span></th>
            </tr>
          </thead>
          <tbody>
            ${runs.map((run) => row(run, hyperparameters, metrics, options))}
          </tbody>
        </table>
      </div>
    </section>
  `;
}

/** The hyperparameters that tell runs apart; all of a single run. */
export function differing(runs: readonly RunSummary[]): string[] {
  const names = [...new Set(runs.flatMap(({ hyperparameters }) => Object.keys(hyperparameters)))];
  if (runs.length === 1) return names;
  return names.filter((name) => new Set(runs.map(({ hyperparameters }) => hyperparameters[name])).size > 1);
}

function row(
  run: RunSummary,
  hyperparameters: readonly string[],
  metrics: readonly string[],
  { own, colors, toggle, request }: RunTableOptions,
): TemplateResult {
  const { id, name, status } = run;
  const color = colors.get(id);
  const isOwn = id === own;
  const named = (action: string) => `${action}: ${name}`;
  const ask = (type: "rename" | "note" | "delete" | "open") => () => request({ type, run: id });
  return html`
    <tr class=${isOwn ? "own" : ""}>
      <td>
        <label class="swatch" style=${styleMap(color === undefined ? {} : { "--curve": curveColor(color) })}>
          <input
            type="checkbox"
            aria-label=${named(texts.drawn)}
            .checked=${color !== undefined}
            ?disabled=${isOwn}
            @change=${() => toggle(id)}
          />
          <span class=${color === undefined ? "" : "line"}></span>
        </label>
      </td>
      <th scope="row">
        ${isOwn ? html`<b>${name}</b>` : html`<button class="link" @click=${ask("open")}>${name}</button>`}
        <small>${new Date(run.created).toLocaleString(document.documentElement.lang || undefined)}</small>
      </th>
      <td>${statusText(status)}</td>
      ${hyperparameters.map((key) => html`<td>${String(run.hyperparameters[key] ?? "–")}</td>`)}
      ${metrics.map((metric) => html`<td class="number">${formatMetric(run.best[metric])}</td>`)}
      <td class="note">${run.note}</td>
      <td class="row-actions">
        <button
          class="icon codicon codicon-edit"
          title=${texts.rename}
          aria-label=${named(texts.rename)}
          @click=${ask("rename")}
        ></button>
        <button
          class="icon codicon codicon-note"
          title=${texts.editNote}
          aria-label=${named(texts.editNote)}
          @click=${ask("note")}
        ></button>
        <button
          class="icon codicon codicon-trash"
          title=${texts.delete}
          aria-label=${named(texts.delete)}
          ?disabled=${!run.canDelete}
          @click=${ask("delete")}
        ></button>
      </td>
    </tr>
  `;
}
