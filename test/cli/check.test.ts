import { chmodSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { CheckReport } from "../../server/src/cli/report";
import { folderWith, removeFolders, shapewright, shapewrightIn } from "./shapewright";

const GOOD = `import { torch } from "shapewright/torch";
const x = torch.zeros([2, 3]);
const y = x.matmul(torch.zeros([3, 4]));
`;
const BAD = GOOD.replace("[3, 4]", "[5, 4]");
const FIXABLE = `import { torch, nn } from "shapewright/torch";
const fc = new nn.Linear(5, 10);
fc(torch.zeros([2, 3]));
`;
const IGNORED = BAD.replace("const y", "// @shape-ignore\nconst y");

afterAll(removeFolders);

describe("shapewright check", () => {
  it("succeeds where nothing is wrong", async () => {
    const { code, output } = await shapewright(folderWith({ "good.ts": GOOD }), "check");
    expect(code).toBe(0);
    expect(output).toBe("No problems in 1 file. 100% of 4 tensor expressions have a known shape.\n");
  });

  it("prints what a compiler would: the code, the mistake, the other place, the fixes", async () => {
    const { code, output } = await shapewright(folderWith({ "net.ts": FIXABLE }), "check");
    expect(code).toBe(1);
    expect(output)
      .toBe(`error[shape-mismatch]: Linear expects 5 input features (inFeatures), got 3 in dimension 1 of [2, 3].
 --> net.ts:3:1
  |
3 | fc(torch.zeros([2, 3]));
  | ^^^^^^^^^^^^^^^^^^^^^^^
 ::: net.ts:2:26
  |
2 | const fc = new nn.Linear(5, 10);
  |                          - inFeatures is declared as 5 here.
 ::: net.ts:3:4
  |
3 | fc(torch.zeros([2, 3]));
  |    ------------------- 3 comes from zeros here.
  = fix: Change inFeatures to 3

1 error in 1 file. 100% of 2 tensor expressions have a known shape.
`);
  });

  it("walks folders, sorted, and leaves out packages and declarations", async () => {
    const folder = folderWith({
      "src/b.mts": GOOD,
      "src/a.jsx": GOOD,
      "node_modules/p/index.js": BAD,
      "src/types.d.ts": "",
      "notes.md": "",
    });
    const { output } = await shapewright(folder, "check", "--format", "json");
    expect((JSON.parse(output) as CheckReport).files.map(({ path }) => path)).toEqual(["src/a.jsx", "src/b.mts"]);
  });

  it("writes JSON with zero-based places and the edits of every fix", async () => {
    const { code, output } = await shapewright(folderWith({ "src/net.ts": FIXABLE }), "check", "--format", "json");
    expect(code).toBe(1);
    expect(JSON.parse(output)).toMatchObject({
      version: 1,
      files: [
        {
          path: "src/net.ts",
          diagnostics: [
            {
              code: "shape-mismatch",
              severity: "error",
              range: { start: { line: 2, character: 0 }, end: { line: 2, character: 23 } },
              related: [{ path: "src/net.ts", range: { start: { line: 1, character: 25 } } }, {}],
              fixes: [
                {
                  title: "Change inFeatures to 3",
                  preferred: true,
                  edits: [{ path: "src/net.ts", range: { start: { line: 1, character: 25 } }, newText: "3" }],
                },
              ],
            },
          ],
          coverage: { tensorExpressions: 2, known: 2 },
        },
      ],
    });
  });

  it("writes SARIF, whose regions count from one", async () => {
    const { output } = await shapewright(folderWith({ "my net.ts": FIXABLE }), "check", "--format", "sarif");
    const log = JSON.parse(output) as { runs: { results: unknown[]; tool: { driver: { rules: { id: string }[] } } }[] };
    expect(log.runs[0]?.tool.driver.rules.map(({ id }) => id)).toContain("view-not-contiguous");
    expect(log.runs[0]?.results[0]).toMatchObject({
      ruleId: "shape-mismatch",
      level: "error",
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: "my%20net.ts" },
            region: { startLine: 3, startColumn: 1, endLine: 3, endColumn: 24 },
          },
        },
      ],
      fixes: [{ artifactChanges: [{ replacements: [{ insertedContent: { text: "3" } }] }] }],
    });
  });

  it("writes annotations for GitHub", async () => {
    const { output } = await shapewright(folderWith({ "net.ts": FIXABLE }), "check", "--format", "github");
    expect(output).toBe(
      "::error file=net.ts,line=3,endLine=3,col=1,endColumn=24,title=shape-mismatch::" +
        "Linear expects 5 input features (inFeatures), got 3 in dimension 1 of [2, 3].\n",
    );
  });

  it("is silent about lines with @shape-ignore", async () => {
    expect(await shapewright(folderWith({ "net.ts": IGNORED }), "check")).toMatchObject({ code: 0 });
  });

  it("follows imports, so that a mistake shows where the call leads", async () => {
    const folder = folderWith({
      "main.ts": `import { torch } from "shapewright/torch";\nimport { project } from "./project";\nproject(torch.zeros([2, 3]));\n`,
      "project.ts": `import { torch, type Tensor } from "shapewright/torch";\nexport function project(x: Tensor) {\n  return x.matmul(torch.zeros([4, 5]));\n}\n`,
    });
    const { output } = await shapewright(folder, "check", "--format", "json");
    const found = (JSON.parse(output) as CheckReport).files.map(({ path, diagnostics }) => [path, diagnostics.length]);
    expect(found).toEqual([
      ["main.ts", 0],
      ["project.ts", 1],
    ]);
  });

  it.each([
    [["check", "missing.ts"], "missing.ts does not exist"],
    [["check", "notes.md"], "notes.md is no TypeScript or JavaScript file"],
    [["check", "--format", "xml"], "Allowed choices are pretty, json, sarif, github"],
    [["check", "--max-warnings", "few"], "must be a whole number"],
    [["chekc"], "unknown command 'chekc'"],
    [[], "Usage: shapewright"],
  ])("%j is refused with 2 and a reason", async (args, reason) => {
    const { code, output, messages } = await shapewright(folderWith({ "notes.md": "" }), ...args);
    expect({ code, output }).toEqual({ code: 2, output: "" });
    expect(messages).toContain(reason);
  });

  it.skipIf(process.getuid?.() === 0)("refuses a file that can't be read", async () => {
    const folder = folderWith({ "secret.ts": GOOD });
    chmodSync(join(folder, "secret.ts"), 0);
    expect(await shapewright(folder, "check")).toMatchObject({ code: 2 });
  });

  it("colours what goes to a terminal, unless NO_COLOR is set", async () => {
    const workingDirectory = folderWith({ "net.ts": BAD });
    const colored = await shapewrightIn({ workingDirectory, isTTY: true }, "check");
    const plain = await shapewrightIn({ workingDirectory, isTTY: true, variables: { NO_COLOR: "1" } }, "check");
    expect(colored.output).toContain("\u001b[31m");
    expect(plain.output).not.toContain("\u001b[");
  });
});

describe("shapewright --help", () => {
  it.each([[["--help"]], [["check", "--help"]], [["trace", "--help"]], [["train", "--help"]]])("%j", async (args) => {
    const { code, output } = await shapewright(".", ...args);
    expect(code).toBe(0);
    expect(output).toMatch(/^Usage: shapewright/);
  });

  it("--version tells the package's version", async () => {
    expect(await shapewright(".", "--version")).toMatchObject({ code: 0, output: "0.1.0\n" });
  });
});
