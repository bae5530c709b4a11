import type { Analysis, FileAnalysis } from "../interpreter/analyze";
import type { Diagnostic } from "../interpreter/recorder";
import type { IgnoreComment, Module } from "../ir";
import type { Severity } from "../rules/finding";
import { unknownRule, unusedIgnore } from "../rules/unused-ignore";
import type { LineLookup, Sources } from "./lines";
import { isCode, likelyRule, type RuleLevels } from "./rule-levels";
import { writtenFix, type WrittenFix } from "./written-fixes";

/** A diagnostic whose fixes can be applied to the texts as they are. */
export interface VisibleDiagnostic extends Diagnostic {
  readonly fixes: readonly WrittenFix[];
}

/** The levels of the rules for each file. */
export type LevelsOf = (file: string) => RuleLevels;

const OWN_LEVELS: LevelsOf = () => new Map();

/**
 * The diagnostics of a file that neither a `// @shape-ignore` silences nor its configuration turns off, with the severities that are set,
 * in the order of the source; and the comments that silence nothing.
 */
export function visibleDiagnostics(
  found: FileAnalysis,
  sources: Sources,
  levelsOf: LevelsOf = OWN_LEVELS,
): VisibleDiagnostic[] {
  return visibleAmong(found.module, found.diagnostics, sources, { levels: levelsOf(found.file), isComplete: true });
}

/**
 * What an analysis found, by file, in files that it was not about: those that its files import. Only what they are called with is known
 * of them, so this is not all that there is to find.
 */
export function diagnosticsElsewhere(
  { files, machine }: Analysis,
  sources: Sources,
  levelsOf: LevelsOf = OWN_LEVELS,
): ReadonlyMap<string, VisibleDiagnostic[]> {
  const elsewhere = new Map<string, Diagnostic[]>();
  for (const diagnostic of machine.recorder.diagnostics()) {
    const { file } = diagnostic.span;
    if (!files.has(file)) elsewhere.set(file, [...(elsewhere.get(file) ?? []), diagnostic]);
  }
  return new Map(
    [...elsewhere].map(([file, found]) => {
      const module = machine.modules.get(file)?.module;
      const how = { levels: levelsOf(file), isComplete: false };
      return [file, module && !module.broken ? visibleAmong(module, found, sources, how) : []];
    }),
  );
}

function visibleAmong(
  module: Module,
  diagnostics: readonly Diagnostic[],
  sources: Sources,
  { levels, isComplete }: { readonly levels: RuleLevels; readonly isComplete: boolean },
): VisibleDiagnostic[] {
  const kept = diagnostics.filter(({ code }) => levels.get(code) !== "off");
  const { visible, used } = withoutIgnored(module, kept, sources.lines(module.file));
  const idle = isComplete ? idleComments(module, diagnostics, used) : [];
  return [...visible, ...idle]
    .filter(({ code }) => levels.get(code) !== "off")
    .sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end)
    .map((diagnostic) => ({
      ...diagnostic,
      severity: severityOf(diagnostic, levels),
      fixes: diagnostic.fixes.map((fix) => writtenFix(fix, (file) => sources.text(file))),
    }));
}

function severityOf({ code, severity }: Diagnostic, levels: RuleLevels): Severity {
  const level = levels.get(code);
  return level === undefined || level === "off" ? severity : level;
}

function withoutIgnored(
  module: Module,
  diagnostics: readonly Diagnostic[],
  lines: LineLookup,
): { readonly visible: readonly Diagnostic[]; readonly used: ReadonlySet<IgnoreComment> } {
  const used = new Set<IgnoreComment>();
  if (module.ignores.length === 0) return { visible: diagnostics, used };
  const visible = diagnostics.filter((diagnostic) => {
    const comments = module.ignores.filter((comment) => silences(comment, diagnostic, lines));
    for (const comment of comments) used.add(comment);
    return comments.length === 0;
  });
  return { visible, used };
}

/** Whether a comment silences a diagnostic. A call over several lines may carry it where it begins or where it ends. */
export function silences({ line, rules }: IgnoreComment, { code, span }: Diagnostic, lines: LineLookup): boolean {
  if (rules.length > 0 && !rules.some(({ name }) => name === code)) return false;
  return line === lines.position(span.start).line || line === lines.position(span.end).line;
}

/** Of a file that could not be followed to its end, nothing is said: there may be something to silence after all. */
function idleComments(
  module: Module,
  diagnostics: readonly Diagnostic[],
  used: ReadonlySet<IgnoreComment>,
): Diagnostic[] {
  if (module.broken || diagnostics.some(({ code }) => code === "analysis-budget")) return [];
  return module.ignores.flatMap((comment) => {
    const unknown = comment.rules.filter(({ name }) => !isCode(name));
    if (unknown.length > 0)
      return unknown.map(({ name, span }) => ({ ...unknownRule(span, name, likelyRule(name)), span, context: "" }));
    if (used.has(comment)) return [];
    const names = comment.rules.map(({ name }) => name);
    return [{ ...unusedIgnore(comment.span, names), span: comment.span, context: "" }];
  });
}

/** The visible diagnostics of all files of an analysis. */
export function allVisible(analysis: Analysis, sources: Sources): VisibleDiagnostic[] {
  return [...analysis.files.values()].flatMap((found) => visibleDiagnostics(found, sources));
}
