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

\`\`\`ts
${rule.wrong.trim()}
\`\`\`

## Right

\`\`\`ts
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
