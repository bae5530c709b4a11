import { host } from "../shared/host";
import type { TimelineRequest } from "./contract";
import { parseTimelineSettings, parseTimelineState } from "./contract";
import { TimelineApp } from "./timeline-app";
import "./timeline.css";

const settings = parseTimelineSettings(host.getState());
const app = new TimelineApp(settings);
document.body.append(app);

window.addEventListener("message", (event: MessageEvent<unknown>) => {
  const state = parseTimelineState(event.data);
  if (state) app.receive(state);
});
const pinned = settings.isPinned ? (settings.view?.asked ?? null) : null;
host.postMessage({ type: "ready", pinned } satisfies TimelineRequest);
