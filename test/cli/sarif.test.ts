// What code scanning services are given: valid against the schema that OASIS publishes for SARIF 2.1.0.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import Ajv from "ajv-draft-04";
import addFormats from "ajv-formats";
import { afterAll, describe, expect, it } from "vitest";
import { folderWith, removeFolders, shapewright } from "./shapewright";

afterAll(removeFolders);

/** The official schema, as the package of SARIF's authors carries it. */
function validator() {
  const path = createRequire(import.meta.url).resolve("@microsoft/jest-sarif/package.json");
  const schema = path.replace("package.json", "lib/schemas/sarif-2.1.0-rtm.5.json");
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  addFormats.default(ajv);
  return ajv.compile(JSON.parse(readFileSync(schema, "utf8")) as object);
}

const HEAD = `import { nn, torch } from "shapewright/torch";\n`;
/** Errors, warnings and remarks, with fixes, related places, several lines, and a path that has to be escaped. */
const FILES = {
  "src/a net (1).ts": `${HEAD}const fc = new nn.Linear(5, 10);\nfc(\n  torch.zeros([2, 3]),\n);\n`,
  "src/größe.ts": `${HEAD}torch.zeros([4]).sub(torch.zeros([4, 1]));\nnew nn.MaxPool2d(2)(torch.zeros([1, 1, 5, 5]));\n`,
  "src/good.ts": `${HEAD}torch.zeros([2]);\n`,
  "shapewright.json": `{ "rules": { "no-such-rule": "off" } }\n`,
};

interface Log {
  readonly runs: readonly { readonly results: readonly { readonly ruleId: string; readonly level: string }[] }[];
}

describe("SARIF", () => {
  it.each([["nothing is found", { "good.ts": FILES["src/good.ts"] }] as const, ["much is found", FILES] as const])(
    "is valid when %s",
    async (_, files) => {
      const { output } = await shapewright(folderWith(files), "check", "--format", "sarif");
      const log = JSON.parse(output) as Log;
      const isValid = validator();
      isValid(log);
      expect(isValid.errors ?? []).toEqual([]);
    },
  );

  it("has every level, and names rules that it describes", async () => {
    const { output } = await shapewright(folderWith(FILES), "check", "--format", "sarif");
    const { results } = (JSON.parse(output) as Log).runs[0] ?? { results: [] };
    expect([...new Set(results.map(({ level }) => level))].sort()).toEqual(["error", "note", "warning"]);
    expect(new Set(results.map(({ ruleId }) => ruleId)).size).toBeGreaterThan(2);
  });

  it("is refused by the schema once it is wrong, so that the test can fail", () => {
    const isValid = validator();
    expect(isValid({ version: "2.1.0", runs: [{ results: [] }] })).toBe(false);
  });
});
