import { host } from "../shared/host";
import type { SummaryRequest } from "./contract";
import { parseSummaryState } from "./contract";
import "./summary.css";
import { SummaryApp } from "./summary-app";

// The page says which file it is about.
const { uri = "" } = document.body.dataset;
const app = new SummaryApp(uri);
document.body.append(app);

window.addEventListener("message", (event: MessageEvent<unknown>) => {
  const state = parseSummaryState(event.data);
  if (state) app.receive(state);
});
host.postMessage({ type: "ready" } satisfies SummaryRequest);
