// Writes docs/rules, docs/operations.md and the schema of shapewright.json from the sources' own entries (`npm run docs`); a test fails
// when the pages are behind.
import { mkdirSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const bundle = await build({
  stdin: {
    contents: `export { rules } from "./server/src/rules"; export { configurationSchema, ruleIndex, rulePage } from "./server/src/rules/documentation"; export { operationsDocumentation } from "./server/src/ops/operations-docs";`,
    resolveDir: process.cwd(),
    loader: "ts",
  },
  bundle: true,
  write: false,
  format: "esm",
  platform: "node",
});
const text = bundle.outputFiles[0].text;
const { configurationSchema, operationsDocumentation, rules, ruleIndex, rulePage } = await import(
  `data:text/javascript;base64,${Buffer.from(text).toString("base64")}`
);

mkdirSync("docs/rules", { recursive: true });
writeFileSync("docs/operations.md", operationsDocumentation());
writeFileSync("docs/rules/README.md", ruleIndex(rules));
for (const rule of rules) writeFileSync(`docs/rules/${rule.code}.md`, rulePage(rule));
mkdirSync("schemas", { recursive: true });
writeFileSync("schemas/shapewright.schema.json", configurationSchema(rules));
console.log(`docs/rules: ${rules.length} rules`);
