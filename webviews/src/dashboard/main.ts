import "@vscode/codicons/dist/codicon.css";
import "uplot/dist/uPlot.min.css";
import type { DashboardRequest } from "../contract";
import { parseDashboardSettings, parseDashboardState } from "../contract";
import { host } from "../shared/host";
import "./base.css";
import "./charts.css";
import "./hyperparameter-form.css";
import "./run-header.css";
import "./shown.css";
import "./tables.css";
import { DashboardApp } from "./dashboard-app";

// The page says which run it shows; what was kept of an earlier page counts only if it showed the same one.
const { runId = "", runFolder = "" } = document.body.dataset;
const kept = parseDashboardSettings(host.getState());
const settings = kept?.runId === runId ? { ...kept, runFolder } : parseDashboardSettings({ runId, runFolder })!;
host.setState(settings);

const app = new DashboardApp(settings);
const main = document.createElement("main");
main.append(app);
document.body.append(main);

window.addEventListener("message", (event: MessageEvent<unknown>) => {
  const state = parseDashboardState(event.data);
  if (state) app.receive(state);
});
host.postMessage({ type: "ready" } satisfies DashboardRequest);
