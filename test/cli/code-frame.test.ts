import { describe, expect, it } from "vitest";
import { codeFrame } from "../../server/src/cli/formats/code-frame";

/** A frame as text, with the part of the source between `⟦` and `⟧` marked. */
function frame(marked: string): string[] {
  const offset = (bracket: string) => {
    const before = marked.slice(0, marked.indexOf(bracket)).replace("⟦", "").split("\n");
    return { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
  };
  const lines = marked.replace(/[⟦⟧]/g, "").split("\n");
  return codeFrame(lines, { start: offset("⟦"), end: offset("⟧") }, "^").flatMap(({ number, text, marks }) => [
    `${number ?? "-"} ${text}`,
    ...(marks === "" ? [] : [`  ${marks}`]),
  ]);
}

describe("a code frame", () => {
  it("marks a range below its line", () => {
    expect(frame("a\nx = ⟦y.view(3)⟧;")).toEqual(["2 x = y.view(3);", "      ^^^^^^^^^"]);
  });

  it("marks an empty range with one character", () => {
    expect(frame("x = ⟦⟧;")).toEqual(["1 x = ;", "      ^"]);
  });

  it("marks each line of a range over several, without its indentation", () => {
    expect(frame("x = ⟦y\n  .relu()\n  .view(3)⟧;")).toEqual([
      "1 x = y",
      "      ^",
      "2   .relu()",
      "    ^^^^^^^",
      "3   .view(3);",
      "    ^^^^^^^^",
    ]);
  });

  it("leaves out the middle of a long range", () => {
    const lines = frame("⟦f(\n1,\n2,\n3,\n4,\n5)⟧").filter((line) => !line.includes("^"));
    expect(lines).toEqual(["1 f(", "2 1,", "- ...", "5 4,", "6 5)"]);
  });

  it("aligns marks below tabs, wide characters and accents", () => {
    expect(frame("\tx = ⟦y⟧")).toEqual(["1     x = y", "          ^"]);
    expect(frame("f('形状', ⟦y⟧)")).toEqual(["1 f('形状', y)", "            ^"]);
    expect(frame("f('e\u0301', ⟦y⟧)")).toEqual(["1 f('e\u0301', y)", "         ^"]);
  });

  it("shows a part of a line that is too long to read", () => {
    const [line, marks] = frame(`${"a".repeat(500)}⟦bcd⟧${"e".repeat(500)}`);
    expect(line).toMatch(/^1 …a{40}bcde{97}…$/);
    expect(marks).toBe(`   ${" ".repeat(40)}^^^`);
  });
});
