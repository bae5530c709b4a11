// The command "New Model": what it makes type-checks, traces and trains at once.
import * as fs from "node:fs";
import * as path from "node:path";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Dialect, Language, TextFile } from "../../client/src/commands/model-template";
import { modelFiles } from "../../client/src/commands/model-template";
import { ActiveRun } from "../../client/src/training/active-run";
import type { CheckReport } from "../../server/src/cli/report";
import { folderWith, removeFolders, shapewright } from "../cli/shapewright";
import { buildRunner } from "./helpers/distribution";

const root = path.resolve(__dirname, "../..");

let runner: string;
beforeAll(async () => {
  runner = await buildRunner("training-new-model");
});
afterAll(removeFolders);

const kinds: [Dialect, Language][] = [
  ["torch", "ts"],
  ["torch", "js"],
  ["tfjs", "ts"],
  ["tfjs", "js"],
];

describe.each(kinds)("a new model, %s in %s", (dialect, language) => {
  const template = fs.readFileSync(path.join(root, `media/templates/${dialect}.txt`), "utf8");
  const { model, others } = modelFiles(template, { dialect, language, version: "1.2.3" });
  const project = () => folderWith(Object.fromEntries([model, ...others].map(({ name, text }) => [name, text])));

  test("has the language's files, without a trace of the other one", () => {
    expect([model, ...others].map(({ name }) => name)).toEqual(
      language === "ts" ? ["model.ts", "package.json", "tsconfig.json"] : ["model.js", "package.json"],
    );
    expect(model.text).not.toMatch(/[«»]/);
    expect(/: Tensor|: number|as number/.test(model.text)).toBe(language === "ts");
    expect(JSON.parse(others[0]!.text)).toMatchObject({ dependencies: { shapewright: "^1.2.3" } });
  });

  test("traces completely", async () => {
    const { output } = await shapewright(project(), "check", model.name, "--format", "json");
    const [file] = (JSON.parse(output) as CheckReport).files;
    expect(file!.diagnostics).toEqual([]);
    expect(file!.coverage.known).toBe(file!.coverage.tensorExpressions);
    expect(file!.coverage.known).toBeGreaterThan(8);
  });

  if (language === "ts") test("type-checks", () => typeCheck(others, model.name, project));

  test("trains", async () => {
    const folder = project();
    const run = new ActiveRun({
      file: path.join(folder, model.name),
      name: model.name,
      overrides: { epochs: 3 },
      device: "cpu",
      runsFolder: path.join(folder, "runs"),
      runner,
      workingDirectory: folder,
    });
    run.start();
    const record = await run.finished;
    expect(record).toMatchObject({ status: "done", message: null, experiment: "Inside the circle" });
    expect(record.last.train!["loss"]).toBeLessThan(0.7);
  });
});

/** Holds a new TypeScript project to its own settings. */
function typeCheck(others: readonly TextFile[], name: string, project: () => string): void {
  // Below the project's own folder, where the packages are found.
  const { compilerOptions } = JSON.parse(others[1]!.text) as { compilerOptions: object };
  const { options } = ts.convertCompilerOptionsFromJson(
    {
      ...compilerOptions,
      paths: {
        shapewright: [path.join(root, "client/src/runtime/index.ts")],
        "shapewright/torch": [path.join(root, "client/src/runtime/torch/index.ts")],
      },
      types: ["node"],
    },
    root,
  );
  const file = path.join(project(), name);
  const program = ts.createProgram([file], options);
  const found = ts
    .getPreEmitDiagnostics(program, program.getSourceFile(file))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
  expect(found).toEqual([]);
}
