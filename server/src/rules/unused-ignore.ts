import type { Span } from "../ir";
import type { Finding } from "./finding";
import type { Rule } from "./rule";
import { finding } from "./rule";
import { t } from "../text/translate";

export const rule: Rule = {
  code: "unused-ignore",
  severity: "information",
  summary: "A `// @shape-ignore` comment that silences nothing.",
  explanation: `\`// @shape-ignore\` silences the line that it stands on or, alone on a line, the next one; with names of rules behind it, these rules alone:
\`// @shape-ignore reshape-size, rank-mismatch -- the data is padded\`. A comment that silences nothing has outlived its reason, stands on another
line than was meant, or names a rule that does not exist. It would hide the next mistake on its line.`,
  wrong: `import { torch } from "shapewright/torch";

const x = torch.zeros(2, 3); // @shape-ignore
`,
  right: `import { torch } from "shapewright/torch";

const x = torch.zeros(2, 3).view(7); // @shape-ignore reshape-size -- to see it fail
`,
  whenNotToHeed: `When the line is wrong for some of its callers only, and these are not always analysed together. Turn the rule off in \`shapewright.json\`.`,
};

/** Nothing was found on the line, or nothing that the comment is about. */
export function unusedIgnore(span: Span, names: readonly string[]): Finding {
  const message =
    names.length === 0
      ? t`Nothing is found on this line, so the comment silences nothing. Remove it.`
      : t`No ${names.join(" or ")} is found on this line, so the comment silences nothing. Remove it.`;
  return finding(rule, { message, span });
}

/** What stands where the name of a rule would is none. */
export function unknownRule(span: Span, name: string, likely: string | undefined): Finding {
  const hint = likely ? t` Did you mean ${likely}?` : "";
  return finding(rule, { message: t`There is no rule ${name}, so nothing is silenced by it.${hint}`, span });
}
