import { describe, expect, test } from "vitest";
import { findExperiment } from "../../client/src/training/find-experiments";

/** Finds the experiment in a text and says what stands where it was found. */
function find(text: string) {
  const found = findExperiment(text);
  if (!found) return undefined;
  return { name: found.name, text: text.split("\n")[found.line]!.slice(found.character) };
}

describe("an experiment is found", () => {
  test("where it is exported directly", () => {
    const text =
      'import { defineExperiment } from "shapewright";\n\nexport default defineExperiment({ name: "Digits" });\n';
    expect(findExperiment(text)).toEqual({ name: "Digits", line: 2, character: 15 });
  });

  test("where a constant is exported further on", () => {
    const text = "const digits: X = defineExperiment<H>({\n  name: 'It\\'s digits',\n});\nexport default digits;\n";
    expect(find(text)).toEqual({ name: "It's digits", text: "defineExperiment<H>({" });
  });

  test("with a comment in front of its name", () => {
    const text =
      'export default defineExperiment({\n  // name: "not this"\n  /* nor, name: "this" */\n  name: `MLP`,\n});';
    expect(find(text)?.name).toBe("MLP");
  });

  test("without a name where it is computed", () => {
    expect(find("export default defineExperiment({ name: `net ${size}` });")?.name).toBeUndefined();
    expect(find("export default defineExperiment(options);")?.name).toBeUndefined();
  });
});

describe("no experiment is found", () => {
  test.each([
    ["in a file without one", "export default 3;"],
    ["in a comment", "// export default defineExperiment({ name: 'x' })\n/* export default defineExperiment() */"],
    ["where it is not the default export", 'export const digits = defineExperiment({ name: "Digits" });'],
    ["where something else is the default export", "const a = defineExperiment({});\nconst b = 1;\nexport default b;"],
    ["where it is only imported", 'import { defineExperiment } from "shapewright";\nexport default 1;'],
  ])("%s", (_, text) => {
    expect(findExperiment(text)).toBeUndefined();
  });
});
