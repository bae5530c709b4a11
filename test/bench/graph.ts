// How long the graph panel takes for 500 operations, all of them unfolded, in a real browser: until laid out and drawn for the first time,
// until drawn again when one group was folded, when another part is selected, and until drawn at another zoom.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { findChromium } from "../host/chromium";
import { median, p95, tell } from "./statistics";

const [root = "."] = process.argv.slice(2);
const turns = 15;

const found = await findChromium(() => undefined);
if ("missing" in found) {
  tell([{ what: "a graph of 500 operations", median: Number.NaN, unit: "ms", note: `not measured: ${found.missing}` }]);
} else {
  const browser = await chromium.launch({ executablePath: found.path, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const page = await browser.newPage({ viewport: { width: 900, height: 900 } });
    await page.setContent('<!doctype html><html lang="en"><body data-uri="file:///net.ts"></body></html>');
    await page.evaluate("globalThis.acquireVsCodeApi ??= () => ({ postMessage() {}, getState() {}, setState() {} })");
    await page.addStyleTag({ content: readFileSync(join(root, "dist/webviews/graph.css"), "utf8") });
    await page.addScriptTag({ content: readFileSync(join(root, "dist/webviews/graph.js"), "utf8") });
    const { first, folded, selected, zoomed } = await page.evaluate(measure, turns);
    const line = (what: string, times: readonly number[], most: number) => ({
      what,
      median: median(times),
      p95: p95(times),
      unit: "ms" as const,
      most,
    });
    tell([
      line("a graph of 500 operations, laid out and drawn", first, 1000),
      line("  drawn again with one group folded or unfolded", folded, 100),
      line("  drawn again with another part selected", selected, 50),
      line("  drawn at another zoom", zoomed, 33),
    ]);
  } finally {
    await browser.close();
  }
}

/** Runs in the page: draws graphs of 25 groups of 20 operations with skip connections, each a little different. */
async function measure(turns: number): Promise<Record<"first" | "folded" | "selected" | "zoomed", number[]>> {
  interface App extends Element {
    readonly updateComplete: Promise<unknown>;
  }
  const app = document.querySelector<App>("graph-app");
  const view = (turn: number) => {
    const plain = { path: "", count: 1, parameters: "", multiplyAdds: "", isShared: false, isUnused: false };
    const rest = { ...plain, errors: [], warnings: [], hasSource: true };
    const parts: object[] = Array.from({ length: 25 }, (_, i) => ({
      ...{ kind: "module", parent: -1, label: `block${i}`, operation: "Block", shapes: [], ...rest },
    }));
    const edges: [number, number, number][] = [];
    for (let i = 0; i < 500; i++) {
      const label = `operation ${(i * 7 + turn) % 13}${"x".repeat((i * turn) % 5)}`;
      const shapes = [`[N, ${i * 3 + turn}, 28, 28]`];
      parts.push({ kind: "operation", parent: Math.floor(i / 20), label, operation: label, shapes, ...rest });
      if (i > 0) edges.push([25 + i - 1, 25 + i, 0]);
      if (i >= 5 && i % 5 === 0) edges.push([25 + i - 5, 25 + i, 0]);
      if (i >= 40 && i % 20 === 0) edges.push([25 + i - 40, 25 + i, 0]);
    }
    const texts = { file: "net.ts", subjects: ["Net"], subject: `Net ${turn}`, message: "", problems: [] };
    return { type: "graph", view: { ...texts, parts, edges } };
  };
  const drawn = async (change: () => void): Promise<number> => {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    const start = performance.now();
    change();
    await app?.updateComplete;
    // What was changed is styled and laid out by the browser, too.
    document.querySelector("svg.graph .layer")?.getBoundingClientRect();
    return performance.now() - start;
  };
  const send = (data: unknown) => window.dispatchEvent(new MessageEvent("message", { data }));
  const press = (key: string, part: number) => {
    const target = document.querySelector(`[data-part="${part}"]`);
    (target as SVGElement | null)?.focus();
    target?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  };
  send(view(0));
  await app?.updateComplete;
  const unfoldAll = [...document.querySelectorAll("button")].find((button) => button.title === "Unfold All");
  unfoldAll?.click();
  await app?.updateComplete;
  const times: Record<"first" | "folded" | "selected" | "zoomed", number[]> = {
    ...{ first: [], folded: [], selected: [], zoomed: [] },
  };
  for (let turn = 1; turn <= turns; turn++) {
    times.first.push(await drawn(() => void send(view(turn))));
    press("Home", turn);
    await app?.updateComplete;
    times.folded.push(await drawn(() => press(" ", turn)));
    times.folded.push(await drawn(() => press(" ", turn)));
    times.selected.push(await drawn(() => press("ArrowDown", turn)));
    const last = Number(document.activeElement?.getAttribute("data-part"));
    times.zoomed.push(await drawn(() => press(turn % 2 === 0 ? "+" : "-", last)));
  }
  if (document.querySelectorAll("[data-part]").length < 525) throw new Error("Not everything was drawn.");
  return times;
}
