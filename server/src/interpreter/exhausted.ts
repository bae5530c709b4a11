import type { Span } from "../ir";
import { exhaustedBudget } from "../rules/analysis-budget";
import type { Machine } from "./machine";

const reported = new WeakMap<Machine, Set<string>>();

/** Says, once for each file, that it takes more work to follow than it may, and where that showed. */
export function reportExhaustion(m: Machine, file: string, span: Span): void {
  const files = reported.get(m) ?? new Set();
  reported.set(m, files);
  if (files.has(file)) return;
  files.add(file);
  m.recorder.report({ ...exhaustedBudget(span), span, context: "" });
}
