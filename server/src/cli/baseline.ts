import { readFileSync, writeFileSync, existsSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { normalizePath } from "../compiler";
import { UsageError } from "./environment";
import type { CheckedFile, ReportedDiagnostic } from "./report";
import { t } from "../text/translate";

/** The version of the file format. It is raised when a reader of the old one would misread the new. */
const BASELINE_VERSION = 1;

/** What was found in a code base when the checks began, and is put up with until somebody mends it. */
export interface Baseline {
  readonly version: typeof BASELINE_VERSION;
  /** The language that messages are in: they are compared. */
  readonly language: string;
  /** In the order of their paths, so that changes of the file are easy to read. */
  readonly findings: readonly BaselineFinding[];
}

/** A finding without its place: code moves. The text of its line stays with it. */
export interface BaselineFinding {
  /** Relative to the folder of the baseline, with `/`. */
  readonly path: string;
  readonly code: string;
  readonly message: string;
  /** The line that it begins on, without the blanks around it. */
  readonly line: string;
  /** How many there are of it. */
  readonly count: number;
}

/** The lines of a file that was checked. */
export type LinesOf = (path: string) => readonly string[];

/** Reads and writes findings in the terms of a baseline that lies at a path. */
export class BaselineFile {
  private readonly folder: string;

  constructor(
    private readonly path: string,
    private readonly workingDirectory: string,
    private readonly linesOf: LinesOf,
  ) {
    this.folder = dirname(resolve(workingDirectory, path));
  }

  /** Keeps everything that was found. Returns how much that is. */
  write(files: readonly CheckedFile[], language: string): number {
    const counts = new Map<string, { finding: Omit<BaselineFinding, "count">; count: number }>();
    for (const { path, diagnostics } of files) {
      for (const diagnostic of diagnostics) {
        const finding = this.finding(path, diagnostic);
        const known = counts.get(keyOf(finding));
        counts.set(keyOf(finding), { finding, count: (known?.count ?? 0) + 1 });
      }
    }
    const findings = [...counts.values()].map(({ finding, count }) => ({ ...finding, count }));
    findings.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    const baseline: Baseline = { version: BASELINE_VERSION, language, findings };
    writeFileSync(resolve(this.workingDirectory, this.path), `${JSON.stringify(baseline, undefined, 2)}\n`);
    return findings.reduce((sum, { count }) => sum + count, 0);
  }

  /** The files without what the baseline has, and the entries that are found no longer. */
  apply(baseline: Baseline, files: readonly CheckedFile[]): AppliedBaseline {
    const left = new Map(baseline.findings.map((finding) => [keyOf(finding), finding.count]));
    let known = 0;
    const shown = files.map((file) => ({
      ...file,
      diagnostics: file.diagnostics.filter((diagnostic) => {
        const key = keyOf(this.finding(file.path, diagnostic));
        const count = left.get(key) ?? 0;
        if (count === 0) return true;
        left.set(key, count - 1);
        known++;
        return false;
      }),
    }));
    const checked = new Set(files.map(({ path }) => this.pathOf(path)));
    const stale = baseline.findings.flatMap((finding) => {
      const count = left.get(keyOf(finding)) ?? 0;
      // Of a file that was not checked this time, nothing is known.
      const isJudged = checked.has(finding.path) || !existsSync(resolve(this.folder, finding.path));
      return count > 0 && isJudged ? [{ ...finding, count }] : [];
    });
    return { files: shown, known, stale };
  }

  private finding(path: string, { code, message, range }: ReportedDiagnostic): Omit<BaselineFinding, "count"> {
    const line = (this.linesOf(path)[range.start.line] ?? "").trim().replace(/\s+/g, " ");
    return { path: this.pathOf(path), code, message, line };
  }

  private pathOf(path: string): string {
    return normalizePath(relative(this.folder, resolve(this.workingDirectory, path)));
  }
}

export interface AppliedBaseline {
  readonly files: readonly CheckedFile[];
  /** How many findings it has taken away. */
  readonly known: number;
  readonly stale: readonly BaselineFinding[];
}

/** Throws {@link UsageError} for a file that is no baseline. */
export function readBaseline(path: string, workingDirectory: string): Baseline {
  let text: string;
  try {
    text = readFileSync(resolve(workingDirectory, path), "utf8");
  } catch {
    throw new UsageError(t`${path} can't be read. \`shapewright check --write-baseline ${path}\` makes it.`);
  }
  const baseline = parsed(text);
  if (!isBaseline(baseline)) {
    throw new UsageError(t`${path} is no baseline. \`shapewright check --write-baseline ${path}\` makes one.`);
  }
  if (baseline.version !== BASELINE_VERSION) {
    throw new UsageError(
      t`${path} was written by another version of Shapewright. Write it again with --write-baseline.`,
    );
  }
  return baseline;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isBaseline(value: unknown): value is Baseline {
  const { version, language, findings } = { ...(value as Partial<Baseline> | undefined) };
  return (
    typeof version === "number" && typeof language === "string" && Array.isArray(findings) && findings.every(isFinding)
  );
}

function isFinding(value: unknown): value is BaselineFinding {
  const { path, code, message, line, count } = { ...(value as Partial<BaselineFinding> | undefined) };
  return [path, code, message, line].every((part) => typeof part === "string") && Number.isInteger(count);
}

function keyOf({ path, code, message, line }: Omit<BaselineFinding, "count">): string {
  return [path, code, line, message].join("\0");
}
