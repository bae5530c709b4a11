import type { Span } from "../ir";
import { fix, insertAfterEdit, insertEdit, ranked } from "./evidence";
import type { Finding, Fix } from "./finding";
import type { Rule } from "./rule";
import { finding } from "./rule";
import { t } from "../text/translate";

export const rule: Rule = {
  code: "unregistered-module",
  severity: "warning",
  summary: "Modules or parameters are kept where `parameters()` does not find them.",
  explanation: `A module finds the parameters and modules that are its fields. In an array, a plain object or a \`Map\` it does not look, and private fields
(\`#layer\`) it cannot see. Such layers run, but no optimizer trains them, \`stateDict()\` does not save them, and \`train()\` and \`eval()\` do not reach
them. \`nn.ModuleList\`, \`nn.ModuleDict\` and \`nn.ParameterList\` are arrays and objects that are looked into.`,
  wrong: `import { nn, type Tensor } from "shapewright/torch";

class Stack extends nn.Module {
  layers = [new nn.Linear(8, 8), new nn.Linear(8, 8)];

  /** @shape x [N, 8] */
  forward(x: Tensor): Tensor {
    for (const layer of this.layers) x = layer(x).relu();
    return x;
  }
}
`,
  right: `import { nn, type Tensor } from "shapewright/torch";

class Stack extends nn.Module {
  layers = new nn.ModuleList([new nn.Linear(8, 8), new nn.Linear(8, 8)]);

  /** @shape x [N, 8] */
  forward(x: Tensor): Tensor {
    for (const layer of this.layers) x = layer(x).relu();
    return x;
  }
}
`,
  whenNotToHeed: `When the layers are to stay untrained and unsaved, as a frozen teacher is. Make them outside of the class and hand them in: what a constructor
is given is not reported.`,
};

/** A field of a module that keeps learnable things to itself. */
export function unregistered(about: {
  /** `Net.layers` */
  readonly field: string;
  readonly kept: "modules" | "parameters";
  /** How many; undefined: not known. */
  readonly count: number | undefined;
  /** Where the field gets its value. */
  readonly span: Span;
  /** The container that would be found: `nn.ModuleList`; undefined: a private field, which needs another name. */
  readonly container: string | undefined;
  /** Whether the value is a literal that the container can be put around. */
  readonly wrappable: boolean;
}): Finding {
  const { field, kept, count, span, container } = about;
  const what = described(kept, count);
  return finding(rule, {
    span,
    message:
      (count === 1
        ? t`parameters() does not find ${what} in ${field}, so nothing trains or saves it.\n`
        : t`parameters() does not find ${what} in ${field}, so nothing trains or saves them.\n`) +
      (container ? t`Keep them in ${container}.` : t`Private fields are not seen: use a name without #.`),
    fixes: container && about.wrappable ? ranked([wrapped(span, container)]) : [],
  });
}

function described(kept: "modules" | "parameters", count: number | undefined): string {
  if (kept === "modules") {
    if (count === undefined) return t`the modules`;
    return count === 1 ? t`the module` : t`the ${count} modules`;
  }
  if (count === undefined) return t`the parameters`;
  return count === 1 ? t`the parameter` : t`the ${count} parameters`;
}

function wrapped(span: Span, container: string): Fix {
  return fix(t`Keep them in ${container}`, insertEdit(span, `new ${container}(`), insertAfterEdit(span, ")"));
}
