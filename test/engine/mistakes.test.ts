import { readFileSync, readdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { applyFix, check, diagnosticsOf, fixTitles } from "./check";

const folder = resolve(import.meta.dirname, "../fixtures/mistakes");
const names = readdirSync(folder);
const helpers = ["config.ts"];

/** The mistakes that have no fix, since what was meant cannot be told from the code. */
const withoutFix = ["bias-broadcast.ts"];

function fixture(name: string): Record<string, string> {
  return Object.fromEntries(
    [name, ...helpers].map((file) => [`/${basename(file)}`, readFileSync(join(folder, file), "utf8")]),
  );
}

describe.each(names.filter((name) => !helpers.includes(name)))("the mistake in %s", (name) => {
  test("is flagged where it is made, and nothing else is", () => check(fixture(name)));

  if (withoutFix.includes(name)) {
    test("offers no fix", () => expect(fixTitles(fixture(name))).toEqual([]));
    return;
  }

  test("is repaired by every fix offered", () => {
    const titles = fixTitles(fixture(name));
    expect(titles.length).toBeGreaterThan(0);
    for (const [index] of titles.entries()) expect(diagnosticsOf(applyFix(fixture(name), index))).toEqual([]);
  });
});
