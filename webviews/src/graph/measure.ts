import type { Measure } from "./sizes";

let measure: Measure | undefined;

/** Measures texts in the fonts that the style sheet draws them in. */
export function canvasMeasure(): Measure {
  if (measure) return measure;
  const context = document.createElement("canvas").getContext("2d");
  const style = getComputedStyle(document.body);
  const family = style.fontFamily || "sans-serif";
  const code = style.getPropertyValue("--vscode-editor-font-family") || "monospace";
  const widths = new Map<string, number>();
  const width = (font: string, text: string): number => {
    const key = `${font} ${text}`;
    const known = widths.get(key);
    if (known !== undefined) return known;
    if (context) context.font = font;
    const measured = context?.measureText(text).width ?? text.length * 7;
    widths.set(key, measured);
    return measured;
  };
  measure = {
    title: (text) => width(`600 13px ${family}`, text),
    detail: (text) => width(`11px ${family}`, text),
    shape: (text) => width(`11px ${code}`, text),
  };
  return measure;
}
