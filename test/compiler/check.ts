import { expect } from "vitest";
import { lowerModule } from "../../server/src/compiler";
import { printModule } from "./printModule";

/** Lowers a source text and compares it with the expected text, both without the indentation of the test around them. */
export function checkLowering(source: string, expected: string, file = "/model.ts"): void {
  expect(printModule(lowerModule(file, dedent(source)))).toBe(dedent(expected));
}

export function dedent(text: string): string {
  const lines = text.replace(/^\n/, "").trimEnd().split("\n");
  const indents = lines.filter((line) => line.trim() !== "").map((line) => line.search(/\S/));
  const margin = Math.min(...indents);
  return lines.map((line) => line.slice(margin)).join("\n");
}
