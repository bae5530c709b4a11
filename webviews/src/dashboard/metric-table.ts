import type { TemplateResult } from "lit";
import { html } from "lit";
import { formatCount, formatMetric } from "./format";
import type { MetricSummary } from "./metric-history";
import { splitText, texts } from "./strings";

/** The charts as text: for screen readers, and for everybody who wants the number. */
export function metricTable(summaries: readonly MetricSummary[]): TemplateResult {
  return html`
    <table class="latest">
      <caption>
        ${texts.latestValues}
      </caption>
      <thead>
        <tr>
          <th scope="col">${texts.metric}</th>
          <th scope="col">${texts.split}</th>
          ${[texts.latest, texts.lowest, texts.highest, texts.atStep].map(
            (title) => html`<th scope="col" class="number">${title}</th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${summaries.map(
          ({ metric, split, latest, lowest, highest, step }) => html`
            <tr>
              <th scope="row">${metric}</th>
              <td>${splitText(split)}</td>
              ${[formatMetric(latest), formatMetric(lowest), formatMetric(highest), formatCount(step)].map(
                (value) => html`<td class="number">${value}</td>`,
              )}
            </tr>
          `,
        )}
      </tbody>
    </table>
  `;
}
