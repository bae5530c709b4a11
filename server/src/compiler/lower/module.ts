import { createHash } from "node:crypto";
import ts from "typescript";
import type { Module, Statement } from "../../ir";
import { Span } from "../../ir";
import { hoistedNames } from "./assigned";
import { ignoreComments } from "./comments";
import { documentsTypes, LowerContext, mentionsTensors } from "./context";
import { lowerExpression } from "./expressions";
import type { Pieces } from "./pieces";
import { lowerPieces } from "./pieces";

const piecesOf = new WeakMap<Module, Pieces>();

/**
 * Translates one source file. `file` is its absolute path with `/`; the extension says which language it is in. Never throws: of broken
 * text it translates what could be parsed. `before` is the module of an earlier text of the file, which nobody needs any longer: what stayed
 * the same is taken over from it, and the spans in there move to where it stands now.
 */
export function lowerModule(file: string, text: string, before?: Module): Module {
  const hash = moduleHash(file, text);
  try {
    return file.endsWith(".json") ? lowerJson(file, text, hash) : lowerSource(file, text, hash, before);
  } catch (error) {
    // The parser itself runs out of stack on absurdly deep nesting.
    if (error instanceof RangeError) return emptyModule(file, text, hash);
    throw error;
  }
}

/** Two modules with equal hashes are equal. The file counts, because spans name it. */
function moduleHash(file: string, text: string): string {
  return createHash("sha1").update(file).update("\0").update(text).digest("hex");
}

function lowerSource(file: string, text: string, hash: string, before: Module | undefined): Module {
  const isDocumented = documentsTypes(file, text);
  // Documentation comments are read from the text where they matter, which is much faster; types in them need the parser.
  const jsDocParsingMode = isDocumented ? ts.JSDocParsingMode.ParseAll : ts.JSDocParsingMode.ParseNone;
  const sourceFile = ts.createSourceFile(
    file,
    text,
    { languageVersion: ts.ScriptTarget.ESNext, jsDocParsingMode },
    isDocumented,
  );
  const ctx = new LowerContext(file, sourceFile);
  const { list, imports, types, context } = lowerPieces(ctx, before && piecesOf.get(before));
  const module: Module = {
    file,
    hash,
    body: list.flatMap((piece) => piece.statements),
    imports,
    exports: list.flatMap((piece) => piece.exports),
    required: list.flatMap((piece) => piece.required),
    types,
    hoisted: ctx.mentionsVar ? hoistedNames(sourceFile.statements) : [],
    ignores: ignoreComments(ctx),
    mentionsTensors: mentionsTensors(text),
    broken: hasSyntaxErrors(sourceFile),
    span: Span.at(file, 0, text.length),
  };
  piecesOf.set(module, { list, imports, types, context });
  return module;
}

/** A JSON file exports its value as the default, and its keys by name as bundlers have it. */
function lowerJson(file: string, text: string, hash: string): Module {
  const sourceFile = ts.parseJsonText(file, text);
  const ctx = new LowerContext(file, sourceFile);
  const value = sourceFile.statements[0]?.expression;
  const span = ctx.range(0, text.length);
  const body: Statement[] = [];
  if (value !== undefined) {
    const pattern = { kind: "binding", name: "*default*", span } as const;
    body.push({
      kind: "declare",
      mode: "const",
      declarations: [{ pattern, value: lowerExpression(ctx, value), type: undefined, span }],
      shapeTags: [],
      span,
    });
  }
  return {
    ...emptyModule(file, text, hash),
    body,
    exports: value === undefined ? [] : [{ kind: "local", exported: "default", local: "*default*" }],
    broken: hasSyntaxErrors(sourceFile),
  };
}

function hasSyntaxErrors(sourceFile: ts.SourceFile): boolean {
  // The parser keeps its diagnostics on the file; the public way to them is a whole program.
  const { parseDiagnostics } = sourceFile as ts.SourceFile & { readonly parseDiagnostics?: readonly ts.Diagnostic[] };
  return parseDiagnostics !== undefined && parseDiagnostics.length > 0;
}

function emptyModule(file: string, text: string, hash: string): Module {
  return {
    file,
    hash,
    body: [],
    imports: [],
    exports: [],
    required: [],
    types: new Map(),
    hoisted: [],
    ignores: [],
    mentionsTensors: false,
    broken: true,
    span: Span.at(file, 0, text.length),
  };
}
