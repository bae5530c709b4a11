import { LineIndex, type Position, type Workspace } from "../compiler";
import { visibleDiagnostics } from "../ide/diagnostics";
import { levelsFor, misconfigurations } from "../ide/rule-levels";
import type { Sources } from "../ide/lines";
import { FixVerifier, type Revisable } from "../ide/verified-fixes";
import type { WrittenFix } from "../ide/written-fixes";
import type { Analysis, FileAnalysis } from "../interpreter/analyze";
import type { ModuleSource } from "../interpreter/machine";
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
export class Reporter implements Revisable {
  private readonly lineIndexes = new Map<string, LineIndex>();

  constructor(
    private readonly workspace: Workspace,
    private readonly workingDirectory: string,
  ) {}

  /** What was found in the files of an analysis, with the fixes that work. */
  checkedFiles(analysis: Analysis): CheckedFile[] {
    const verifier = new FixVerifier(analysis, this);
    return [...analysis.files.values()].map((found) => ({
      path: this.path(found.file),
      diagnostics: visibleDiagnostics(found, this, (file) => levelsFor(this.workspace, file)).map((each) =>
        this.diagnostic(each, verifier.fixesOf(each)),
      ),
      coverage: found.coverage,
    }));
  }

  /** The configuration files that count for some files, as far as something is wrong with them. */
  checkedConfigurations(files: readonly string[]): CheckedFile[] {
    return [...misconfigurations(this.workspace, files)].map(([file, problems]) => ({
      path: this.path(file),
      diagnostics: problems.map((each) => this.diagnostic({ ...each, fixes: [] }, [])),
      coverage: { tensorExpressions: 0, known: 0 },
    }));
  }

  tracedFiles(analysis: Analysis): TracedFile[] {
    return [...analysis.files.values()].map((found) => this.tracedFile(found));
  }

  text(file: string): string {
    return this.workspace.text(file) ?? "";
  }

  lines(file: string): LineIndex {
    const known = this.lineIndexes.get(file);
    if (known) return known;
    const lines = new LineIndex(this.text(file));
    this.lineIndexes.set(file, lines);
    return lines;
  }

  revise(texts: ReadonlyMap<string, string>): ModuleSource & Sources {
    return this.workspace.revise(texts);
  }

  private tracedFile(analysis: FileAnalysis): TracedFile {
    const text = this.text(analysis.file);
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

  private diagnostic(
    { code, severity, span, message, related }: Diagnostic,
    fixes: readonly WrittenFix[],
  ): ReportedDiagnostic {
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

  place(span: Span): Place {
    return { path: this.path(span.file), range: this.range(span) };
  }

  private path(file: string): string {
    return displayPath(this.workingDirectory, file);
  }

  range({ file, start, end }: Span): Range {
    const lines = this.lines(file);
    return { start: lines.position(start), end: lines.position(end) };
  }
}

function describeValue(
  value: Fact["value"],
): Pick<TracedFact, "shape" | "dtype" | "stride" | "contiguous"> | undefined {
  if (value.kind !== "tensor") return undefined;
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
