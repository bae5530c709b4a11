import { host } from "../shared/host";
import type { SummaryRequest } from "./contract";
import { parseSummaryState } from "./contract";
import "./summary.css";
import { SummaryApp } from "./summary-app";

// The page says which file it is about.
const { uri = "" } = document.body.dataset;
const app = new SummaryApp(uri);
const main = document.createElement("main");
main.append(app);
document.body.append(main);

window.addEventListener("message", (event: MessageEvent<unknown>) => {
  const state = parseSummaryState(event.data);
  if (state) app.receive(state);
});
host.postMessage({ type: "ready" } satisfies SummaryRequest);
