import "@vscode-elements/elements/dist/vscode-button/index.js";
import "@vscode-elements/elements/dist/vscode-icon/index.js";
import type { TemplateResult } from "lit";
import { html, nothing } from "lit";
import type { DashboardRequest, RunStatus, RunView } from "../contract";
import { formatCount, formatDuration } from "./format";
import { hyperparameterForm } from "./hyperparameter-form";
import { statusText, text, texts } from "./strings";

const statusIcons: Readonly<Record<RunStatus, string>> = {
  queued: "clock",
  running: "loading",
  paused: "debug-pause",
  done: "pass",
  failed: "error",
  stopped: "debug-stop",
};

/** The top of the dashboard: what is trained, how it stands, on what, how fast, and what can be done. */
export function runHeader(run: RunView, request: (request: DashboardRequest) => void): TemplateResult {
  return html`
    <header>
      <div class="title">
        <h1>${run.experiment}</h1>
        <span class="status ${run.status}" role="status">
          <vscode-icon
            name=${statusIcons[run.status]}
            ?spin=${run.status === "running" && motionAllowed()}
          ></vscode-icon>
          ${statusText(run.status)}
        </span>
        <span class="actions">
          ${run.canStop ? runningActions(run, request) : endedActions(run, request)}
          ${action("openLog", "output", request)} ${action("revealFolder", "folder-opened", request)}
        </span>
      </div>
      <p class="settings">
        <a href="#" @click=${(event: Event) => (event.preventDefault(), request({ type: "openFile" }))}>${run.file}</a>
        ${Object.entries(run.hyperparameters).map(([name, value]) => html`<span>${name} <b>${String(value)}</b></span>`)}
      </p>
      ${progress(run)} ${device(run, request)} ${message(run)}
      ${run.canStop ? nothing : hyperparameterForm(run, (overrides) => request({ type: "trainAgain", overrides }))}
    </header>
  `;
}

/** A request that a button makes, named as its text. */
type Action = "pause" | "continue" | "step" | "resume" | "check" | "openLog" | "revealFolder";

function action(type: Action, icon: string, request: (request: DashboardRequest) => void): TemplateResult {
  return html`<vscode-button secondary icon=${icon} @click=${() => request({ type })}>${texts[type]}</vscode-button>`;
}

function runningActions({ status }: RunView, request: (request: DashboardRequest) => void): TemplateResult {
  const stop = html`<vscode-button icon="debug-stop" @click=${() => request({ type: "stop" })}
    >${texts.stop}</vscode-button
  >`;
  if (status === "running") return html`${stop} ${action("pause", "debug-pause", request)}`;
  if (status !== "paused") return stop;
  return html`${stop} ${action("continue", "debug-continue", request)} ${action("step", "debug-step-over", request)}`;
}

function endedActions({ canTrain, canResume }: RunView, request: (request: DashboardRequest) => void): TemplateResult {
  const again = () => request({ type: "trainAgain", overrides: {} });
  return html`
    <vscode-button icon="play" ?disabled=${!canTrain} @click=${again}>${texts.trainAgain}</vscode-button>
    ${canResume ? action("resume", "debug-continue", request) : nothing}
    ${canTrain ? action("check", "checklist", request) : nothing}
  `;
}

function progress({ status, progress, started, ended }: RunView): TemplateResult | typeof nothing {
  if (!progress) return nothing;
  const { epoch, epochs, step, steps, samplesPerSecond, secondsLeft } = progress;
  const done = steps ? Math.min(1, step / steps) : Math.max(0, epoch - 1) / epochs;
  const facts = [
    text("epoch", epoch, epochs),
    steps === null ? text("stepOnly", formatCount(step)) : text("stepOf", formatCount(step), formatCount(steps)),
    ...(samplesPerSecond === null ? [] : [text("samplesPerSecond", formatCount(samplesPerSecond))]),
    ...(status === "running" && secondsLeft !== null ? [text("timeLeft", formatDuration(secondsLeft))] : []),
    ...(started && ended ? [text("took", formatDuration((Date.parse(ended) - Date.parse(started)) / 1000))] : []),
  ];
  return html`
    <progress class=${status} max="1" .value=${done} aria-label=${texts.progress}></progress>
    <p class="facts">${facts.map((fact) => html`<span>${fact}</span>`)}</p>
  `;
}

function device(
  { device, rejected, status }: RunView,
  request: (request: DashboardRequest) => void,
): TemplateResult | typeof nothing {
  const choose = html`<button class="link" @click=${() => request({ type: "chooseDevice" })}>
    ${texts.chooseDevice}
  </button>`;
  if (device === null) {
    return html`<p class="device">
      ${status === "running" ? html`<span>${texts.preparing}</span>` : nothing} ${choose}
    </p>`;
  }
  const name = html`<span>${texts.device}: <b>${device}</b></span> ${choose}`;
  if (rejected.length === 0) return html`<p class="device">${name}</p>`;
  return html`
    <div class="device">
      ${name}
      <details>
        <summary>${texts.whyNotBetter}</summary>
        <ul>
          ${rejected.map(({ kind, reason }) => html`<li><b>${kind}</b>: ${reason}</li>`)}
        </ul>
      </details>
    </div>
  `;
}

function message({ message, status }: RunView): TemplateResult | typeof nothing {
  if (message === null) return nothing;
  return html`<p class="message ${status}" role=${status === "failed" ? "alert" : "note"}>${message}</p>`;
}

function motionAllowed(): boolean {
  return (
    !window.matchMedia("(prefers-reduced-motion: reduce)").matches && !document.body.matches(".vscode-reduce-motion")
  );
}
