// A baseline: what was found in old code is put up with, and nothing new is.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Baseline } from "../../server/src/cli/baseline";
import { folderWith, removeFolders, shapewright } from "./shapewright";

afterAll(removeFolders);

const HEAD = `import { torch } from "shapewright/torch";\nconst x = torch.zeros([2, 3]);\n`;
const OLD = "const y = x.matmul(torch.zeros([5, 4]));\n";
const NEW = "const z = x.view(7);\n";

/** A folder whose findings are in a baseline. */
async function adopted(text: string): Promise<string> {
  const folder = folderWith({ "src/net.ts": text });
  const { code, output, messages } = await shapewright(folder, "check", "src", "--write-baseline", "baseline.json");
  expect({ code, output }).toEqual({ code: 0, output: "" });
  expect(messages).toMatch(/^baseline\.json has \d+ findings? now\.\n$/);
  return folder;
}

const check = (folder: string, ...args: string[]) =>
  shapewright(folder, "check", "src", "--baseline", "baseline.json", ...args);
const edit = (folder: string, text: string) => writeFileSync(join(folder, "src/net.ts"), text);

describe("a baseline", () => {
  it("silences what it has, and says so", async () => {
    const folder = await adopted(HEAD + OLD);
    const { code, output, messages } = await check(folder);
    expect(code).toBe(0);
    expect(output).toMatch(/^No problems in 1 file\./);
    expect(messages).toBe("1 finding in baseline.json is not shown.\n");
  });

  it("is a file that people can read, with paths from its own folder", async () => {
    const folder = await adopted(HEAD + OLD);
    const { findings, ...rest } = JSON.parse(readFileSync(join(folder, "baseline.json"), "utf8")) as Baseline;
    expect(rest).toEqual({ version: 1, language: "en" });
    expect(findings).toEqual([
      {
        path: "src/net.ts",
        code: "shape-mismatch",
        message: expect.stringContaining("matmul") as string,
        line: OLD.trim(),
        count: 1,
      },
    ]);
    const inside = await shapewright(join(folder, "src"), "check", "net.ts", "--baseline", "../baseline.json");
    expect(inside.code).toBe(0);
  });

  it("still knows a line that has moved or was indented", async () => {
    const folder = await adopted(HEAD + OLD);
    edit(folder, `// A comment.\n\n${HEAD}{\n    ${OLD}}\n`);
    expect((await check(folder)).code).toBe(0);
  });

  it("lets nothing new through, not even the same mistake once more", async () => {
    const folder = await adopted(HEAD + OLD);
    edit(folder, HEAD + OLD + NEW);
    const added = await check(folder, "--format", "github");
    expect(added.code).toBe(1);
    expect(added.output.match(/^::error/gm)).toHaveLength(1);
    expect(added.output).toContain("reshape-size");
    edit(folder, `${HEAD}{\n${OLD}}\n{\n${OLD}}\n`);
    expect((await check(folder, "--format", "github")).output.match(/^::error/gm)).toHaveLength(1);
  });

  it("tells of entries that were mended, or whose file is gone, and of no file that was not looked at", async () => {
    const folder = await adopted(HEAD + OLD);
    edit(folder, HEAD);
    const mended = await check(folder);
    expect(mended.code).toBe(0);
    expect(mended.messages).toBe(
      "baseline.json has entries that are no longer found. Write it again with --write-baseline:\n" +
        `  src/net.ts: shape-mismatch: ${OLD}`,
    );
    writeFileSync(join(folder, "src/other.ts"), HEAD);
    const elsewhere = await shapewright(folder, "check", "src/other.ts", "--baseline", "baseline.json");
    expect(elsewhere.messages).toBe("");
    rmSync(join(folder, "src/net.ts"));
    const gone = await shapewright(folder, "check", "src/other.ts", "--baseline", "baseline.json");
    expect(gone.messages).toContain("src/net.ts: shape-mismatch");
  });

  it("counts warnings after it has been applied", async () => {
    const warning = `import { torch } from "shapewright/torch";\ntorch.zeros([4]).sub(torch.zeros([4, 1]));\n`;
    const folder = await adopted(warning);
    expect((await check(folder, "--max-warnings", "0")).code).toBe(0);
    expect((await shapewright(folder, "check", "src", "--max-warnings", "0")).code).toBe(1);
  });

  it.each([
    [["--baseline", "missing.json"], "missing.json can't be read"],
    [["--baseline", "net.ts"], "net.ts is no baseline"],
    [["--baseline", "newer.json"], "was written by another version"],
    [["--baseline", "a.json", "--write-baseline", "b.json"], "give one of them"],
  ])("%j is refused with 2 and a reason", async (args, reason) => {
    const newer = JSON.stringify({ version: 99, language: "en", findings: [] });
    const folder = folderWith({ "net.ts": HEAD, "newer.json": newer });
    const { code, output, messages } = await shapewright(folder, "check", "net.ts", ...args);
    expect({ code, output }).toEqual({ code: 2, output: "" });
    expect(messages).toContain(reason);
  });
});
