import type * as lsp from "vscode-languageserver/node";

/** A text without its `$0`, and where that stood. */
export function withCursor(marked: string): { readonly text: string; readonly position: lsp.Position } {
  const offset = marked.indexOf("$0");
  if (offset < 0) throw new Error("The text has no $0.");
  const before = marked.slice(0, offset).split("\n");
  return {
    text: marked.replace("$0", ""),
    position: { line: before.length - 1, character: before.at(-1)?.length ?? 0 },
  };
}

export function offsetAt(text: string, { line, character }: lsp.Position): number {
  const before = text.split("\n").slice(0, line);
  return before.reduce((length, each) => length + each.length + 1, 0) + character;
}

export function applyTextEdits(text: string, edits: readonly lsp.TextEdit[]): string {
  return [...edits]
    .sort((a, b) => offsetAt(text, b.range.start) - offsetAt(text, a.range.start))
    .reduce(
      (done, { range, newText }) =>
        done.slice(0, offsetAt(text, range.start)) + newText + done.slice(offsetAt(text, range.end)),
      text,
    );
}

/** The text as an editor shows it: with its inlay hints, in angle brackets. */
export function withHints(text: string, hints: readonly lsp.InlayHint[]): string {
  const edits = hints.map(({ position, label, paddingLeft }) => ({
    range: { start: position, end: position },
    newText: `${paddingLeft ? " " : ""}‹${typeof label === "string" ? label : label.map(({ value }) => value).join("")}›`,
  }));
  return applyTextEdits(text, edits);
}
