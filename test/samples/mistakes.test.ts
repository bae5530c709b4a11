// Mistakes that people make with each sample: flagged where they are made, and mended by a fix that is offered there.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Mistake } from "./mistake";
import { describeDiagnostics, diagnosticsOf, repaired, textOf, withMistake } from "./mistake";
import { filesOf, sampleNames } from "./sample";

/** The mistakes of `samples/gpt.ts` are in `mistakes/gpt.ts`. */
async function mistakesOf(name: string): Promise<readonly Mistake[]> {
  const path = join(import.meta.dirname, "mistakes", name.replace(/\.js$/, ".ts"));
  if (!existsSync(path)) return [];
  return ((await import(path)) as { default: readonly Mistake[] }).default;
}

describe.each(await Promise.all(sampleNames.map(async (name) => ({ name, mistakes: await mistakesOf(name) }))))(
  "samples/$name",
  ({ name, mistakes }) => {
    const files = filesOf(name);

    test("has mistakes to learn from", () => expect(mistakes.length).toBeGreaterThanOrEqual(2));

    test.each(mistakes)("$what", (mistake) => {
      const broken = withMistake(files, mistake);
      const [found, ...others] = diagnosticsOf(broken);
      expect(others, describeDiagnostics(broken).join("\n")).toEqual([]);
      if (!found) throw new Error("Nothing is flagged.");
      const { span, code, message, fixes } = found;
      expect(textOf(broken, span.file).slice(span.start, span.end)).toBe(mistake.flagged);
      const [wantedCode = "", part = ""] = mistake.as.split(/:\s*/);
      expect(code).toBe(wantedCode);
      expect(message).toContain(part);
      expect(fixes.length, message).toBeGreaterThan(0);
      const outcomes = repaired(broken, found).map(({ title, files }) => [title, ...describeDiagnostics(files)]);
      expect(outcomes, "a fix leaves nothing to be found").toContainEqual([expect.any(String)]);
    });
  },
);
