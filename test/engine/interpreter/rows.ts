import { expect, test } from "vitest";
import { shapesOf } from "../check";
import { compareWithRuns } from "../claims";

/** What a program is about, its text after the imports, and the shape of every variable that holds a tensor. */
export type Row = readonly [about: string, code: string, shapes: Readonly<Record<string, string>>];

const IMPORTS = `import * as tf from "@tensorflow/tfjs";\n`;

/** Runs that differ in what the analysis cannot see: the answers of \`coin()\`, and what \`mystery(…)\` does with what it is given. */
const RUNS = [false, true].map((heads) => ({
  coin: () => heads,
  some: (...values: unknown[]) => values[heads ? 0 : values.length - 1],
  mystery: (target?: unknown, ...others: unknown[]) => {
    if (!heads) return undefined;
    for (const value of [target, ...others]) {
      if (typeof value === "function") (value as (n: number) => unknown)(3);
      else if (value instanceof Map) value.clear();
      else if (Array.isArray(value)) value.push(7);
      else if (typeof value === "object" && value !== null) (value as Record<string, unknown>)["n"] = 8;
    }
    return target;
  },
}));

/** Sizes that are numbers, and `?` for all others: what those are called is told elsewhere. */
function withoutNames(shapes: string): string {
  const shape = (text: string): string =>
    text
      .slice(1, -1)
      .split(", ")
      .map((size) => (/^\d*$/.test(size) ? size : "?"))
      .join(", ");
  return shapes
    .split(" | ")
    .map((text) => `[${shape(text)}]`)
    .join(" | ");
}

/** One test a row: what the analysis says, and that running the program says nothing else. */
export function testRows(rows: readonly Row[]): void {
  test.each(rows)("%s", async (_about, code, shapes) => {
    const found = Object.entries(shapesOf(IMPORTS + code)).map(([name, text]) => [name, withoutNames(text)]);
    expect(Object.fromEntries(found)).toEqual(shapes);
    expect((await compareWithRuns(IMPORTS + code, RUNS)).wrong).toEqual([]);
  });
}
