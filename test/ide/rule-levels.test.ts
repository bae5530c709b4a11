import { describe, expect, test } from "vitest";
import { check, diagnosticsOf } from "../engine/check";

const IMPORT = `import { torch } from "shapewright/torch";\n`;
const WRONG = `${IMPORT}const x = torch.zeros(2, 3).view(7);\n`;

/** Severity and rule of what is found in some files. */
function found(files: Readonly<Record<string, string>>): string[] {
  return diagnosticsOf(files).map((text) => /\w+ [a-z-]+(?=:)/.exec(text)?.[0] ?? text);
}

describe("// @shape-ignore", () => {
  test("silences all rules on its line, or those it names", () =>
    check(`
import { torch } from "shapewright/torch";
torch.zeros(2, 3).view(7); // @shape-ignore
// @shape-ignore reshape-size, rank-mismatch -- to see it fail
torch.zeros(2, 3).view(7);
torch.zeros(2, 3).view(7); // @shape-ignore rank-mismatch
//<^^^^^^^^^^^^^^^^^^^^^^ error reshape-size: 6
//                            ^^^^^^^^^^^^^ information unused-ignore: No rank-mismatch
`));

  test("says when it silences nothing, and when it names what is no rule", () =>
    check(`
import { torch } from "shapewright/torch";
const x = torch.zeros(2, 3); // @shape-ignore
//                              ^^^^^^^^^^^^^ information unused-ignore: silences nothing
const y = x.view(7); // @shape-ignore reshape-sizes
//        ^^^^^^^^^ error reshape-size
//                                    ^^^^^^^^^^^^^ information unused-ignore: Did you mean reshape-size?
`));
});

describe("shapewright.json", () => {
  test("turns rules off and changes their severity, for its folder and below", () => {
    const files = {
      "/a/net.ts": WRONG,
      "/a/b/net.ts": WRONG,
      "/c/net.ts": WRONG,
      "/a/shapewright.json": `{ "rules": { "reshape-size": "warning" } }`,
      "/a/b/shapewright.json": `{ // here it is meant
        "rules": { "reshape-size": "off" } }`,
    };
    expect(found(files)).toEqual(["warning reshape-size", "error reshape-size"]);
  });

  test("may be a key of package.json", () => {
    expect(
      found({ "/net.ts": WRONG, "/package.json": `{ "shapewright": { "rules": { "reshape-size": "off" } } }` }),
    ).toEqual([]);
    expect(found({ "/net.ts": WRONG, "/package.json": `{ "name": "net" }` })).toEqual(["error reshape-size"]);
  });

  test("turns the remark about idle comments off as well", () => {
    const files = {
      "/net.ts": `${IMPORT}// @shape-ignore\nconst x = 1;`,
      "/shapewright.json": `{ "rules": { "unused-ignore": "off" } }`,
    };
    expect(found(files)).toEqual([]);
  });

  test.each([
    [`{ "rules": { "reshape": "off" } }`, "There is no rule reshape. Did you mean reshape-size?"],
    [`{ "rules": { "reshape-size": "none" } }`, "one of off, error, warning, information"],
    [`{ "rules": ["reshape-size"] }`, "by name"],
    [`{ "ruls": {} }`, "ruls is no setting. There is: rules."],
    [`[]`, "An object is expected"],
    [`{ "rules": `, "syntax errors"],
  ])("%s is said to be wrong", (text, message) => {
    const [first, ...others] = diagnosticsOf({ "/net.ts": WRONG, "/shapewright.json": text });
    expect(first).toContain("error reshape-size");
    expect(others.join("\n")).toContain(message);
  });
});

describe("dtypes that the newest TensorFlow.js refuses", () => {
  const BODY = `tf.conv2d(tf.zeros([1, 8, 8, 3], "int32"), tf.zeros([3, 3, 3, 4]), 1, "same");\n`;
  const IMPORTED = `import * as tf from "@tensorflow/tfjs";\n${BODY}`;
  const manifest = (version: string): string => `{ "devDependencies": { "@tensorflow/tfjs": "${version}" } }`;

  test.each([
    ["by an import, of any version", { "/main.js": IMPORTED }, ["error dtype-mismatch"]],
    ["of version 4", { "/main.js": IMPORTED, "/package.json": manifest("^4.22.0") }, ["error dtype-mismatch"]],
    ["of version 1", { "/src/main.js": IMPORTED, "/package.json": manifest("^1.7.4") }, []],
    [
      "of version 1, where the rule is asked for",
      {
        "/main.js": IMPORTED,
        "/package.json": `{ "dependencies": { "@tensorflow/tfjs": "1" }, "shapewright": { "rules": { "dtype-mismatch": "error" } } }`,
      },
      ["error dtype-mismatch"],
    ],
    ["by a page, of any version", { "/main.js": BODY }, []],
  ])("are errors unless the code may run with an older one: loaded %s", (_, files, expected) => {
    expect(found(files as Readonly<Record<string, string>>)).toEqual(expected);
  });
});
