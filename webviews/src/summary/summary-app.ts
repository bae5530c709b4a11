import type { TemplateResult } from "lit";
import { html, LitElement, nothing } from "lit";
import { host } from "../shared/host";
import type { SummaryRequest, SummaryState, SummaryView, TableFormat } from "./contract";
import type { NumberedRow, Sorting } from "./rows";
import { arrangedRows } from "./rows";
import { text, texts } from "./strings";

/** Numbers begin in this column. */
const firstNumber = 3;

/** A model's layers as a table that can be sorted and filtered, for any input that is typed in. */
export class SummaryApp extends LitElement {
  static override properties = {
    view: { state: true },
    filter: { state: true },
    sorting: { state: true },
  };

  declare view: SummaryView | undefined;
  declare filter: string;
  declare sorting: Sorting | undefined;

  #inputs: string[] = [];
  #batch = 0;

  constructor(private readonly uri: string) {
    super();
    this.filter = "";
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  receive({ view }: SummaryState): void {
    this.view = view;
    host.setState({ uri: this.uri, model: view.model });
  }

  protected override render(): TemplateResult {
    const { view } = this;
    if (!view) return html`<p role="status">${texts.loading}</p>`;
    return html`
      <header>
        <h1>${view.model || view.file}</h1>
        <span class="file">${view.file}</span>
      </header>
      ${this.#questions(view)} ${view.message ? html`<p class="message" role="status">${view.message}</p>` : nothing}
      ${view.problems.map((problem) => html`<p class="problem" role="alert">${problem}</p>`)}
      ${view.rows.length > 0 ? this.#table(view) : nothing}
    `;
  }

  #questions(view: SummaryView): TemplateResult {
    const shapes = view.inputs.length > 0 ? view.inputs : [{ name: "x", shape: "" }];
    return html`<form @submit=${(event: Event) => event.preventDefault()}>
      ${view.models.length > 1 ? this.#chooseModel(view) : nothing}
      ${shapes.map(
        ({ name, shape }, i) =>
          html`<label
            >${text("input", name)}
            <input
              class="shape"
              spellcheck="false"
              .value=${this.#inputs[i] || shape}
              placeholder="[N, 3, 32, 32]"
              @change=${(event: Event) => this.#setInput(i, valueOf(event))}
          /></label>`,
      )}
      <label
        >${texts.batch}
        <input
          class="batch"
          type="number"
          min="1"
          .value=${this.#batch > 0 ? String(this.#batch) : ""}
          placeholder=${texts.batchOpen}
          @change=${(event: Event) => this.#setBatch(valueOf(event))}
      /></label>
    </form>`;
  }

  #chooseModel(view: SummaryView): TemplateResult {
    const choose = (event: Event): void => {
      this.#inputs = [];
      this.#ask(valueOf(event));
    };
    return html`<label
      >${texts.model}
      <select @change=${choose}>
        ${view.models.map((name) => html`<option ?selected=${name === view.model}>${name}</option>`)}
      </select></label
    >`;
  }

  #table(view: SummaryView): TemplateResult {
    const rows = arrangedRows(view.rows, this.filter, this.sorting);
    const copy = (format: TableFormat) => () => post({ type: "copy", format });
    return html`
      <div class="tools">
        <input
          class="filter"
          type="search"
          placeholder=${texts.filter}
          aria-label=${texts.filter}
          .value=${this.filter}
          @input=${(event: Event) => (this.filter = valueOf(event))}
        />
        <span role="status">${this.filter ? text("shown", rows.length, view.rows.length) : ""}</span>
        <button @click=${copy("markdown")}>${texts.copyMarkdown}</button>
        <button @click=${copy("csv")}>${texts.copyCsv}</button>
      </div>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              ${view.columns.map((title, column) => this.#heading(title, column))}
            </tr>
          </thead>
          <tbody>
            ${rows.map(tableRow)}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row" colspan=${firstNumber}>${texts.total}</th>
              ${view.totals.map((cell) => html`<td class="number">${cell.text}</td>`)}
            </tr>
          </tfoot>
        </table>
      </div>
      <p class="note">${texts.flops}</p>
    `;
  }

  #heading(title: string, column: number): TemplateResult {
    const { sorting } = this;
    const isSorted = sorting?.column === column;
    const order = isSorted ? (sorting.descending ? "descending" : "ascending") : "none";
    const mark = isSorted ? (sorting.descending ? " ↓" : " ↑") : "";
    return html`<th scope="col" aria-sort=${order} class=${column < firstNumber ? "" : "number"}>
      <button @click=${() => this.#sortBy(column)}>${title}${mark}</button>
    </th>`;
  }

  /** Numbers begin with the largest; a third click brings the model's own order back. */
  #sortBy(column: number): void {
    const first = column >= firstNumber;
    if (this.sorting?.column !== column) this.sorting = { column, descending: first };
    else this.sorting = this.sorting.descending === first ? { column, descending: !first } : undefined;
  }

  #setInput(index: number, shape: string): void {
    while (this.#inputs.length < index) this.#inputs.push("");
    this.#inputs[index] = shape;
    this.#ask(this.view?.model ?? "");
  }

  #setBatch(value: string): void {
    const batch = Number(value);
    this.#batch = Number.isInteger(batch) && batch > 0 ? batch : 0;
    this.#ask(this.view?.model ?? "");
  }

  #ask(model: string): void {
    post({ type: "ask", model, inputs: this.#inputs, batch: this.#batch });
  }
}

customElements.define("summary-app", SummaryApp);

function tableRow({ row, index }: NumberedRow): TemplateResult {
  const reveal = () => post({ type: "reveal", row: index });
  const name = row.hasSource
    ? html`<button class="link" title=${text("showSource", row.path)} @click=${reveal}>${row.path}</button>`
    : row.path;
  return html`<tr class=${row.isUsed ? "" : "unused"}>
    <th scope="row">${name}</th>
    <td>${row.type}${row.isUsed ? "" : ` (${texts.notUsed})`}</td>
    <td class="shape">${row.output}</td>
    ${row.numbers.map((cell) => html`<td class="number">${cell.text}</td>`)}
  </tr>`;
}

function valueOf(event: Event): string {
  return (event.target as HTMLInputElement | HTMLSelectElement).value;
}

function post(request: SummaryRequest): void {
  host.postMessage(request);
}
