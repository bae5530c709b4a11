import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import ts from "typescript";
import { diskFileSystem, normalizePath, Workspace } from "../../server/src/compiler";
import type { Program } from "./score";

const IMPORT = 'import * as tf from "@tensorflow/tfjs";';

/** The project's own programs. */
export function ownPrograms(folder: string): Program[] {
  return readdirSync(folder)
    .sort()
    .map((name) => ({ name, text: readFileSync(join(folder, name), "utf8") }));
}

/**
 * Programs made of the JavaScript files of a folder that need TensorFlow.js alone: one for each function that can be called with numbers.
 * It is called, and should it return a model, the model is given zeros.
 */
export function programsIn(folder: string): Program[] {
  const root = normalizePath(resolve(folder));
  return new Workspace(diskFileSystem)
    .files(root)
    .filter((file) => /\.[cm]?js$/.test(file))
    .flatMap((file) => programsOf(file.slice(root.length + 1), readFileSync(file, "utf8")));
}

const SMALL = 6;

function programsOf(name: string, text: string): Program[] {
  const source = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
  const body = withoutModules(source, text);
  if (body === undefined || !/\btf\s*\.\s*(layers|sequential|model)\b/.test(text)) return [];
  return source.statements.flatMap((statement) => {
    if (!ts.isFunctionDeclaration(statement) || !statement.name) return [];
    const isSimple = statement.parameters.every((one) => ts.isIdentifier(one.name) && !one.dotDotDotToken);
    if (!isSimple) return [];
    const args = statement.parameters.map((one) => (one.initializer ? "undefined" : String(SMALL))).join(", ");
    const calls = `
const made = await ${statement.name.text}(${args});
if (made instanceof tf.LayersModel) {
  made.predict(made.inputs.map((input) => tf.zeros(input.shape.map((size) => size ?? 2))));
}
`;
    return [{ name: `${name}#${statement.name.text}`, text: `${IMPORT}\n${body}${calls}` }];
  });
}

/** The text as that of a script over `tf`; `undefined` when it imports anything else. */
function withoutModules(source: ts.SourceFile, text: string): string | undefined {
  let body = text;
  for (const statement of [...source.statements].reverse()) {
    if (ts.isImportDeclaration(statement)) {
      if (!/^import \* as tf from ['"]@tensorflow\/tfjs(-node)?['"];?$/.test(statement.getText(source)))
        return undefined;
      body = body.slice(0, statement.getStart(source)) + body.slice(statement.end);
    } else if (/\brequire\(/.test(statement.getText(source))) {
      if (!/^(const|let|var) tf = require\(['"]@tensorflow\/tfjs(-node)?['"]\);?$/.test(statement.getText(source)))
        return undefined;
      body = body.slice(0, statement.getStart(source)) + body.slice(statement.end);
    } else if (ts.isExportDeclaration(statement) || ts.isExportAssignment(statement)) {
      body = body.slice(0, statement.getStart(source)) + body.slice(statement.end);
    } else if (ts.canHaveModifiers(statement)) {
      const exported = ts.getModifiers(statement)?.find(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
      if (exported) body = body.slice(0, exported.getStart(source)) + body.slice(exported.end);
    }
  }
  return body;
}
