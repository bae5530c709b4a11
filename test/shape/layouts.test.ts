import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { broadcastShapes, expandShape } from "../../server/src/shape/broadcast";
import type { Dim } from "../../server/src/shape/dim";
import { asNumber, constant } from "../../server/src/shape/dim";
import { inferReshape } from "../../server/src/shape/reshape";
import type { Shape } from "../../server/src/shape/shape";
import { formatShape } from "../../server/src/shape/shape";
import {
  contiguousStrides,
  denseStridesLike,
  elementwiseStrides,
  expandStrides,
  isContiguous,
  reshapeStrides,
  viewStrides,
} from "../../server/src/shape/strides";
import { ceilPoolSize, convolutionSize, transposedConvolutionSize } from "../../server/src/shape/window";

type Kind =
  | "views"
  | "contiguous"
  | "clones"
  | "unary"
  | "binary"
  | "ternary"
  | "broadcasts"
  | "expands"
  | "reshapes"
  | "windows";

const recorded = JSON.parse(readFileSync(new URL("pytorch-layouts.json", import.meta.url), "utf8")) as Record<
  Kind,
  readonly string[]
> & { readonly torch: string };

/** Everything here is compared with what PyTorch answered (record_layouts.py) for tensors of known sizes. */

describe(`as PyTorch ${recorded.torch}`, () => {
  test.each(recorded.views)("view %s", (line) => {
    const [shape, strides, newShape, answer] = fields(line);
    const view = viewStrides(shape, strides, newShape);
    expect(view.kind === "ok" ? plain(view.strides) : view.kind).toBe(answer);
    const copied = answer === "illegal" ? plain(contiguousStrides(newShape)) : answer;
    expect(text(reshapeStrides(shape, strides, newShape))).toBe(copied);
  });

  test.each(recorded.contiguous)("isContiguous %s", (line) => {
    const [shape = "", strides = "", answer] = line.split("|");
    expect(isContiguous(parse(shape), parse(strides))).toBe(answer === "true" ? "yes" : "no");
  });

  test.each(recorded.clones)("clone %s", (line) => {
    const [shape = "", strides = "", answer] = line.split("|");
    expect(text(denseStridesLike(parse(shape), parse(strides)))).toBe(answer);
  });

  test.each(recorded.unary)("relu %s", (line) => {
    const [shape, strides, relu, answer] = fields(line);
    expect(text(elementwiseStrides([{ shape, strides }], shape))).toBe(plain(relu));
    const number = { shape: [], strides: [] };
    expect(text(elementwiseStrides([{ shape, strides }, number], shape))).toBe(answer);
  });

  test.each([...recorded.binary, ...recorded.ternary])("elementwise %s", (line) => {
    const all = line.split("|").map(parse);
    const pairs = Array.from({ length: all.length / 2 }, (_, i) => ({
      shape: all[2 * i] ?? [],
      strides: all[2 * i + 1] ?? [],
    }));
    const result = pairs.at(-1) ?? { shape: [], strides: [] };
    const operands = pairs.slice(0, -1);
    const shape = operands.map((operand) => operand.shape).reduce(broadcast);
    expect(plain(shape)).toBe(plain(result.shape));
    expect(text(elementwiseStrides(operands, shape))).toBe(plain(result.strides));
  });

  test.each(recorded.broadcasts)("broadcast %s", (line) => {
    const [a = "", b = "", answer] = line.split("|");
    const result = broadcastShapes(parse(a), parse(b));
    expect(result.kind === "ok" ? plain(result.shape) : result.kind).toBe(answer);
  });

  test.each(recorded.expands)("expand %s", (line) => {
    const [shape = "", strides = "", sizes = "", answer, answerStrides] = line.split("|");
    const result = expandShape(parse(shape), parse(sizes));
    expect(result.kind === "ok" ? plain(result.shape) : "error").toBe(answer);
    if (result.kind === "ok") {
      expect(text(expandStrides(parse(shape), parse(strides), result.shape))).toBe(answerStrides);
    }
  });

  test.each(recorded.reshapes)("reshape %s", (line) => {
    const [shape = "", sizes = "", answer] = line.split("|");
    const result = inferReshape(parse(shape), parse(sizes));
    const kinds = { "size-mismatch": "invalid", "not-divisible": "invalid" } as const;
    const kind = result.kind in kinds ? kinds[result.kind as keyof typeof kinds] : result.kind;
    // Of two mistakes in one call PyTorch names the one it meets first.
    const accepted = result.kind === "ok" ? [plain(result.shape)] : [kind, "negative", "two-inferred"];
    expect(accepted).toContain(answer);
  });

  test.each(recorded.windows)("windows %s", (line) => {
    const [numbers = "", convolution, pool, ceilPool, transposed] = line.split("|");
    const [input, kernel, stride, padding, dilation, outputPadding] = parse(numbers) as [Dim, Dim, Dim, Dim, Dim, Dim];
    const window = { kernel, stride, dilation };
    const sizes = {
      convolution: convolutionSize(input, window, padding),
      pool: convolutionSize(input, window, padding),
      ceilPool: ceilPoolSize(input, window, padding),
      transposed: transposedConvolutionSize(input, window, padding, outputPadding),
    };
    for (const [name, answer] of Object.entries({ convolution, pool, ceilPool, transposed })) {
      if (answer !== "x") {
        expect(`${name} ${asNumber(sizes[name as keyof typeof sizes])}`).toBe(`${name} ${answer}`);
      }
    }
  });
});

/** The first three fields as dimensions, the fourth as it is. */
function fields(line: string): [Shape, Shape, Shape, string] {
  const [a = "", b = "", c = "", answer = ""] = line.split("|");
  return [parse(a), parse(b), parse(c), answer];
}

function parse(list: string): Shape {
  return list === "" ? [] : list.split(",").map((n) => constant(Number(n)));
}

function plain(dims: readonly Dim[]): string {
  return formatShape(dims).slice(1, -1).replaceAll(" ", "");
}

function text(dims: readonly Dim[] | undefined): string {
  return dims === undefined ? "unknown" : plain(dims);
}

function broadcast(a: Shape, b: Shape): Shape {
  const result = broadcastShapes(a, b);
  if (result.kind === "mismatch") {
    throw new Error(`Recorded operands ${formatShape(a)} and ${formatShape(b)} must broadcast.`);
  }
  return result.shape;
}
