// What the panel of a model's summary computes before it draws, and what it lets in.
import { describe, expect, test } from "vitest";
import {
  parseSummaryRequest,
  parseSummarySettings,
  parseSummaryState,
  type SummaryRowView,
} from "../../webviews/src/summary/contract";
import { arrangedRows, type Sorting } from "../../webviews/src/summary/rows";

const row = (path: string, type: string, value: number | null): SummaryRowView => ({
  ...{ path, type, output: "[N, 8]", isUsed: true, hasSource: true },
  numbers: [{ text: String(value), value }],
});
const rows = [row("conv1", "Conv2d", 80), row("pool", "MaxPool2d", 0), row("conv2", "Conv2d", null)];

describe("rows", () => {
  const paths = (filter: string, sorting?: Sorting) => arrangedRows(rows, filter, sorting).map((each) => each.row.path);

  test("stand in the order of the model, and keep their place in it", () => {
    expect(arrangedRows(rows, "", undefined).map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(arrangedRows(rows, "conv", undefined).map(({ index }) => index)).toEqual([0, 2]);
  });

  test("are filtered by all words, in any column of text", () => {
    expect(paths("CONV 2d")).toEqual(["conv1", "conv2"]);
    expect(paths("conv pool")).toEqual([]);
  });

  test("are sorted by texts and by numbers, what depends on an open size last", () => {
    expect(paths("", { column: 1, descending: true })).toEqual(["pool", "conv1", "conv2"]);
    expect(paths("", { column: 3, descending: false })).toEqual(["pool", "conv1", "conv2"]);
    expect(paths("", { column: 3, descending: true })).toEqual(["conv2", "conv1", "pool"]);
  });
});

describe("messages", () => {
  test("of the page are let in only as they are meant", () => {
    const ask = { type: "ask", model: "Net", inputs: ["[N, 3]"], batch: 0 };
    expect(parseSummaryRequest(ask)).toEqual(ask);
    expect(parseSummaryRequest({ type: "copy", format: "csv" })).toEqual({ type: "copy", format: "csv" });
    for (const wrong of [null, { type: "run" }, { ...ask, batch: -1 }, { ...ask, inputs: [3] }, { type: "copy" }]) {
      expect(parseSummaryRequest(wrong)).toBeUndefined();
    }
  });

  test("of the extension are let in only when they are whole", () => {
    const view = {
      file: "a.ts",
      models: [],
      model: "",
      message: "",
      inputs: [],
      problems: [],
      columns: [],
      rows,
      totals: [],
    };
    expect(parseSummaryState({ type: "summary", view })).toEqual({ type: "summary", view });
    expect(parseSummaryState({ type: "summary", view: { ...view, rows: [{}] } })).toBeUndefined();
    expect(parseSummarySettings({ uri: "file:///a.ts" })).toBeUndefined();
  });
});
