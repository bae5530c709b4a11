import type { Span } from "../ir";
import { exhaustedBudget } from "../rules/analysis-budget";
import type { Machine } from "./machine";

/** Says, once for each file, that it takes more work to follow than it may, and where that showed. */
export function reportExhaustion(m: Machine, file: string, span: Span): void {
  if (m.exhausted.has(file)) return;
  m.exhausted.add(file);
  m.recorder.report({ ...exhaustedBudget(span), span, context: "" });
}
