import ts from "typescript";
import { parseAnnotation } from "../../server/src/interpreter/annotation-text";
import { constant, evaluate } from "../../server/src/shape/dim";
import { torch } from "shapewright/torch";
import * as tf from "@tensorflow/tfjs";

/** What the names in annotations stand for in a call: different sizes, so that one is not taken for another. */
const sizes = [2, 6, 7, 5, 4];

/**
 * Calls what a sample offers besides its training: every exported function and every method of the model whose parameters are all
 * annotated with `@shape`, on random tensors.
 */
export function callEntries(text: string, module: Readonly<Record<string, unknown>>, model: object): void {
  const file = ts.createSourceFile("sample.ts", text, ts.ScriptTarget.Latest, true);
  const make = /from "@tensorflow\/tfjs"/.test(text) ? randomOfTensorFlow : randomOfTorch;
  for (const statement of file.statements) {
    if (ts.isFunctionDeclaration(statement)) call(module, statement, make);
    if (!ts.isClassDeclaration(statement) || statement.name?.text !== model.constructor.name) continue;
    for (const member of statement.members) if (ts.isMethodDeclaration(member)) call(model, member, make);
  }
}

/** A random tensor of the library that the sample is written with. */
type MakeRandom = (dims: number[], dtype: string | undefined) => unknown;

const randomOfTorch: MakeRandom = (dims, dtype) => (dtype === "int64" ? torch.randint(0, 2, dims) : torch.randn(dims));

const randomOfTensorFlow: MakeRandom = (dims, dtype) =>
  dtype === "int32" ? tf.randomUniformInt(dims, 0, 2) : tf.randomNormal(dims);

function call(owner: object, declaration: ts.FunctionDeclaration | ts.MethodDeclaration, make: MakeRandom): void {
  const name = declaration.name?.getText() ?? "";
  const run = (owner as Record<string, unknown>)[name];
  const tags = ts.getJSDocTags(declaration).filter((tag) => tag.tagName.text === "shape");
  if (typeof run !== "function" || tags.length === 0) return;
  const named = new Map<string, number>();
  const annotations = new Map(tags.map((tag) => readTag(ts.getTextOfJSDocComment(tag.comment) ?? "")));
  const inputs = declaration.parameters.flatMap((parameter) => {
    const annotation = annotations.get(parameter.name.getText());
    return annotation ? [randomTensor(annotation, named, make)] : [];
  });
  if (inputs.length === declaration.parameters.length) run.apply(owner, inputs);
}

/** `x [N, T] int64` as `["x", "[N, T] int64"]`. */
function readTag(comment: string): [string, string] {
  const [name = ""] = /^\w+/.exec(comment) ?? [];
  return [name, comment.slice(name.length).trim()];
}

function randomTensor(annotation: string, named: Map<string, number>, make: MakeRandom): unknown {
  const [, shape = "", dtype] = /^(\[.*\])\s*(\w+)?/.exec(annotation) ?? [];
  const parsed = parseAnnotation(shape);
  if ("error" in parsed) throw new Error(parsed.error);
  const sizeOf = (name: string): number => {
    const size = named.get(name) ?? sizes[named.size % sizes.length] ?? 2;
    named.set(name, size);
    return size;
  };
  const dims = parsed.dims.map((dim) => {
    if (dim.kind === "name") return sizeOf(dim.name);
    if (dim.kind === "expression")
      return evaluate(
        dim.evaluate((name) => constant(sizeOf(name))),
        () => NaN,
      );
    throw new Error(`${annotation}: an entry point's sizes have to be named.`);
  });
  return make(dims, dtype);
}
