import type { RuleCode } from "./finding";
import type { Rule } from "./rule";

/** Where the page of a rule can be read. */
export function rulePageAddress(code: RuleCode): string {
  return `https://github.com/shapewright/shapewright/blob/main/docs/rules/${code}.md`;
}

/** The page of a rule, as Markdown: `docs/rules/<code>.md`. */
export function rulePage(rule: Rule): string {
  return `# ${rule.code}

_${rule.severity}_: ${rule.summary}

${rule.explanation}

## Wrong

\`\`\`${rule.file ? "json" : "ts"}
${rule.wrong.trim()}
\`\`\`

## Right

\`\`\`${rule.file ? "json" : "ts"}
${rule.right.trim()}
\`\`\`

## When not to heed it

${rule.whenNotToHeed}
`;
}

/** The table of all rules: `docs/rules/README.md`. */
export function ruleIndex(rules: readonly Rule[]): string {
  const rows = rules.map((rule) => `| [${rule.code}](${rule.code}.md) | ${rule.severity} | ${rule.summary} |`);
  return `# Rules

Generated from \`server/src/rules\` by \`npm run docs\`. The examples are run as tests.

| rule | severity | when |
| --- | --- | --- |
${rows.join("\n")}
`;
}

const LEVEL_NAMES = ["off", "error", "warning", "information"];

/** The JSON schema of `shapewright.json`, for completion and validation in editors. */
export function configurationSchema(rules: readonly Rule[]): string {
  const properties = Object.fromEntries(
    rules.map(({ code, summary, severity }) => [code, { enum: LEVEL_NAMES, default: severity, description: summary }]),
  );
  const schema = {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Shapewright",
    description: "Turns rules off or changes their severity, for the files in this folder and below.",
    type: "object",
    properties: {
      $schema: { type: "string" },
      rules: {
        type: "object",
        description: "A level for each rule that shall have another than its own.",
        properties,
        additionalProperties: false,
      },
    },
    additionalProperties: false,
    allowComments: true,
    allowTrailingCommas: true,
  };
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}
