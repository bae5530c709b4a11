/** The messages between the extension and the view of a tensor's shape timeline, with the checks for both directions. */

export interface TimelineStepView {
  readonly operation: string;
  readonly code: string;
  /** Counted from 1. */
  readonly line: number;
  /** The file, where it is another one than that of the cursor. */
  readonly file: string;
  /** `null`: not even the rank is known. */
  readonly before: readonly string[] | null;
  readonly after: readonly string[] | null;
  /** The dimensions of `after` that are others than before. */
  readonly changed: readonly number[];
  readonly others: readonly string[];
  readonly formulas: readonly string[];
  readonly isStart: boolean;
}

/** A position in a document, counted from 0. */
export interface AskedPlace {
  readonly uri: string;
  readonly line: number;
  readonly character: number;
}

export interface TimelineView {
  /** What was asked about, to be asked again after a reload. */
  readonly asked: AskedPlace;
  /** The code at the cursor; empty where that is no tensor. */
  readonly subject: string;
  readonly steps: readonly TimelineStepView[];
  /** Why its shape is not known; empty when it is. */
  readonly lost: string;
  readonly hasLostPlace: boolean;
}

export interface TimelineState {
  readonly type: "timeline";
  readonly view: TimelineView;
}

/** What the view asks of the extension. */
export type TimelineRequest =
  /** The page is there; with what it still shows, where that is pinned. */
  | { readonly type: "ready"; readonly pinned: AskedPlace | null }
  /** Whether the view stays with the tensor that it shows. */
  | { readonly type: "pin"; readonly isPinned: boolean }
  | { readonly type: "reveal"; readonly step: number }
  | { readonly type: "revealLost" };

/** What the view keeps across reloads. */
export interface TimelineSettings {
  readonly isPinned: boolean;
  readonly view: TimelineView | null;
}

export function parseTimelineRequest(message: unknown): TimelineRequest | undefined {
  if (!isObject(message)) return undefined;
  const { type, isPinned, pinned, step } = message;
  switch (type) {
    case "ready":
      return pinned === null || isAsked(pinned) ? { type, pinned } : undefined;
    case "pin":
      return typeof isPinned === "boolean" ? { type, isPinned } : undefined;
    case "reveal":
      return isIndex(step) ? { type, step } : undefined;
    case "revealLost":
      return { type };
    default:
      return undefined;
  }
}

export function parseTimelineState(message: unknown): TimelineState | undefined {
  if (!isObject(message) || message["type"] !== "timeline" || !isView(message["view"])) return undefined;
  return { type: "timeline", view: message["view"] };
}

export function parseTimelineSettings(state: unknown): TimelineSettings {
  if (!isObject(state)) return { isPinned: false, view: null };
  return { isPinned: state["isPinned"] === true, view: isView(state["view"]) ? state["view"] : null };
}

function isView(value: unknown): value is TimelineView {
  if (!isObject(value)) return false;
  const { asked, subject, steps, lost, hasLostPlace } = value;
  return (
    isAsked(asked) && isText(subject) && isText(lost) && typeof hasLostPlace === "boolean" && isList(steps, isStep)
  );
}

function isAsked(value: unknown): value is AskedPlace {
  return isObject(value) && isText(value["uri"]) && isIndex(value["line"]) && isIndex(value["character"]);
}

function isStep(value: unknown): value is TimelineStepView {
  if (!isObject(value)) return false;
  const { operation, code, file, line, before, after, changed, others, formulas, isStart } = value;
  return (
    [operation, code, file].every(isText) &&
    isIndex(line) &&
    [before, after].every((shape) => shape === null || isList(shape, isText)) &&
    isList(changed, isIndex) &&
    [others, formulas].every((list) => isList(list, isText)) &&
    typeof isStart === "boolean"
  );
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isIndex(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0;
}

function isList<T>(value: unknown, isItem: (item: unknown) => item is T): value is T[] {
  return Array.isArray(value) && value.every(isItem);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
