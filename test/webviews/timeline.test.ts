// What the view of a shape timeline lets in, and what it keeps.
import { describe, expect, it } from "vitest";
import {
  parseTimelineRequest,
  parseTimelineSettings,
  parseTimelineState,
  type TimelineView,
} from "../../webviews/src/timeline/contract";

const asked = { uri: "file:///a.ts", line: 3, character: 0 };
const view: TimelineView = {
  ...{ asked, subject: "y", lost: "", hasLostPlace: false },
  steps: [
    {
      ...{ operation: "relu", code: "x.relu()", line: 4, file: "", before: ["N", "3"], after: ["N", "3"] },
      ...{ changed: [], others: [], formulas: [], isStart: false },
    },
  ],
};

describe("messages", () => {
  it("of the extension are let in only when they are whole", () => {
    expect(parseTimelineState({ type: "timeline", view })).toEqual({ type: "timeline", view });
    for (const wrong of [{ steps: [{}] }, { asked: null }, { lost: 3 }]) {
      expect(parseTimelineState({ type: "timeline", view: { ...view, ...wrong } })).toBeUndefined();
    }
    expect(parseTimelineState({ type: "graph", view })).toBeUndefined();
  });

  it("of the page are let in only as they are meant", () => {
    const requests = [
      { type: "ready", pinned: null },
      { type: "ready", pinned: asked },
      { type: "pin", isPinned: true },
      { type: "reveal", step: 0 },
      { type: "revealLost" },
    ];
    for (const request of requests) expect(parseTimelineRequest(request)).toEqual(request);
    for (const wrong of [null, { type: "ready" }, { type: "pin" }, { type: "reveal", step: -1 }, { type: "run" }]) {
      expect(parseTimelineRequest(wrong)).toBeUndefined();
    }
  });

  it("of an earlier page are kept where they make sense", () => {
    expect(parseTimelineSettings({ isPinned: true, view })).toEqual({ isPinned: true, view });
    expect(parseTimelineSettings({ isPinned: true, view: {} })).toEqual({ isPinned: true, view: null });
    expect(parseTimelineSettings(undefined)).toEqual({ isPinned: false, view: null });
  });
});
