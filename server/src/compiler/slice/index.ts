import ts from "typescript";
import { normalizePath } from "../fileSystem";
import type { Cut, SlicedFile, SliceRequest } from "../../ir";
import { cutComments, cutPaths } from "./cuts";
import {
  assignedBy,
  declaredNames,
  isControlFlow,
  isExit,
  isLoop,
  mentionedNames,
  mentionedVariables,
  mentionsThis,
  ownNodes,
  partsOf,
} from "./parts";

/** The program that is cut. */
export interface SliceSource {
  text(file: string): string | undefined;
  /** The file that an import means, where it is one of the workspace. */
  resolve(specifier: string, fromFile: string): string | undefined;
}

/**
 * The parts of a program that an expression may depend on: the statements that declare what it mentions, those that may change that, and
 * what these mention in turn, across files. It goes by names and takes too much rather than too little. The first file is the expression's.
 */
export function slice(source: SliceSource, request: SliceRequest): SlicedFile[] {
  return new Slicer(source, request).run();
}

/** What libraries call by itself when a model or a layer is called. */
const CALLED_BY_LIBRARIES = ["forward", "call", "build", "computeOutputShape", "getConfig", "constructor"];

interface File {
  readonly sourceFile: ts.SourceFile;
  readonly parts: ReadonlyMap<ts.Node, ts.Node | undefined>;
  readonly kept: Set<ts.Node>;
  /** What the kept parts mention, and what other files import. */
  readonly names: Set<string>;
  /** What is imported from packages. */
  readonly foreign: ReadonlySet<string>;
}

class Slicer {
  private readonly files = new Map<string, File>();
  /** Methods may be overridden in one file and called in another. */
  private readonly members = new Set<string>(CALLED_BY_LIBRARIES);
  private readonly late = new Set<ts.Node>();
  private changed = false;

  constructor(
    private readonly source: SliceSource,
    private readonly request: SliceRequest,
  ) {}

  run(): SlicedFile[] {
    const main = this.open(this.request.file);
    if (!main) return [];
    this.keepTarget(main);
    do {
      this.changed = false;
      for (const file of this.files.values()) for (const part of file.parts.keys()) this.consider(file, part);
    } while (this.changed);
    return [...this.files].map(([name, file]) => this.sliced(name, file));
  }

  private open(name: string): File | undefined {
    const known = this.files.get(name);
    if (known) return known;
    const text = this.source.text(name);
    if (text === undefined || name.endsWith(".json")) return undefined;
    const sourceFile = ts.createSourceFile(name, text, ts.ScriptTarget.ESNext, true);
    const foreign = sourceFile.statements
      .filter((statement) => ts.isImportDeclaration(statement))
      .filter(
        ({ moduleSpecifier }) => this.source.resolve((moduleSpecifier as ts.StringLiteral).text, name) === undefined,
      )
      .flatMap((statement) => importedNames(statement).map(({ local }) => local));
    const file = {
      sourceFile,
      parts: partsOf(sourceFile),
      kept: new Set<ts.Node>(),
      names: new Set<string>(),
      foreign: new Set(foreign),
    };
    this.files.set(name, file);
    this.changed = true;
    return file;
  }

  private keepTarget(file: File): void {
    const { start, end, endsThere } = this.request;
    const holders = [...file.parts.keys()].filter((part) => part.getStart() <= start && end <= part.end);
    const innermost = holders.at(-1);
    if (!innermost) return;
    this.keep(file, innermost);
    if (endsThere) for (const part of holders.reverse()) if (!this.shutOut(file, part)) break;
  }

  /** Leaves out what stands behind a part that holds the expression; `false` where that could run before it after all. */
  private shutOut(file: File, part: ts.Node): boolean {
    if (ts.isClassElement(part) || ts.isSourceFile(part.parent) || isLoop(part)) return false;
    for (const other of file.parts.keys()) {
      if (other.parent === part.parent && other.pos >= part.end && !ts.isFunctionDeclaration(other))
        this.late.add(other);
    }
    return true;
  }

  private consider(file: File, part: ts.Node): void {
    if (file.kept.has(part) || this.late.has(part) || !this.runs(file, file.parts.get(part))) return;
    if (this.isWanted(file, part)) this.keep(file, part);
  }

  /** Whether code directly within a part is run once the kept parts are. */
  private runs(file: File, part: ts.Node | undefined): boolean {
    if (!part || file.kept.has(part)) return true;
    return isControlFlow(part) && !this.late.has(part) && this.runs(file, file.parts.get(part));
  }

  private isWanted(file: File, part: ts.Node): boolean {
    const { names } = file;
    if (ts.isClassElement(part)) {
      const name = part.name && "text" in part.name ? part.name.text : undefined;
      return name === undefined || this.members.has(name);
    }
    if (ts.isImportDeclaration(part)) return importedNames(part).some(({ local }) => names.has(local));
    if (ts.isExportDeclaration(part)) return this.isReExportWanted(file, part);
    if (ts.isExportAssignment(part)) return names.has("default");
    if (isExit(part)) return true;
    if (ts.isBreakOrContinueStatement(part)) return this.leavesKeptLoop(file, part);
    const isDefault = ts.canHaveModifiers(part) && ts.getModifiers(part)?.some(({ kind }) => kind === DEFAULT);
    if (isDefault && names.has("default")) return true;
    return declaredNames(part).some((name) => names.has(name)) || this.mayChange(file, part);
  }

  private isReExportWanted({ names }: File, { exportClause }: ts.ExportDeclaration): boolean {
    if (!exportClause || ts.isNamespaceExport(exportClause)) return true;
    return exportClause.elements.some(({ name }) => names.has(name.text));
  }

  private leavesKeptLoop(file: File, part: ts.Node): boolean {
    for (let outer = file.parts.get(part); outer && isControlFlow(outer); outer = file.parts.get(outer)) {
      if (file.kept.has(outer)) return true;
    }
    return false;
  }

  /** Whether running a part may change what a name that matters stands for. */
  private mayChange(file: File, part: ts.Node): boolean {
    if (ts.isFunctionDeclaration(part)) return this.changesOutside(file, part);
    for (const node of ownNodes(part)) {
      const assigned = assignedBy(node);
      if (assigned && this.matters(file, assigned)) return true;
      if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) continue;
      if (node.expression.kind === ts.SyntaxKind.SuperKeyword) return true;
      if (this.isPure(file, node)) continue;
      if (mentionsThis(node) || mentionedVariables(node).some((name) => this.isOwn(file, name))) return true;
    }
    return false;
  }

  /** Of `this.fc = …`, the field tells whether it matters. */
  private matters(file: File, assigned: ts.Node): boolean {
    if (mentionsThis(assigned)) return mentionedNames(assigned).some((name) => this.members.has(name));
    return mentionedVariables(assigned).some((name) => this.isOwn(file, name));
  }

  /** Whether a name matters and is one of the program's own: what packages export, no part of the program changes. */
  private isOwn({ names, foreign }: File, name: string): boolean {
    return names.has(name) && !foreign.has(name);
  }

  /** Whether calling a function may change something that matters, and that is not its own. */
  private changesOutside(file: File, part: ts.Node): boolean {
    let found = false;
    const visit = (node: ts.Node): void => {
      const changed = assignedBy(node) ?? this.calledOn(file, node);
      found ||= changed !== undefined && !mentionsThis(changed) && this.matters(file, changed);
      if (!found) ts.forEachChild(node, visit);
    };
    visit(part);
    return found;
  }

  /** The object whose method a node calls, where that may change it. */
  private calledOn(file: File, node: ts.Node): ts.Node | undefined {
    if (!ts.isCallExpression(node) || this.isPure(file, node)) return undefined;
    return ts.isPropertyAccessExpression(node.expression) ? node.expression.expression : undefined;
  }

  private isPure({ sourceFile }: File, call: ts.CallExpression | ts.NewExpression): boolean {
    const printed = /^console\b/.test(call.expression.getText());
    return printed || this.request.isPure(sourceFile.fileName, call.getStart(), call.end);
  }

  private keep(file: File, part: ts.Node): void {
    for (let each: ts.Node | undefined = part; each && !file.kept.has(each); each = file.parts.get(each)) {
      file.kept.add(each);
      this.changed = true;
      for (const name of mentionedVariables(each)) file.names.add(name);
      for (const name of mentionedNames(each)) this.members.add(name);
      this.follow(file, each);
    }
  }

  /** Asks the files that a kept part imports from for what it takes from them. */
  private follow(file: File, part: ts.Node): void {
    for (const { specifier, names } of dependencies(part)) {
      const target = this.resolve(specifier, file);
      const other = target === undefined ? undefined : this.open(target);
      if (!other) continue;
      for (const name of names ?? [...this.members, "default", "module", "exports"]) {
        if (other.names.has(name)) continue;
        other.names.add(name);
        this.changed = true;
      }
    }
  }

  private resolve(specifier: string, { sourceFile }: File): string | undefined {
    const target = this.source.resolve(specifier, sourceFile.fileName);
    return target && normalizePath(target);
  }

  private sliced(name: string, file: File): SlicedFile {
    const { sourceFile, parts, kept } = file;
    const cuts: Cut[] = [...parts.keys()]
      .filter((part) => !kept.has(part) && this.isOutermostCut(file, part))
      .map((part) => ({ start: part.pos, end: part.end, newText: "" }));
    const isCut = (start: number): boolean => cuts.some((cut) => cut.start <= start && start < cut.end);
    for (const cut of [...cutComments(sourceFile), ...cutPaths(sourceFile)]) if (!isCut(cut.start)) cuts.push(cut);
    const imports = [...kept].flatMap((part) =>
      [...specifiersIn(part)].map((literal) => ({
        start: literal.getStart(),
        end: literal.end,
        target: this.resolve(literal.text, file),
      })),
    );
    return { file: name, cuts: cuts.sort((a, b) => a.start - b.start), imports };
  }

  private isOutermostCut({ parts, kept }: File, part: ts.Node): boolean {
    const outer = parts.get(part);
    return outer === undefined || kept.has(outer);
  }
}

const DEFAULT = ts.SyntaxKind.DefaultKeyword;

function importedNames({ importClause }: ts.ImportDeclaration): { imported: string | undefined; local: string }[] {
  if (!importClause) return [];
  const { name, namedBindings } = importClause;
  const names = name ? [{ imported: "default", local: name.text }] : [];
  if (!namedBindings) return names;
  if (ts.isNamespaceImport(namedBindings)) return [...names, { imported: undefined, local: namedBindings.name.text }];
  return [
    ...names,
    ...namedBindings.elements.map((each) => ({
      imported: (each.propertyName ?? each.name).text,
      local: each.name.text,
    })),
  ];
}

/** The modules that a part needs, and what of each; without names, whatever the part's file mentions. */
function dependencies(part: ts.Node): { specifier: string; names: string[] | undefined }[] {
  return [...specifiersIn(part)].map((literal) => {
    const specifier = literal.text;
    if (ts.isImportDeclaration(part)) {
      const imported = importedNames(part).map((each) => each.imported);
      return {
        specifier,
        names: imported.includes(undefined) ? undefined : imported.filter((name) => name !== undefined),
      };
    }
    const clause = ts.isExportDeclaration(part) ? part.exportClause : undefined;
    const names = clause && ts.isNamedExports(clause) ? clause.elements : undefined;
    return { specifier, names: names?.map((each) => (each.propertyName ?? each.name).text) };
  });
}

/** The specifiers of imports and exports, `import("m")` and `require("m")`. */
function* specifiersIn(part: ts.Node): Generator<ts.StringLiteral> {
  for (const node of ownNodes(part)) {
    if (!ts.isStringLiteral(node)) continue;
    const { parent } = node;
    const isCall =
      ts.isCallExpression(parent) &&
      parent.arguments[0] === node &&
      (parent.expression.kind === ts.SyntaxKind.ImportKeyword || parent.expression.getText() === "require");
    if (isCall || ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent)) yield node;
  }
}
