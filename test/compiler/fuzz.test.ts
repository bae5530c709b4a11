import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lowerModule } from "../../server/src/compiler";
import { containsSpan } from "../../server/src/ir";
import { everyNode } from "./everyNode";

/** This project's own source is the seed: it has most of the language in it. */
const seeds = ["../../server/src/compiler", "../../server/src/compiler/lower", "."].flatMap((folder) => {
  const path = fileURLToPath(new URL(`${folder}/`, import.meta.url));
  return readdirSync(path)
    .filter((name) => name.endsWith(".ts"))
    .map((name) => readFileSync(path + name, "utf8"));
});

const FRAGMENTS = [
  ..."(){}[]<>;:,.?!=+-*/%&|^~@#`'\"\\\n",
  ...["=>", "?.", "...", "${", "/*", "//", "/**", "*/", "\u2028", "\u{1F600}", "</", "1n", "0x", "''", "``"],
  ...[
    "class ",
    "static ",
    "async ",
    "await ",
    "yield ",
    "function* ",
    "new ",
    "super",
    "extends ",
    "import ",
    "export ",
  ],
  ...[
    "default ",
    "case ",
    "for (",
    "of ",
    "in ",
    "do ",
    "while (",
    "try ",
    "catch ",
    "label: ",
    "enum E ",
    "namespace A.B ",
  ],
  ...[
    "declare ",
    "abstract ",
    "type T = ",
    "interface I ",
    "as ",
    "satisfies ",
    "@shape x [",
    "// @shape-ignore",
    "var ",
  ],
];

interface Edit {
  readonly at: number;
  readonly remove: number;
  readonly insert: string;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  remove: fc.nat(12),
  insert: fc.constantFrom("", ...FRAGMENTS),
});

function applyEdits(text: string, edits: readonly Edit[]): string {
  return edits.reduce((current, { at, remove, insert }) => {
    const start = Math.floor(at * current.length);
    return current.slice(0, start) + insert + current.slice(start + remove);
  }, text);
}

function checkModule(file: string, text: string): void {
  const module = lowerModule(file, text);
  for (const { span } of everyNode([module.body, module.imports, [...module.types.values()]])) {
    if (containsSpan(module.span, span) && span.start <= span.end) continue;
    expect.fail(`${JSON.stringify(span)} lies outside of ${JSON.stringify(text)}`);
  }
}

describe("whatever the text, lowering gives a module whose spans lie in it", () => {
  test.each(["/m.ts", "/m.tsx", "/m.js", "/m.json"])("edited source as %s", (file) => {
    const mutated = fc
      .tuple(fc.constantFrom(...seeds), fc.array(edit, { minLength: 1, maxLength: 8 }))
      .map(([text, edits]) => applyEdits(text, edits));
    fc.assert(
      fc.property(mutated, (text) => checkModule(file, text)),
      { numRuns: 100 },
    );
  });

  test.each(["/m.ts", "/m.tsx"])("fragments in any order as %s", (file) => {
    const words = fc.array(fc.constantFrom("x", "1", " ", ...FRAGMENTS), { maxLength: 40 });
    fc.assert(
      fc.property(words, (parts) => checkModule(file, parts.join(""))),
      { numRuns: 500 },
    );
  });
});
