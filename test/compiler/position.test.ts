import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TextDocument } from "vscode-languageserver-textdocument";
import { LineIndex } from "../../server/src/compiler";

describe("LineIndex", () => {
  test("counts lines ended by LF, CR LF and CR", () => {
    const index = new LineIndex("a\nbc\r\nd\re");
    expect(index.lineCount).toBe(4);
    expect([0, 2, 3, 6, 8].map((offset) => index.position(offset))).toEqual([
      { line: 0, character: 0 },
      { line: 1, character: 0 },
      { line: 1, character: 1 },
      { line: 2, character: 0 },
      { line: 3, character: 0 },
    ]);
  });

  test("takes what lies outside to the nearest place inside", () => {
    const index = new LineIndex("ab\ncd");
    expect(index.offset({ line: 0, character: 99 })).toBe(2);
    expect(index.offset({ line: 9, character: 0 })).toBe(5);
    expect(index.offset({ line: -1, character: 3 })).toBe(0);
    expect(index.position(99)).toEqual({ line: 1, character: 2 });
    expect(index.position(-1)).toEqual({ line: 0, character: 0 });
  });

  test("agrees with the language server's own documents", () => {
    const text = fc.array(fc.constantFrom("a", "é", "😀", "\n", "\r", "\r\n", "\u2028")).map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, fc.nat(30), fc.nat(10), (content, first, second) => {
        const document = TextDocument.create("file:///a.ts", "typescript", 1, content);
        const index = new LineIndex(content);
        const position = { line: second, character: first };
        expect(index.offset(position)).toBe(document.offsetAt(position));
        // Between CR and LF there is no place for a cursor, and the two disagree about it.
        if (content.slice(first - 1, first + 1) === "\r\n") return;
        expect(index.position(first)).toEqual(document.positionAt(first));
      }),
    );
  });
});
