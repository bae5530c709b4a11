import { describe, expect, test } from "vitest";
import { LineIndex } from "../../server/src/compiler";
import { evaluate, isKnown } from "../../server/src/shape/dim";
import type { Dim } from "../../server/src/shape/dim";
import { analyzeFixture, MAIN } from "../engine/check";
import { readCases } from "./cases";
import type { RecordedCase } from "./cases";

const cases = readCases(new URL("torch-cases.jsonl", import.meta.url));
const families = [...new Set(cases.map((one) => one.family))];
const names = ["A", "B", "C", "D", "E", "F"];

/**
 * The program as a function of its first tensor, whose sizes are symbols. What PyTorch did is then one of the cases that the analysis
 * speaks about: it must not find an error where PyTorch found none, and what it says of the shapes must hold for these sizes.
 */
function symbolic(recorded: RecordedCase): { source: string; sizes: ReadonlyMap<string, number> } | undefined {
  const at = recorded.program.findIndex((line) => line.includes("= torch.randn("));
  const made = recorded.expect.find((one) => one.line === at);
  const name = recorded.program[at]?.split(" ")[1];
  if (!made || !("shape" in made) || name === undefined) return undefined;
  const sizes = new Map(made.shape.map((size, axis) => [names[axis] ?? "", Number(size)]));
  const shape = [...sizes.keys()].join(", ");
  const source = [
    'import { torch, nn, F, type Tensor } from "shapewright/torch";',
    `/** @shape ${name} [${shape}] float32 */ export function program(${name}: Tensor) {`,
    ...recorded.program.map((line, i) => (i === at ? "" : line)),
    "}",
  ];
  return { source: source.join("\n"), sizes };
}

function contradictions(recorded: RecordedCase): string[] {
  const made = symbolic(recorded);
  if (!made) return [];
  const { source, sizes } = made;
  const { analysis, diagnostics } = analyzeFixture(source);
  const lines = new LineIndex(source);
  const lineOf = (offset: number): number => lines.position(offset).line - 2;
  const failure = recorded.expect.find((one) => "error" in one)?.line ?? Infinity;
  const problems = diagnostics
    .filter((one) => one.severity === "error" && lineOf(one.span.start) < failure)
    // A view that only a size of 1 makes legal is reported on purpose.
    .filter((one) => one.code !== "view-not-contiguous" || ![...sizes.values()].includes(1))
    .map((one) => `false alarm: ${one.message}`);
  const value = (dim: Dim): number => evaluate(dim, (name) => sizes.get(name) ?? NaN);
  for (const { role, span, value: tensor } of analysis.files.get(MAIN)?.facts ?? []) {
    const line = lineOf(span.start);
    const expected = recorded.expect.find((one) => one.line === line && "shape" in one);
    if (role !== "name" || tensor.kind !== "tensor" || !tensor.shape || !expected || !("shape" in expected)) continue;
    if (source.slice(span.start, span.end) !== `t${line + 1}`) continue;
    const known = tensor.shape.map((dim) => (isKnown(dim) ? value(dim) : "?"));
    const wrong =
      known.length !== expected.shape.length || known.some((size, i) => size !== "?" && size !== expected.shape[i]);
    if (wrong) problems.push(`line ${line}: expected [${expected.shape.join(", ")}], traced [${known.join(", ")}]`);
    const strides = tensor.strides?.every(isKnown) ? tensor.strides.map(value) : undefined;
    const meaningful = (all: readonly number[]) => all.filter((_, axis) => Number(expected.shape[axis]) > 1).join(", ");
    if (wrong || !strides || !expected.stride || expected.shape.includes(0)) continue;
    if (meaningful(strides) !== meaningful(expected.stride)) {
      problems.push(`line ${line}: expected strides ${expected.stride.join(", ")}, traced ${strides.join(", ")}`);
    }
  }
  return problems.map((problem) => `${recorded.id}: ${problem}\n${source}`);
}

describe("what is said for any sizes holds for those that PyTorch ran with", () => {
  test.each(families)("%s", (family) => {
    const problems = cases.filter((one) => one.family === family).flatMap(contradictions);
    expect(problems.join("\n\n")).toBe("");
  });
});
