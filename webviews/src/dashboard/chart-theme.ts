/** The colours of the charts, taken from the editor's theme. */
export interface ChartTheme {
  readonly foreground: string;
  readonly grid: string;
  /** Of the line where a run failed. */
  readonly failure: string;
  /** One for each run; the first run's validation, when it is alone, has the second one. */
  readonly curves: readonly string[];
  readonly font: string;
}

/** The theme's chart colours, those that are told apart best first. */
const curveColors = [
  ["--vscode-charts-blue", "#3794ff"],
  ["--vscode-charts-yellow", "#cca700"],
  ["--vscode-charts-red", "#f14c4c"],
  ["--vscode-charts-green", "#89d185"],
  ["--vscode-charts-purple", "#b180d7"],
  ["--vscode-charts-orange", "#d18616"],
] as const;

/** How many runs have a colour of their own. */
export const colorCount = curveColors.length;

/** The CSS value of a run's colour. */
export function curveColor(index: number): string {
  const [name, fallback] = curveColors[index % colorCount]!;
  return `var(${name}, ${fallback})`;
}

/** Reads the theme as it is now. Canvases know no CSS variables, so charts are drawn anew when it changes. */
export function readChartTheme(): ChartTheme {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string, fallback: string) => style.getPropertyValue(name).trim() || fallback;
  const foreground = color("--vscode-foreground", "#808080");
  return {
    foreground,
    grid: faint(foreground, 0.15),
    failure: color("--vscode-errorForeground", "#f14c4c"),
    curves: curveColors.map(([name, fallback]) => color(name, fallback)),
    font: `11px ${color("--vscode-font-family", "sans-serif")}`,
  };
}

/** A colour that lets what is behind it through. */
export function faint(color: string, alpha: number): string {
  return `color-mix(in srgb, ${color} ${alpha * 100}%, transparent)`;
}

/** Calls back when the editor's theme has changed; returns a function that ends that. */
export function onThemeChange(changed: () => void): () => void {
  // VS Code names the theme on the body and puts its colours into the root's style.
  const observer = new MutationObserver(changed);
  observer.observe(document.body, { attributes: true, attributeFilter: ["class", "data-vscode-theme-id"] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["style"] });
  return () => observer.disconnect();
}
