// How long the dashboard takes to take in new points of a run that has a million, in a real browser.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { findChromium } from "../host/chromium";
import { median, p95, tell } from "./statistics";

const [root = "."] = process.argv.slice(2);
const many = 1_000_000;
const turns = 60;

const found = await findChromium(() => undefined);
if ("missing" in found) {
  tell([
    { what: "a redraw with 1,000,000 points", median: Number.NaN, unit: "ms", note: `not measured: ${found.missing}` },
  ]);
} else {
  const browser = await chromium.launch({ executablePath: found.path, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    await page.addInitScript(() => {
      const api = { postMessage: () => undefined, getState: () => undefined, setState: () => undefined };
      Object.assign(globalThis, { acquireVsCodeApi: () => api });
    });
    await page.setContent(
      '<!doctype html><html lang="en"><body data-run-id="1" data-run-folder="/runs/1"></body></html>',
    );
    await page.evaluate("globalThis.acquireVsCodeApi ??= () => ({ postMessage() {}, getState() {}, setState() {} })");
    await page.addStyleTag({ content: readFileSync(join(root, "dist/webviews/dashboard.css"), "utf8") });
    await page.addScriptTag({ content: readFileSync(join(root, "dist/webviews/dashboard.js"), "utf8") });
    const times = await page.evaluate(measureRedraws, { many, turns });
    tell([
      {
        what: "a redraw of two charts with 1,000,000 points",
        median: median(times),
        p95: p95(times),
        unit: "ms",
        most: 16,
        note: "ten new points each time, smoothed, drawn by the processor",
      },
    ]);
  } finally {
    await browser.close();
  }
}

/** Runs in the page: fills the dashboard with points and times what ten more of them take until they are drawn. */
async function measureRedraws({ many, turns }: { many: number; turns: number }): Promise<number[]> {
  interface Updating extends Element {
    readonly updateComplete: Promise<unknown>;
  }
  const send = (data: unknown) => window.dispatchEvent(new MessageEvent("message", { data }));
  const points = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => ({
      step: from + index,
      epoch: 1 + Math.floor((from + index) / 1000),
      time: (from + index) / 10,
      split: "train",
      values: { loss: 1 / (1 + (from + index) / 1e5) + Math.random() / 10, accuracy: Math.random() },
    }));
  const drawn = async () => {
    const app = document.querySelector<Updating>("dashboard-app");
    await app?.updateComplete;
    for (const chart of document.querySelectorAll<Updating>("metric-chart")) await chart.updateComplete;
    // The chart draws when the work at hand is over.
    await new Promise<void>((resolve) => queueMicrotask(resolve));
  };
  const progress = { epoch: 1, epochs: 1, step: many, steps: null, samplesPerSecond: 1, secondsLeft: 1 };
  const run = {
    ...{ id: "1", experiment: "Long", file: "long.ts", status: "running", message: null, device: "WebAssembly" },
    ...{ rejected: [], hyperparameters: { epochs: 1 }, ranges: {}, started: new Date(0).toISOString(), ended: null },
    ...{ progress, canStop: true, canResume: false, canTrain: true },
  };
  send({ type: "run", run });
  for (let from = 0; from < many; from += 50_000) {
    send({ type: "points", run: "1", restart: from === 0, points: points(from, 50_000) });
  }
  await drawn();
  const slider = document.querySelector<HTMLInputElement>('.controls input[type="range"]');
  if (slider) {
    slider.value = "0.9";
    slider.dispatchEvent(new Event("input"));
  }
  await drawn();
  const times: number[] = [];
  for (let turn = 0; turn < turns; turn++) {
    const more = points(many + 10 * turn, 10);
    await new Promise((resolve) => requestAnimationFrame(resolve));
    const start = performance.now();
    send({ type: "points", run: "1", restart: false, points: more });
    await drawn();
    times.push(performance.now() - start);
  }
  return times;
}
