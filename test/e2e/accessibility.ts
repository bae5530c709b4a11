// Asks axe-core what is wrong with a webview for people who see little, or who use a keyboard or a screen reader.
import axe from "axe-core";
import type { EditorPage } from "./editor-page";

declare global {
  interface Window {
    /** axe-core, once its source has run in the page. */
    readonly axe: typeof axe;
  }
}

/** Elements that are shown of each violation. */
const mostElements = 5;

/**
 * The violations of WCAG 2 (A and AA) and of good practice in the page of the webview that is open, each with the elements it is about;
 * empty where there are none. Contrast is judged by the colours on the screen, so ask once for each kind of theme.
 */
export async function accessibilityViolations(editor: EditorPage): Promise<string[]> {
  const body = await editor.webview().locator("body").elementHandle();
  const frame = await body?.ownerFrame();
  if (!frame) throw new Error("No webview is open.");
  await frame.evaluate(axe.source);
  const { violations } = await frame.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  return violations.map(({ id, help, nodes }) => {
    const elements = nodes.slice(0, mostElements).map(({ html, failureSummary = "" }) => {
      const [, ...reasons] = failureSummary.split("\n").map((line) => line.trim());
      return `  ${html.slice(0, 200)}: ${reasons.join("; ")}`;
    });
    return [`${id}: ${help} (${nodes.length})`, ...elements].join("\n");
  });
}
