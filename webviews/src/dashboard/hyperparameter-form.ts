import "@vscode-elements/elements/dist/vscode-button/index.js";
import type { TemplateResult } from "lit";
import { html } from "lit";
import type { HyperparameterValue, Range, RunView } from "../contract";
import { texts } from "./strings";

/** The hyperparameters of a run in fields, to train the experiment once more with others. */
export function hyperparameterForm(
  { hyperparameters, ranges, canTrain }: RunView,
  train: (overrides: Record<string, HyperparameterValue>) => void,
): TemplateResult {
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    train(readForm(form, hyperparameters));
  };
  return html`
    <details class="hyperparameters">
      <summary>${texts.otherHyperparameters}</summary>
      <form @submit=${submit}>
        ${Object.entries(hyperparameters).map(
          ([name, value]) => html`<label><span>${name}</span> ${field(name, value, ranges[name])}</label>`,
        )}
        <button type="submit" class="primary" ?disabled=${!canTrain}>${texts.trainWithThese}</button>
      </form>
    </details>
  `;
}

function field(name: string, value: HyperparameterValue, range: Range | undefined): TemplateResult {
  if (range && "choices" in range) {
    return html`
      <select name=${name}>
        ${range.choices.map((choice) => html`<option value=${String(choice)} ?selected=${choice === value}>${String(choice)}</option>`)}
      </select>
    `;
  }
  if (typeof value === "boolean") return html`<input type="checkbox" name=${name} ?checked=${value} />`;
  if (typeof value === "string") return html`<input type="text" name=${name} value=${value} />`;
  const counted = name === "epochs" || name === "batchSize";
  const { min = counted ? 1 : undefined, max, step = counted ? 1 : "any" } = range ?? {};
  return html`
    <input type="number" name=${name} value=${value} min=${min ?? ""} max=${max ?? ""} step=${step} required />
  `;
}

/** What the fields say, each as the type of value that it stands for. */
function readForm(
  form: HTMLFormElement,
  hyperparameters: Readonly<Record<string, HyperparameterValue>>,
): Record<string, HyperparameterValue> {
  const entries = Object.entries(hyperparameters).map(([name, value]): [string, HyperparameterValue] => {
    const element = form.elements.namedItem(name) as HTMLInputElement | HTMLSelectElement;
    if (typeof value === "boolean") return [name, (element as HTMLInputElement).checked];
    return [name, typeof value === "number" ? Number(element.value) : element.value];
  });
  return Object.fromEntries(entries.filter(([name, value]) => value !== hyperparameters[name]));
}
