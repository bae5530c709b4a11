import { describe, expect, it } from "vitest";
import { lowerModule } from "../../server/src/compiler/lower";
import type { Statement } from "../../server/src/ir";
import { printModule } from "./printModule";

const source = `import { nn } from "shapewright/torch";

/** Sizes of the layers. */
interface Sizes { width: number }

enum Mode { train, test }

/** @shape x [N, 4] */
export function first(x) {
  type Local = { a: number };
  return x.relu();
}

const list = require("./list");

class Net extends nn.Module {
  fc = new nn.Linear(4, 2);
  forward(x) { return this.fc(x); }
}
export default new Net();
`;

/** An edit: what is replaced, by what. */
const EDITS: readonly (readonly [string, string])[] = [
  ["x.relu()", "x.relu().add(1)"],
  ["width: number", "width: number; depth: number"],
  ["train, test", "train, test, tune"],
  ['from "shapewright/torch";', 'from "shapewright/torch";\nimport * as tf from "@tensorflow/tfjs";'],
  ["const list", "namespace Mode { export const other = 3 }\nconst list"],
  ["/** @shape x [N, 4] */\n", ""],
  ["class Net", "\n\n\n// Moved.\nclass Net"],
  ["export default new Net();\n", ""],
  ["type Local = { a: number };", "type Other = { b: number };"],
  ["forward(x) {", "forward(x) {{"],
  ["const list", "await 1;\nconst list"],
];

describe("what an edit leaves alone is taken over from before", () => {
  it.each(EDITS)("%j → %j, and back", (old, replacement) => {
    const edited = source.replace(old, replacement);
    let module = lowerModule("/m.ts", source);
    for (const text of [edited, source, edited, `\n\n${edited}`]) {
      module = lowerModule("/m.ts", text, module);
      const anew = lowerModule("/m.ts", text);
      expect(printModule(module)).toBe(printModule(anew));
      expect(JSON.stringify(module)).toBe(JSON.stringify(anew));
      expect(module.types).toEqual(anew.types);
    }
  });

  it("and stays the same objects, which move with the text", () => {
    const before = lowerModule("/m.ts", source);
    const [list] = before.body.filter(({ kind }) => kind === "declare").slice(-2) as Statement[];
    const after = lowerModule("/m.ts", source.replace("4, 2", "16, 2"), before);
    expect(after.body).toContain(list);
    expect(after.imports).toBe(before.imports);
    expect(after.types).toBe(before.types);
    expect(after.body.filter((statement) => !before.body.includes(statement)).map(({ kind }) => kind)).toEqual([
      "declare", // The enum, which might have merged with something.
      "classDeclaration",
    ]);
    const [last] = after.body.slice(-1);
    expect(last?.span.start).toBe(source.indexOf("export default") + 1);
  });
});
