import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { operationsDocumentation } from "../../server/src/ops/operations-docs";
import { rules } from "../../server/src/rules";
import { configurationSchema, ruleIndex, rulePage } from "../../server/src/rules/documentation";
import { analyzeFixture } from "../engine/check";

const pages = resolve(import.meta.dirname, "../../docs/rules");
const page = (name: string): string => (existsSync(join(pages, name)) ? readFileSync(join(pages, name), "utf8") : "");

describe.each(rules.map((rule) => [rule.code, rule] as const))("%s", (code, rule) => {
  test("its wrong example is flagged by this rule alone", () => {
    const { diagnostics } = analyzeFixture({ [`/${rule.file ?? "main.ts"}`]: rule.wrong });
    expect(diagnostics.map((diagnostic) => `${diagnostic.severity} ${diagnostic.code}`)).toEqual([
      `${rule.severity} ${code}`,
    ]);
  });

  test("its right example is not flagged", () => {
    expect(
      analyzeFixture({ [`/${rule.file ?? "main.ts"}`]: rule.right }).diagnostics.map(
        (diagnostic) => diagnostic.message,
      ),
    ).toEqual([]);
  });

  test("its page is up to date (npm run docs)", () => {
    expect(page(`${code}.md`)).toBe(rulePage(rule));
  });
});

test("the table of rules is up to date (npm run docs)", () => {
  expect(page("README.md")).toBe(ruleIndex(rules));
});

test("the page of operations is up to date (npm run docs)", () => {
  const written = readFileSync(resolve(pages, "../operations.md"), "utf8");
  expect(written).toBe(operationsDocumentation());
  for (const name of ["MultiheadAttention", "conv2d", "view", "lstm"]) expect(written).toContain(`\`${name}\``);
});

test("the schema of shapewright.json knows every rule (npm run docs)", () => {
  const schema = readFileSync(resolve(pages, "../../schemas/shapewright.schema.json"), "utf8");
  expect(schema).toBe(configurationSchema(rules));
});

test("the setting shapewright.rules knows every rule", () => {
  const manifest = JSON.parse(readFileSync(resolve(pages, "../../package.json"), "utf8")) as {
    contributes: { configuration: { properties: Record<string, { propertyNames?: { enum: string[] } }> } };
  };
  const setting = manifest.contributes.configuration.properties["shapewright.rules"];
  expect(setting?.propertyNames?.enum).toEqual(rules.map(({ code }) => code));
});
