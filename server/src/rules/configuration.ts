import type { Span } from "../ir";
import type { Finding } from "./finding";
import type { Rule } from "./rule";
import { finding } from "./rule";

export const rule: Rule = {
  code: "configuration",
  severity: "warning",
  summary: "A `shapewright.json`, or the key `shapewright` of a `package.json`, that says something else than it may.",
  file: "shapewright.json",
  explanation: `\`shapewright.json\` turns rules off or changes their severity, for the editor and for \`shapewright check\`. It counts for the files in its folder and
below; the nearest one wins. The key \`shapewright\` of a \`package.json\` says the same. What cannot be read has no effect, and the rest of the file
still has.`,
  wrong: `{
  "rules": { "reshape-sizes": "off" }
}
`,
  right: `{
  "rules": { "reshape-size": "off", "loss-activation": "error" }
}
`,
  whenNotToHeed: `Never: a part of the file has no effect.`,
};

/** Something in the file is not as it should be. */
export function misconfigured(span: Span, message: string): Finding {
  return finding(rule, { message, span });
}
