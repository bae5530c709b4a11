import type { Diagnostic } from "../interpreter/recorder";
import type { Expression, Module, ObjectExpression, Span } from "../ir";
import { rules } from "../rules";
import { misconfigured } from "../rules/configuration";
import { mayRunOnOldTensorFlow } from "./library-version";
import type { Severity } from "../rules/finding";
import { t } from "../text/translate";

/** What becomes of a rule's findings. */
export type RuleLevel = Severity | "off";

/** The levels of the rules that are not left at their own. */
export type RuleLevels = ReadonlyMap<string, RuleLevel>;

export const LEVELS: readonly RuleLevel[] = ["off", "error", "warning", "information"];
const CODES: readonly string[] = rules.map(({ code }) => code);
export const CONFIGURATION_FILE = "shapewright.json";

/** Where configuration files are read from, as modules: translated they say where each of their parts stands. */
export interface ConfigurationSource {
  module(path: string): Module | undefined;
}

/** What the nearest configuration file says about a file, over what is said in general. */
export function levelsFor(source: ConfigurationSource, file: string, general: RuleLevels = new Map()): RuleLevels {
  const found = configurationOf(source, file);
  const own: RuleLevels = mayRunOnOldTensorFlow(source, file) ? OF_OLD_TENSORFLOW : new Map();
  return new Map([...own, ...general, ...(found ? readConfiguration(found).levels : [])]);
}

/** Versions before 4 take tensors of types that it refuses. */
const OF_OLD_TENSORFLOW: RuleLevels = new Map([["dtype-mismatch", "off"]]);

/** The configuration file that counts for a file: the nearest one in its folder or above. */
export function configurationOf(source: ConfigurationSource, file: string): Module | undefined {
  for (let slash = file.lastIndexOf("/"); slash >= 0; slash = file.lastIndexOf("/", slash - 1)) {
    const folder = file.slice(0, slash);
    const own = source.module(`${folder}/${CONFIGURATION_FILE}`);
    if (own) return own;
    const manifest = source.module(`${folder}/package.json`);
    if (manifest && settingsIn(manifest)) return manifest;
    if (slash === 0) break;
  }
  return undefined;
}

/** What is wrong with the configuration files that count for some files, by configuration file; those without fault are left out. */
export function misconfigurations(
  source: ConfigurationSource,
  files: readonly string[],
): ReadonlyMap<string, Diagnostic[]> {
  const configurations = new Set(
    files.map((file) => configurationOf(source, file)).filter((each) => each !== undefined),
  );
  const found = [...configurations].map((module) => [module.file, configurationDiagnostics(module)] as const);
  return new Map(found.filter(([, problems]) => problems.length > 0));
}

/** What is wrong with a configuration file. */
export function configurationDiagnostics(module: Module): Diagnostic[] {
  return readConfiguration(module).problems;
}

/** The levels in what a client sent as its settings; what makes no sense is left out. */
export function levelsOf(sent: unknown): Map<string, RuleLevel> {
  if (typeof sent !== "object" || sent === null) return new Map();
  return new Map(
    Object.entries(sent).filter((entry): entry is [string, RuleLevel] => isCode(entry[0]) && isLevel(entry[1])),
  );
}

/** The name of a rule that was probably meant: the one that shares the most with what was written. */
export function likelyRule(name: string): string | undefined {
  const parts = new Set(name.split("-"));
  const shared = (code: string): number => code.split("-").filter((part) => parts.has(part)).length;
  const [best] = CODES.toSorted((a, b) => shared(b) - shared(a));
  return best !== undefined && shared(best) > 0 ? best : undefined;
}

export function isCode(name: string): boolean {
  return CODES.includes(name);
}

function isLevel(value: unknown): value is RuleLevel {
  return (LEVELS as readonly unknown[]).includes(value);
}

interface Configuration {
  readonly levels: RuleLevels;
  readonly problems: Diagnostic[];
}

function readConfiguration(module: Module): Configuration {
  const levels = new Map<string, RuleLevel>();
  const problems: Diagnostic[] = [];
  const complain = (span: Span, message: string): void => {
    problems.push({ ...misconfigured(span, message), span, context: "" });
  };
  if (module.broken) {
    complain(module.span, t`This file is no JSON: it has syntax errors, so it has no effect.`);
    return { levels, problems };
  }
  const settings = settingsIn(module);
  if (!settings) {
    complain(module.span, t`An object is expected here: { "rules": { … } }.`);
    return { levels, problems };
  }
  for (const [name, value, span] of entriesOf(settings)) {
    if (name === "$schema") continue;
    if (name !== "rules") complain(span, t`${name} is no setting. There is: rules.`);
    else if (value.kind !== "object") complain(value.span, t`Rules are given by name: { "reshape-size": "off" }.`);
    else readLevels(value, levels, complain);
  }
  return { levels, problems };
}

function readLevels(
  object: ObjectExpression,
  levels: Map<string, RuleLevel>,
  complain: (span: Span, message: string) => void,
): void {
  for (const [name, value, span] of entriesOf(object)) {
    const level = value.kind === "literal" ? value.value : undefined;
    const likely = likelyRule(name);
    if (!isCode(name)) complain(span, t`There is no rule ${name}.${likely ? t` Did you mean ${likely}?` : ""}`);
    else if (!isLevel(level)) complain(value.span, t`A rule is set to one of ${LEVELS.join(", ")}.`);
    else levels.set(name, level);
  }
}

/** The object with the settings: the whole of a `shapewright.json`, a part of a `package.json`. */
function settingsIn(module: Module): ObjectExpression | undefined {
  const [statement] = module.body;
  const value = statement?.kind === "declare" ? statement.declarations[0]?.value : undefined;
  if (value?.kind !== "object") return undefined;
  if (!module.file.endsWith("/package.json")) return value;
  const own = entriesOf(value).find(([name]) => name === "shapewright")?.[1];
  return own?.kind === "object" ? own : undefined;
}

function entriesOf(object: ObjectExpression): (readonly [name: string, value: Expression, span: Span])[] {
  return object.properties.flatMap((property) =>
    property.kind === "value" && typeof property.key === "string"
      ? [[property.key, property.value, property.span] as const]
      : [],
  );
}
