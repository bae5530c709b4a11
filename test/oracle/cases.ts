import { readFileSync } from "node:fs";
import { LineIndex } from "../../server/src/compiler";
import type { TensorValue } from "../../server/src/interpreter/value";
import { asNumber, formatDim } from "../../server/src/shape/dim";
import type { Dim } from "../../server/src/shape/dim";
import { analyzeFixture, MAIN } from "../engine/fixture";

/** What a library did when it ran a line of a program: made a tensor, or refused. */
export type Expectation =
  | {
      /** Counted from 0, without the imports. */
      readonly line: number;
      /** A string is a size that the library leaves open: "N", the batch, which the analysis leaves open too, or "?", which it may know. */
      readonly shape: readonly (number | string)[];
      /** `null` where several layouts are right. */
      readonly stride: readonly number[] | null;
      readonly dtype: string;
    }
  | { readonly line: number; readonly error: string; readonly message: string };

/** A random program with the answers of the library that ran it. Nothing follows an error. */
export interface RecordedCase {
  readonly id: string;
  readonly family: string;
  readonly program: readonly string[];
  readonly expect: readonly Expectation[];
}

export function readCases(file: URL): readonly RecordedCase[] {
  const lines = readFileSync(file, "utf8").trim().split("\n");
  return lines.map((line) => JSON.parse(line) as RecordedCase);
}

export interface Library {
  /** The line that every program begins with. */
  readonly imports: string;
  /** Where a mistake may be reported: in the line that throws, or also where a model is built that throws when it runs. */
  readonly mistakesShow: "where they throw" | "there or before";
}

/** Everything in which the analysis of a program differs from what the library did; what it leaves unknown counts as well. */
export function differences(recorded: RecordedCase, { imports, mistakesShow }: Library): string[] {
  const source = [imports, ...recorded.program].join("\n");
  const { analysis, diagnostics } = analyzeFixture(source);
  const lines = new LineIndex(source);
  const lineOf = (offset: number): number => lines.position(offset).line - 1;
  const facts = analysis.files.get(MAIN)?.facts ?? [];
  const failure = recorded.expect.find((one) => "error" in one);
  const found = diagnostics.filter((one) => one.severity === "error");
  const right = found.filter(
    ({ code, span }) =>
      failure &&
      (lineOf(span.start) === failure.line ||
        (mistakesShow === "there or before" && code === failure.error && lineOf(span.start) < failure.line)),
  );
  const problems = found
    .filter((one) => !right.includes(one) && (!failure || lineOf(one.span.start) < failure.line))
    .map((one) => `false alarm in line ${lineOf(one.span.start)}: ${one.message}`);
  if (failure && right.length === 0) problems.push(`missed: ${failure.message}`);
  for (const expected of recorded.expect) {
    if ("error" in expected) continue;
    const here = facts.filter((fact) => fact.role === "expression" && lineOf(fact.span.start) === expected.line);
    const widest = here.sort((a, b) => b.span.end - b.span.start - (a.span.end - a.span.start))[0];
    const traced = widest?.value.kind === "tensor" ? describeTensor(widest.value) : "no tensor";
    const wanted = describeExpected(expected, widest?.value.kind === "tensor" ? widest.value : undefined);
    if (traced !== wanted) problems.push(`line ${expected.line}: expected ${wanted}, traced ${traced}`);
  }
  return problems.map((problem) => `${recorded.id}: ${problem}\n${recorded.program.join("\n")}`);
}

function size(dim: Dim): number | string {
  return asNumber(dim) ?? formatDim(dim);
}

function describeTensor({ shape, dtype, strides }: TensorValue): string {
  return `[${shape?.map(size).join(", ") ?? "…"}] ${dtype ?? "?"} ${layout(shape?.map(size), strides?.map(size))}`;
}

function describeExpected(expected: Extract<Expectation, { shape: unknown }>, traced: TensorValue | undefined): string {
  const stride = expected.stride ?? traced?.strides?.map(size);
  const shape = expected.shape.map((open, axis) => {
    const known = traced?.shape?.[axis] && size(traced.shape[axis]);
    const fits = open === "?" || (open === "N" && typeof known === "string");
    return fits ? (known ?? open) : open;
  });
  return `[${shape.join(", ")}] ${expected.dtype} ${layout(expected.shape, stride)}`;
}

/** The strides that mean something: not those of dimensions of size 1, and none of a tensor without elements. */
function layout(
  shape: readonly (number | string)[] | undefined,
  strides: readonly (number | string)[] | undefined,
): string {
  if (!shape || !strides) return "of unknown layout";
  if (shape.includes(0)) return "";
  return `strided ${strides.filter((_, axis) => shape[axis] !== 1).join(", ")}`;
}
