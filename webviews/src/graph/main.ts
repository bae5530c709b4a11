import { host } from "../shared/host";
import type { GraphRequest } from "./contract";
import { parseGraphSettings, parseGraphState } from "./contract";
import { GraphApp } from "./graph-app";
import "./graph.css";

// The page says which file it is about.
const { uri = "" } = document.body.dataset;
const app = new GraphApp(uri, parseGraphSettings(host.getState()));
document.body.append(app);

window.addEventListener("message", (event: MessageEvent<unknown>) => {
  const state = parseGraphState(event.data);
  if (state) app.receive(state);
});
host.postMessage({ type: "ready" } satisfies GraphRequest);
