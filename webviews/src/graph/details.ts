import { html, nothing, type TemplateResult } from "lit";
import type { Scene } from "./layout";
import { text, texts } from "./strings";
import type { Tree } from "./tree";
import { isGroup } from "./tree";

interface Actions {
  readonly isOpen: boolean;
  reveal(): void;
  toggle(): void;
}

/** What there is to say of the part that is selected. */
export function detailsOf(tree: Tree, scene: Scene, index: number, actions: Actions): TemplateResult {
  const part = tree.parts[index];
  if (!part) return html`<aside aria-label=${texts.nothingSelected}><p class="keys">${texts.keys}</p></aside>`;
  const takes = scene.wires
    .filter(({ to }) => to === index)
    .map(({ from, shape }) => `${tree.parts[from]?.label ?? ""} ${shape}`);
  const leaving = scene.wires.filter(({ from }) => from === index).map(({ shape }) => shape);
  const gives = part.shapes.length > 0 ? part.shapes : leaving;
  const name = part.kind === "repeat" ? `${part.label} ×${part.count}` : part.label;
  const facts: [string, readonly string[]][] = [
    [texts.place, part.path && part.path !== part.label ? [part.path] : []],
    [texts.inputs, [...new Set(takes)]],
    [texts.outputs, part.kind === "output" ? [] : [...new Set(gives)]],
    [texts.parameters, part.parameters ? [part.parameters] : []],
    [texts.multiplyAdds, part.multiplyAdds ? [part.multiplyAdds] : []],
  ];
  const notes = [
    part.isShared && texts.shared,
    part.isUnused && texts.unused,
    part.kind === "lost" && texts.lost,
    isGroup(part) && text("operations", tree.size(index)),
  ].filter((note): note is string => typeof note === "string");
  return html`<aside aria-label=${name}>
    <div class="heading">
      <h2>${name}</h2>
      ${part.operation === part.label ? nothing : html`<span class="operation">${part.operation}</span>`}
      <span class="space"></span>
      ${
        isGroup(part)
          ? html`<button @click=${actions.toggle}>${actions.isOpen ? texts.fold : texts.unfold}</button>`
          : nothing
      }
      ${part.hasSource ? html`<button @click=${actions.reveal}>${texts.source}</button>` : nothing}
    </div>
    ${part.errors.map((error) => html`<p class="problem">${error}</p>`)}
    ${part.warnings.map((warning) => html`<p class="warning">${warning}</p>`)}
    <dl>
      ${facts
        .filter(([, values]) => values.length > 0)
        .map(
          ([title, values]) =>
            html`<div>
              <dt>${title}</dt>
              <dd>${values.map((value) => html`<span>${value}</span>`)}</dd>
            </div>`,
        )}
    </dl>
    ${notes.length > 0 ? html`<p class="notes">${notes.join(" · ")}</p>` : nothing}
  </aside>`;
}
