import type { Span } from "../ir";
import type { Finding } from "./finding";
import type { Rule } from "./rule";
import { finding } from "./rule";
import { t } from "../text/translate";

export const rule: Rule = {
  code: "analysis-budget",
  severity: "information",
  summary: "Code that takes more work to follow than a file may: what comes after it is not known.",
  explanation: `Shapewright runs your code on shapes. So that it answers while you type, the work for a file is bounded, and the bound grows with the length of
the file. Code whose paths or calls multiply, such as a function that calls itself twice to a great depth, can exceed it. Nothing is wrong with
such code. What was found until then stays; whatever the rest might have changed is unknown, and nothing is reported about it. It is said once
for a file.`,
  wrong: `import { torch } from "shapewright/torch";

function paths(depth: number): number {
  return depth === 0 ? 1 : paths(depth - 1) + paths(depth - 1) + paths(depth - 1);
}
const x = torch.zeros(paths(14));
`,
  right: `import { torch } from "shapewright/torch";

const paths = (depth: number) => 3 ** depth;
const x = torch.zeros(paths(14));
`,
  whenNotToHeed: `When the shapes behind it are of no interest. Where they are, an annotation on what comes out (\`@shape [N, 10]\`) gives them back.`,
};

/** Following the code at this place took more than there was left. */
export function exhaustedBudget(span: Span): Finding {
  return finding(rule, {
    message: t`Following this takes more work than a file may. Shapes that depend on it are not known; an annotation (@shape) gives them back.`,
    span,
  });
}
