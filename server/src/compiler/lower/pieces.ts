import ts from "typescript";
import type { Anchor, ExportBinding, ImportBinding, Statement, TypeNode } from "../../ir";
import type { LowerContext } from "./context";
import { lowerTopLevel } from "./modules";
import { collectTypes } from "./types";

/** What one statement of a file became. It is kept for as long as its text stays the same, wherever it moves. */
export interface Piece {
  /** Of the statement, with the comments before it. */
  readonly text: string;
  readonly anchor: Anchor;
  readonly statements: readonly Statement[];
  readonly imports: readonly ImportBinding[];
  readonly exports: readonly ExportBinding[];
  readonly required: readonly string[];
  /** Types declared within: in blocks and functions. */
  readonly types: ReadonlyMap<string, TypeNode>;
  readonly declaresTypes: boolean;
  /** Whether it means the same among other statements: enums and namespaces may be merged with others. */
  readonly selfContained: boolean;
}

/** A file in pieces. `imports` and `types` stay the same objects for as long as nothing in them changes. */
export interface Pieces {
  readonly list: readonly Piece[];
  readonly imports: readonly ImportBinding[];
  readonly types: ReadonlyMap<string, TypeNode>;
  /** What the meaning of every piece depends on. */
  readonly context: string;
}

/** Translates a file statement by statement; those that an edit has left alone are taken from `before`, in front of it and behind it. */
export function lowerPieces(ctx: LowerContext, before: Pieces | undefined): Pieces {
  const { statements } = ctx.sourceFile;
  const context = [ctx.mentionsShape, ctx.readsDocumentation, ts.isExternalModule(ctx.sourceFile)].join();
  const known = before?.context === context ? before.list : [];
  const texts = statements.map((statement) => ctx.text.slice(statement.pos, statement.end));
  const most = Math.min(known.length, texts.length);
  let front = 0;
  while (front < most && known[front]?.text === texts[front]) front++;
  let back = 0;
  while (back < most - front && known.at(-1 - back)?.text === texts.at(-1 - back)) back++;
  const list = statements.map((statement, i) => {
    const kept = i < front ? known[i] : i >= texts.length - back ? known[i + known.length - texts.length] : undefined;
    if (!kept?.selfContained) return lowerPiece(ctx, statement, statements);
    kept.anchor.offset = statement.pos;
    return kept;
  });
  const same = (chosen: (piece: Piece) => boolean): boolean => sameList(list.filter(chosen), known.filter(chosen));
  const keepsImports = before && same((piece) => piece.imports.length > 0);
  const keepsTypes = before && same((piece) => piece.declaresTypes);
  return {
    list,
    imports: keepsImports ? before.imports : list.flatMap((piece) => piece.imports),
    types: keepsTypes ? before.types : typesOf(ctx, list),
    context,
  };
}

function lowerPiece(ctx: LowerContext, statement: ts.Statement, siblings: readonly ts.Statement[]): Piece {
  const anchor: Anchor = { file: ctx.file, offset: statement.pos };
  ctx.startPiece(anchor);
  const statements = lowerTopLevel(ctx, statement, siblings);
  const { imports, exports, required, types } = ctx;
  const merges = ts.isEnumDeclaration(statement) || ts.isModuleDeclaration(statement);
  const isType = ts.isTypeAliasDeclaration(statement) || ts.isInterfaceDeclaration(statement);
  return {
    text: ctx.text.slice(statement.pos, statement.end),
    anchor,
    statements,
    imports,
    exports,
    required,
    types,
    declaresTypes: types.size > 0 || isType || ts.isModuleDeclaration(statement),
    selfContained: !merges,
  };
}

/** The types of a file's top level, and those of its blocks that no other has the name of. */
function typesOf(ctx: LowerContext, list: readonly Piece[]): ReadonlyMap<string, TypeNode> {
  const types = new Map<string, TypeNode>();
  for (const [i, statement] of ctx.sourceFile.statements.entries()) {
    const piece = list[i];
    if (!piece?.declaresTypes) continue;
    ctx.startPiece(piece.anchor);
    collectTypes(ctx, statement, "", types);
  }
  for (const piece of list) for (const [name, type] of piece.types) if (!types.has(name)) types.set(name, type);
  return types;
}

function sameList<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}
