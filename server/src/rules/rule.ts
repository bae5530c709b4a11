import type { Finding, RuleCode, Severity } from "./finding";

/** A rule's prose. `docs/rules` is generated from it, and its examples are run as tests. */
export interface Rule {
  readonly code: RuleCode;
  readonly severity: Severity;
  /** One sentence. */
  readonly summary: string;
  /** Where its examples stand, when that is no source file. */
  readonly file?: string;
  /** What goes wrong at run time, and why. Markdown. */
  readonly explanation: string;
  /** Programs of the torch dialect or TensorFlow.js: the wrong one is flagged, the right one is not. */
  readonly wrong: string;
  readonly right: string;
  readonly whenNotToHeed: string;
}

/** What a rule's own functions fill in. */
export type FindingDetails = Pick<Finding, "message"> &
  Partial<Pick<Finding, "span" | "related" | "fixes" | "doubtful">>;

export function finding(rule: Rule, details: FindingDetails): Finding {
  return {
    code: rule.code,
    severity: rule.severity,
    ...(details.doubtful ? { doubtful: true } : {}),
    span: details.span,
    message: details.message,
    related: details.related ?? [],
    fixes: details.fixes ?? [],
  };
}
