import type { Position, Range } from "vscode-languageserver/node";
import { timelineAt, type TimelineStep } from "../ide/timeline";
import type { Span } from "../ir";
import { formatDim } from "../shape/dim";
import { formatShape, type Shape } from "../shape/shape";
import type { Session } from "./session";

/** `shapewright/timeline`: how the shape of the tensor at a position of an open document came about. */
export interface TimelineParams {
  readonly uri: string;
  readonly position: Position;
}

export interface TimelineAnswer {
  readonly subject: string;
  readonly range: Range;
  /** The earliest first. */
  readonly steps: readonly TimelineAnswerStep[];
  /** Why its shape is not known; empty when it is. */
  readonly lost: string;
  /** What lost it. */
  readonly lostAt?: { readonly uri: string; readonly range: Range };
}

export interface TimelineAnswerStep {
  readonly operation: string;
  /** The code that did it, on one line. */
  readonly code: string;
  /** `null`: not even the rank is known. */
  readonly before: readonly string[] | null;
  readonly after: readonly string[] | null;
  /** The dimensions of `after` that are others than before. */
  readonly changed: readonly number[];
  readonly others: readonly string[];
  readonly formulas: readonly string[];
  readonly isStart: boolean;
  readonly uri: string;
  readonly range: Range;
}

export function registerTimeline(session: Session): void {
  session.connection.onRequest("shapewright/timeline", (params: TimelineParams, token) =>
    session.answer("a timeline", token, null, () => timeline(session, params)),
  );
}

async function timeline(session: Session, { uri, position }: TimelineParams): Promise<TimelineAnswer | null> {
  const file = session.documents.path(uri);
  const found = await session.analysisOf(file);
  const offset = session.project.lines(file).offset(position);
  const made = found && timelineAt(found.analysis, file, offset, session.project);
  if (!made) return null;
  const { subject, span, steps, lost } = made;
  return {
    subject: shortened(subject),
    range: session.convert.range(span),
    steps: steps.map((step) => answerStep(session, step)),
    lost: lost?.text ?? "",
    ...(lost?.span ? { lostAt: place(session, lost.span) } : {}),
  };
}

function answerStep(session: Session, step: TimelineStep): TimelineAnswerStep {
  const { operation, span, before, after, changed, others, formulas, isStart } = step;
  return {
    operation,
    code: shortened(session.project.text(span.file).slice(span.start, span.end).replace(/\s+/g, " ")),
    before: sizes(before),
    after: sizes(after),
    changed: changed.flatMap((isChanged, axis) => (isChanged ? [axis] : [])),
    others: others.map(formatShape),
    formulas,
    isStart,
    ...place(session, span),
  };
}

const LONGEST_CODE = 80;

function shortened(code: string): string {
  return code.length > LONGEST_CODE ? `${code.slice(0, LONGEST_CODE - 1)}…` : code;
}

function sizes(shape: Shape | undefined): string[] | null {
  return shape ? shape.map(formatDim) : null;
}

function place({ documents, convert }: Session, span: Span): { uri: string; range: Range } {
  return { uri: documents.uri(span.file), range: convert.range(span) };
}
