import { expect } from "vitest";
import { applyEdits, type WrittenFix } from "../../server/src/ide/written-fixes";
import type { Analysis } from "../../server/src/interpreter/analyze";
import type { Diagnostic, Fact } from "../../server/src/interpreter/recorder";
import { formatShape } from "../../server/src/shape/shape";
import { analyzeFixture, filesOf, MAIN, type Fixture } from "./fixture";
import { firstLine, markersOf, type Marker } from "./markers";

export { analyzeFixture, MAIN, type AnalyzedFixture, type Fixture } from "./fixture";

/**
 * Analyses a program and compares what is found with its markers, which stand in comments below what they are about:
 *
 *     const x = torch.zeros([2, 3]);
 *     //    ^ [2, 3] float32
 *     x.view(4);
 *     //<^^^^^^ error reshape-size: 6 elements
 *
 * Every diagnostic needs a marker with its severity, code and a part of its message; one over several lines is marked in its first.
 * A marker that begins with a bracket (`[...]`: of unknown rank) tells the shape of the expression or name above it, and perhaps its dtype.
 */
export function check(fixture: Fixture): void {
  const { files, analysis, diagnostics } = analyzeFixture(fixture);
  const markers = Object.entries(files).flatMap(([file, text]) => markersOf(file, text));
  const unclaimed = new Set(diagnostics);
  const problems: string[] = [];
  for (const marker of markers) {
    if (marker.text.startsWith("[")) {
      problems.push(...shapeProblem(marker, files, analysis));
      continue;
    }
    const match = [...unclaimed].find((each) => matches(marker, each, files[each.span.file] ?? ""));
    if (match) unclaimed.delete(match);
    else problems.push(`expected, not found:  ${place(marker)} ${marker.text}`);
  }
  for (const each of unclaimed) problems.push(`found, not expected:  ${describe(each, files)}`);
  expect(problems, problems.join("\n")).toEqual([]);
}

/** Checks that nothing is found, and that the shape of every tensor expression is known. */
export function checkClean(fixture: Fixture): void {
  check(fixture);
  const { files, analysis } = analyzeFixture(fixture);
  const unknown = [...analysis.files.values()].flatMap(({ facts }) =>
    facts.filter(
      ({ role, value }) => role === "expression" && value.kind !== "object" && shapeText(value).includes(".."),
    ),
  );
  expect(unknown.map((fact) => textOf(fact, files))).toEqual([]);
}

/** The shape of every variable, parameter and field by name: `{ x: "[2, 3]" }`. Different ones are given as `[2, 3] | [4]`. */
export function shapesOf(fixture: Fixture): Record<string, string> {
  const { files, analysis } = analyzeFixture(fixture);
  const shapes = new Map<string, Set<string>>();
  for (const { facts } of analysis.files.values()) {
    for (const fact of facts) {
      if (fact.role !== "name" || fact.value.kind === "object") continue;
      const name = textOf(fact, files);
      shapes.set(name, (shapes.get(name) ?? new Set()).add(shapeText(fact.value)));
    }
  }
  return Object.fromEntries([...shapes].map(([name, each]) => [name, [...each].join(" | ")]));
}

/** Every diagnostic as text: `4:9 error reshape-size: …`, one-based. */
export function diagnosticsOf(fixture: Fixture): string[] {
  const { files, diagnostics } = analyzeFixture(fixture);
  return diagnostics.map((each) => describe(each, files));
}

/** The titles of the fixes of the first diagnostic, those that work. */
export function fixTitles(fixture: Fixture): string[] {
  return firstFixes(fixture).map(({ title }) => title);
}

/** The program after the fix with this index of its first diagnostic. */
export function applyFix(fixture: string, index?: number): string;
export function applyFix(fixture: Readonly<Record<string, string>>, index?: number): Record<string, string>;
export function applyFix(fixture: Fixture, index = 0): string | Record<string, string> {
  const fix = firstFixes(fixture)[index];
  if (!fix) throw new Error(`The first diagnostic has no fix ${index}.`);
  const files = { ...filesOf(fixture) };
  for (const file of new Set(fix.edits.map(({ span }) => span.file))) {
    files[file] = applyEdits(
      files[file] ?? "",
      fix.edits.filter(({ span }) => span.file === file),
    );
  }
  return typeof fixture === "string" ? (files[MAIN] ?? "") : files;
}

function firstFixes(fixture: Fixture): readonly WrittenFix[] {
  const { diagnostics, fixesOf } = analyzeFixture(fixture);
  const [first] = diagnostics;
  if (!first) throw new Error("No diagnostic was found.");
  return fixesOf(first);
}

function matches(marker: Marker, { span, severity, code, message }: Diagnostic, text: string): boolean {
  const [, wantedSeverity, wantedCode, part = ""] = /^(\w+) ([\w-]+):?\s*(.*)$/.exec(marker.text) ?? [];
  if (!wantedCode)
    throw new Error(`${place(marker)} "${marker.text}" is neither "severity code: message" nor a shape.`);
  const { line, from, to } = firstLine(text, span);
  return (
    marker.file === span.file &&
    marker.line === line &&
    marker.from === from &&
    marker.to === to &&
    wantedSeverity === severity &&
    wantedCode === code &&
    message.includes(part)
  );
}

function shapeProblem(marker: Marker, files: Readonly<Record<string, string>>, analysis: Analysis): string[] {
  const facts = (analysis.files.get(marker.file)?.facts ?? []).filter(({ span, value }) => {
    const { line, from, to } = firstLine(files[marker.file] ?? "", span);
    return line === marker.line && from === marker.from && to === marker.to && value.kind !== "object";
  });
  const found = [...new Set(facts.map(({ value }) => shapeText(value)))].join(" | ");
  const withDtype = [...new Set(facts.map(({ value }) => shapeAndDtype(value)))].join(" | ");
  if (marker.text === found || marker.text === withDtype) return [];
  return [`${place(marker)} expected ${marker.text}, found ${withDtype || "no tensor"}`];
}

function shapeText(value: Fact["value"]): string {
  return formatShape(value.kind === "tensor" ? value.shape : undefined);
}

function shapeAndDtype(value: Fact["value"]): string {
  const dtype = value.kind === "tensor" ? value.dtype : undefined;
  return dtype ? `${shapeText(value)} ${dtype}` : shapeText(value);
}

function textOf({ span }: Fact, files: Readonly<Record<string, string>>): string {
  return (files[span.file] ?? "").slice(span.start, span.end);
}

function describe({ span, severity, code, message }: Diagnostic, files: Readonly<Record<string, string>>): string {
  const { line, from, to } = firstLine(files[span.file] ?? "", span);
  return `${place({ file: span.file, line, from })}-${to + 1} ${severity} ${code}: ${message}`;
}

function place({ file, line, from }: Pick<Marker, "file" | "line" | "from">): string {
  return `${file === MAIN ? "" : `${file}:`}${line + 1}:${from + 1}`;
}
