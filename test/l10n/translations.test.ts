// Every text that the editor shows exists in each language, with the same placeholders, and none is left over.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { templateKey } from "../../server/src/text/translate";
import { zhCn } from "../../server/src/text/zh-cn";
import { projectRoot } from "../host/paths";

type Texts = Readonly<Record<string, string>>;

const languages = ["zh-cn"];
const read = (path: string) => readFileSync(join(projectRoot, path), "utf8");
const texts = (path: string) => JSON.parse(read(path)) as Texts;
const placeholders = (text: string) =>
  [...text.matchAll(/\{[^}]*\}|\[[^\]]*\]\(command:[^)]*\)/g)]
    .map(([match]) => match.replace(/^\[[^\]]*\]/, ""))
    .sort();

/** The texts given to `l10n.t(…)` in the extension's sources. Computed ones cannot be translated and are an error. */
function textsInSource(): Set<string> {
  const found = new Set<string>();
  for (const file of readdirSync(join(projectRoot, "client/src"), { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".ts")) continue;
    const source = ts.createSourceFile(file, read(join("client/src", file)), ts.ScriptTarget.Latest);
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node) && /(^|\.)l10n\.t$/.test(node.expression.getText(source))) {
        const [first] = node.arguments;
        if (!first || !ts.isStringLiteralLike(first))
          throw new Error(`${file}: l10n.t needs a literal text: ${node.getText(source)}`);
        found.add(first.text);
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return found;
}

/** The templates of t`…` in the server's sources, `{0}` for the first value. */
function templatesInSource(): Set<string> {
  const found = new Set<string>();
  for (const file of readdirSync(join(projectRoot, "server/src"), { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".ts")) continue;
    const source = ts.createSourceFile(file, read(join("server/src", file)), ts.ScriptTarget.Latest, true);
    const visit = (node: ts.Node): void => {
      if (ts.isTaggedTemplateExpression(node) && node.tag.getText(source) === "t") {
        const { template } = node;
        const parts = ts.isTemplateExpression(template)
          ? [template.head.text, ...template.templateSpans.map(({ literal }) => literal.text)]
          : [template.text];
        found.add(templateKey(parts));
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return found;
}

describe("texts of the language server", () => {
  it("exist in zh-cn, with the same placeholders, and none is left over", () => {
    expect(Object.keys(zhCn).sort()).toEqual([...templatesInSource()].sort());
    for (const [text, translation] of Object.entries(zhCn))
      expect(placeholders(translation), text).toEqual(placeholders(text));
  });
});

describe("texts in package.json", () => {
  const english = texts("package.nls.json");
  const used = [...read("package.json").matchAll(/"%([^"%]+)%"/g)].map(([, key]) => key);

  it("are all in package.nls.json, which holds no others", () => {
    expect([...new Set(used)].sort()).toEqual(Object.keys(english).sort());
  });

  it.each(languages)("exist in %s, with the same placeholders", (language) => {
    const translated = texts(`package.nls.${language}.json`);
    expect(Object.keys(translated).sort()).toEqual(Object.keys(english).sort());
    for (const [key, text] of Object.entries(english))
      expect(placeholders(translated[key] ?? ""), key).toEqual(placeholders(text));
  });
});

describe("texts in the extension's code", () => {
  it.each(languages)("exist in %s, with the same placeholders", (language) => {
    const translated = texts(`l10n/bundle.l10n.${language}.json`);
    expect(Object.keys(translated).sort()).toEqual([...textsInSource()].sort());
    for (const [text, translation] of Object.entries(translated))
      expect(placeholders(translation), text).toEqual(placeholders(text));
  });
});
