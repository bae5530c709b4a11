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
      readonly sums?: Sums;
    }
  | { readonly line: number; readonly error: string; readonly message: string };

/** Two numbers that tell tensors apart: the sum of the elements with weights of their own, and that of their sizes. */
export type Sums = readonly [weighted: number, sizes: number];

/** A random program with the answers of the library that ran it. Nothing follows an error. */
export interface RecordedCase {
  readonly id: string;
  readonly family: string;
  readonly program: readonly string[];
  readonly expect: readonly Expectation[];
  /** Inputs required gradients when the program was recorded. */
  readonly leaves?: boolean;
  /** What `backward()` left at the inputs, by name, and at the parameters of modules, by path: `m1.weight`. */
  readonly gradients?: Readonly<Record<string, Sums>>;
  /** Why PyTorch's `backward()` refused. */
  readonly backward?: string;
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

export const TORCH: Library = {
  imports: 'import { torch, nn, F } from "shapewright/torch";',
  mistakesShow: "where they throw",
};

/** How the analysis of a program compares with what the library did. */
export interface StaticFindings {
  /** The codes found where the library refuses. */
  readonly detected: readonly string[];
  readonly falseAlarms: readonly string[];
  /** What is known and differs. */
  readonly wrong: readonly string[];
  /** What is not known. */
  readonly unknown: readonly string[];
  readonly results: number;
  readonly shapesKnown: number;
  /** Of the known shapes, those whose strides the library tells. */
  readonly strided: number;
  readonly stridesKnown: number;
}

/** Everything in which the analysis of a program differs from what the library did; what it leaves unknown counts as well. */
export function differences(recorded: RecordedCase, library: Library): string[] {
  const { falseAlarms, detected, wrong, unknown } = staticFindings(recorded, library);
  const failure = recorded.expect.find((one) => "error" in one);
  const missed = failure && "error" in failure && failure.error !== "autograd" && detected.length === 0;
  const problems = [...falseAlarms, ...(missed ? [`missed: ${failure.message}`] : []), ...wrong, ...unknown];
  return problems.map((problem) => `${recorded.id}: ${problem}\n${recorded.program.join("\n")}`);
}

export function staticFindings(recorded: RecordedCase, { imports, mistakesShow }: Library): StaticFindings {
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
  const falseAlarms = found
    .filter((one) => !right.includes(one) && (!failure || lineOf(one.span.start) < failure.line))
    .map((one) => `false alarm in line ${lineOf(one.span.start)}: ${one.message}`);
  const compared = recorded.expect.flatMap((expected) => {
    if ("error" in expected) return [];
    const here = facts.filter((fact) => fact.role === "expression" && lineOf(fact.span.start) === expected.line);
    const widest = here.sort((a, b) => b.span.end - b.span.start - (a.span.end - a.span.start))[0];
    return [compareResult(expected, widest?.value.kind === "tensor" ? widest.value : undefined)];
  });
  const count = (test: (one: Comparison) => boolean): number => compared.filter(test).length;
  const texts = (kind: Comparison["kind"]) => compared.flatMap((one) => (one.kind === kind ? [one.text] : []));
  return {
    detected: right.map(({ code }) => code),
    falseAlarms,
    wrong: texts("wrong"),
    unknown: texts("unknown"),
    results: compared.length,
    shapesKnown: count((one) => one.shapeKnown),
    strided: count((one) => one.strided),
    stridesKnown: count((one) => one.strided && one.strideKnown),
  };
}

interface Comparison {
  readonly kind: "right" | "wrong" | "unknown";
  readonly text: string;
  readonly shapeKnown: boolean;
  /** The library tells strides, and the shape is known. */
  readonly strided: boolean;
  readonly strideKnown: boolean;
}

function compareResult(
  expected: Extract<Expectation, { shape: unknown }>,
  traced: TensorValue | undefined,
): Comparison {
  const wanted = describeExpected(expected, traced);
  const actual = traced ? describeTensor(traced) : "no tensor";
  const shape = traced?.shape?.map(size);
  const shapeKnown =
    shape?.every((each, axis) => typeof each === "number" || typeof expected.shape[axis] === "string") ?? false;
  const strideKnown = traced?.strides?.every((each) => asNumber(each) !== undefined) ?? false;
  const strided = shapeKnown && expected.stride !== null && expected.stride !== undefined;
  const incomplete = !shapeKnown || traced?.dtype === undefined || (strided && !strideKnown);
  const kind = actual === wanted ? "right" : incomplete ? "unknown" : "wrong";
  const text = `line ${expected.line}: expected ${wanted}, traced ${actual}`;
  return { kind, text, shapeKnown, strided, strideKnown };
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
