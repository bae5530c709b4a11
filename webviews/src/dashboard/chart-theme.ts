/** The colours of the charts, taken from the editor's theme. */
export interface ChartTheme {
  readonly foreground: string;
  readonly grid: string;
  readonly train: string;
  /** The measured curve behind a smoothed one. */
  readonly trainFaint: string;
  readonly validation: string;
  readonly font: string;
}

/** Reads the theme as it is now. Canvases know no CSS variables, so charts are drawn anew when it changes. */
export function readChartTheme(): ChartTheme {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string) => style.getPropertyValue(name).trim();
  const foreground = color("--vscode-foreground") || "#808080";
  const train = color("--vscode-charts-blue") || "#3794ff";
  return {
    foreground,
    grid: withAlpha(foreground, 0.15),
    train,
    trainFaint: withAlpha(train, 0.35),
    validation: color("--vscode-charts-yellow") || "#cca700",
    font: `11px ${color("--vscode-font-family") || "sans-serif"}`,
  };
}

function withAlpha(color: string, alpha: number): string {
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
