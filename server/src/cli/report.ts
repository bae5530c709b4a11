import { LineIndex, type Position, type Workspace } from "../compiler";
import { visibleDiagnostics } from "../ide/diagnostics";
import type { FileAnalysis } from "../interpreter/analyze";
import type { Diagnostic, Fact } from "../interpreter/recorder";
import type { Span } from "../ir";
import type { RuleCode, Severity } from "../rules/finding";
import { asNumber, formatDim, isKnown, type Dim } from "../shape/dim";
import { isContiguous, type Answer } from "../shape/contiguity";
import { displayPath } from "./input-files";

/** The version of the two formats below. It is raised when a reader of the old one would misread the new. */
export const REPORT_VERSION = 1;

/** What `check --format json` prints. */
export interface CheckReport {
  readonly version: typeof REPORT_VERSION;
  readonly files: readonly CheckedFile[];
}

export interface CheckedFile {
  readonly path: string;
  readonly diagnostics: readonly ReportedDiagnostic[];
  readonly coverage: { readonly tensorExpressions: number; readonly known: number };
}

export interface ReportedDiagnostic {
  readonly code: RuleCode;
  readonly severity: Severity;
  readonly range: Range;
  readonly message: string;
  readonly related: readonly (Place & { readonly message: string })[];
  readonly fixes: readonly ReportedFix[];
}

export interface ReportedFix {
  readonly title: string;
  readonly preferred: boolean;
  readonly edits: readonly (Place & { readonly newText: string })[];
}

export interface Place {
  readonly path: string;
  readonly range: Range;
}

/** Zero-based, in UTF-16 units, the end exclusive. */
export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** What `trace --format json` prints. */
export interface TraceReport {
  readonly version: typeof REPORT_VERSION;
  readonly files: readonly TracedFile[];
}

export interface TracedFile {
  readonly path: string;
  readonly facts: readonly TracedFact[];
}

export interface TracedFact {
  readonly range: Range;
  readonly text: string;
  /** The function around it, `Net.forward`; empty at the top level. */
  readonly context: string;
  readonly shape: ReportedSizes | null;
  readonly dtype: string | null;
  /** In elements. */
  readonly stride: ReportedSizes | null;
  readonly contiguous: boolean | null;
}

/** A number where it is known, else an expression in symbols or `?`. */
export type ReportedSizes = readonly (number | string)[];

/** Turns what the engine found, in offsets and absolute paths, into what is printed. */
export class Reporter {
  private readonly lines = new Map<string, LineIndex>();

  constructor(
    private readonly workspace: Workspace,
    private readonly workingDirectory: string,
  ) {}

  checkedFile(analysis: FileAnalysis): CheckedFile {
    return {
      path: this.path(analysis.file),
      diagnostics: visibleDiagnostics(analysis, this.linesOf(analysis.file)).map((each) => this.diagnostic(each)),
      coverage: analysis.coverage,
    };
  }

  tracedFile(analysis: FileAnalysis): TracedFile {
    const text = this.workspace.text(analysis.file) ?? "";
    return {
      path: this.path(analysis.file),
      facts: analysis.facts.flatMap((fact) => {
        const values = fact.role === "expression" ? describeValue(fact.value) : undefined;
        if (!values) return [];
        const { span, context } = fact;
        return [{ range: this.range(span), text: text.slice(span.start, span.end), context, ...values }];
      }),
    };
  }

  private diagnostic({ code, severity, span, message, related, fixes }: Diagnostic): ReportedDiagnostic {
    return {
      code,
      severity,
      range: this.range(span),
      message,
      related: related.map((place) => ({ ...this.place(place.span), message: place.message })),
      fixes: fixes.map(({ title, preferred, edits }) => ({
        title,
        preferred,
        edits: edits.map((edit) => ({ ...this.place(edit.span), newText: edit.newText })),
      })),
    };
  }

  private place(span: Span): Place {
    return { path: this.path(span.file), range: this.range(span) };
  }

  private path(file: string): string {
    return displayPath(this.workingDirectory, file);
  }

  private range({ file, start, end }: Span): Range {
    const lines = this.linesOf(file);
    return { start: lines.position(start), end: lines.position(end) };
  }

  private linesOf(file: string): LineIndex {
    const known = this.lines.get(file);
    if (known) return known;
    const lines = new LineIndex(this.workspace.text(file) ?? "");
    this.lines.set(file, lines);
    return lines;
  }
}

function describeValue(
  value: Fact["value"],
): Pick<TracedFact, "shape" | "dtype" | "stride" | "contiguous"> | undefined {
  if (value.kind === "object") return undefined;
  if (value.kind === "unknown") return { shape: null, dtype: null, stride: null, contiguous: null };
  const { shape, strides } = value;
  return {
    shape: shape ? shape.map(reportedSize) : null,
    dtype: value.dtype ?? null,
    stride: strides?.every(isKnown) ? strides.map(reportedSize) : null,
    contiguous: shape && strides ? CERTAIN[isContiguous(shape, strides)] : null,
  };
}

const CERTAIN: Readonly<Record<Answer, boolean | null>> = { yes: true, no: false, maybe: null };

function reportedSize(dim: Dim): number | string {
  return asNumber(dim) ?? formatDim(dim);
}
