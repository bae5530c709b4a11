import ts from "typescript";
import type { Span, TypeNode } from "../ir";
import { LowerContext } from "./lower/context";
import { lowerType } from "./lower/types";
import { tensorName, tensorLibrary, type TensorLibrary } from "./tensor-names";

/** Deeper down, and behind more members or options than these, nothing is of use for shapes. */
const DEEPEST = 3;
const MOST_MEMBERS = 32;
const MOST_OPTIONS = 8;
/** An alias of an alias of an alias, and so on. */
const LONGEST_CHAIN = 8;

export interface TypeContext {
  readonly program: ts.Program;
  /** The library that a file declares types of. */
  readonly libraryOf: (file: string) => TensorLibrary | undefined;
}

/** A written type as the checker understands it, in the IR's terms. Every part of it stands at `span`. */
export function translateType(context: TypeContext, node: ts.TypeNode, span: Span): TypeNode {
  const checker = context.program.getTypeChecker();
  return new Translator(context, checker, span).translate(checker.getTypeFromTypeNode(node), node, 0);
}

class Translator {
  private readonly other: TypeNode;

  constructor(
    private readonly context: TypeContext,
    private readonly checker: ts.TypeChecker,
    private readonly span: Span,
  ) {
    this.other = { kind: "other", span };
  }

  /** `node` is how the type is written, where that is known: for types of packages that are not installed. */
  translate(type: ts.Type, node: ts.TypeNode | undefined, depth: number): TypeNode {
    const { span } = this;
    if (type.flags & ts.TypeFlags.Any) return node === undefined ? this.other : this.asWritten(node);
    const simple = this.primitive(type);
    if (simple) return simple;
    if (type.isUnion()) return this.union(type, depth);
    if (type.flags & ts.TypeFlags.TypeParameter) {
      const constraint = this.checker.getBaseConstraintOfType(type);
      return constraint === undefined || constraint === type
        ? this.other
        : this.translate(constraint, undefined, depth);
    }
    const tensor = this.tensor(type, depth);
    if (tensor) return tensor;
    if (depth > DEEPEST || !(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection))) return this.other;
    if (this.checker.isTupleType(type)) return this.tuple(type as ts.TupleTypeReference, node, depth);
    if (this.checker.isArrayType(type)) return this.array(type as ts.TypeReference, node, depth);
    if (type.getCallSignatures().length > 0 || type.getConstructSignatures().length > 0)
      return { kind: "function", span };
    return this.isPlain(type) ? this.object(type, depth) : this.other;
  }

  private primitive(type: ts.Type): TypeNode | undefined {
    const { span } = this;
    const { flags } = type;
    if (flags & ts.TypeFlags.Undefined) return { kind: "literal", value: undefined, span };
    if (flags & ts.TypeFlags.Null) return { kind: "literal", value: null, span };
    if (flags & ts.TypeFlags.Void) return { kind: "keyword", name: "void", span };
    if (type.isStringLiteral() || type.isNumberLiteral()) return { kind: "literal", value: type.value, span };
    if (flags & ts.TypeFlags.BooleanLiteral)
      return { kind: "literal", value: this.checker.typeToString(type) === "true", span };
    if (flags & ts.TypeFlags.Boolean) return { kind: "keyword", name: "boolean", span };
    if (flags & ts.TypeFlags.StringLike) return { kind: "keyword", name: "string", span };
    return flags & ts.TypeFlags.Number ? { kind: "keyword", name: "number", span } : undefined;
  }

  private union(type: ts.UnionType, depth: number): TypeNode {
    const { span } = this;
    // `boolean` is the union of its two values.
    const isBoolean = type.types.filter(({ flags }) => flags & ts.TypeFlags.BooleanLiteral).length === 2;
    const options = type.types
      .filter(({ flags }) => !isBoolean || !(flags & ts.TypeFlags.BooleanLiteral))
      .map((option) => this.translate(option, undefined, depth));
    if (isBoolean) options.push({ kind: "keyword", name: "boolean", span });
    if (options.length > MOST_OPTIONS) return this.other;
    // The checker keeps them in the order that it met them in, in any file.
    options.sort((a, b) => Number(isMissing(a)) - Number(isMissing(b)));
    return { kind: "union", options, span };
  }

  private array(type: ts.TypeReference, node: ts.TypeNode | undefined, depth: number): TypeNode {
    const written = node && this.spelledOut(node);
    const elementNode = written && ts.isArrayTypeNode(written) ? written.elementType : undefined;
    const [element] = this.checker.getTypeArguments(type);
    if (!element) return this.other;
    return { kind: "array", element: this.translate(element, elementNode, depth + 1), span: this.span };
  }

  private tuple(type: ts.TupleTypeReference, node: ts.TypeNode | undefined, depth: number): TypeNode {
    const isOpen = type.target.elementFlags.some((flags) => flags !== ts.ElementFlags.Required);
    const elements = this.checker.getTypeArguments(type);
    if (isOpen || elements.length > MOST_MEMBERS) return this.other;
    const written = node && this.spelledOut(node);
    const nodes = written && ts.isTupleTypeNode(written) ? written.elements : [];
    return {
      kind: "tuple",
      elements: elements.map((element, index) => {
        const part = nodes[index];
        return this.translate(element, part && ts.isNamedTupleMember(part) ? part.type : part, depth + 1);
      }),
      span: this.span,
    };
  }

  /** A tensor by the library's name for it, or a type that is one among other things (`Tensor & { readonly brand: … }`). */
  private tensor(type: ts.Type, depth: number): TypeNode | undefined {
    if (type.isIntersection()) {
      for (const part of type.types) {
        const tensor = this.tensor(part, depth);
        if (tensor) return tensor;
      }
      return undefined;
    }
    const symbol = type.getSymbol();
    const file = symbol?.declarations?.[0]?.getSourceFile().fileName;
    const library = file === undefined ? undefined : this.context.libraryOf(file);
    if (!symbol || !library || !tensorName(library, symbol.name)) return undefined;
    const [argument] = this.checker.getTypeArguments(type as ts.TypeReference);
    if (library === "tf") return this.reference(`tf.${rankedName(argument)}`, []);
    const shape =
      argument && this.checker.isTupleType(argument) ? this.translate(argument, undefined, depth) : undefined;
    return this.reference("torch.Tensor", shape ? [shape] : []);
  }

  private reference(name: string, args: readonly TypeNode[]): TypeNode {
    return { kind: "reference", name, args, span: this.span };
  }

  /** Instances of classes do more than their members say, and the standard library's interfaces are no data of the user's. */
  private isPlain(type: ts.Type): boolean {
    const parts = type.isIntersection() ? type.types : [type];
    return parts.every((part) => {
      const symbol = part.getSymbol();
      if (!symbol) return true;
      if (symbol.flags & ts.SymbolFlags.Class) return false;
      // The mapped type behind `Readonly<Batch>` is written in the standard library, and yet its members are the user's.
      if (symbol.flags & ts.SymbolFlags.TypeLiteral) return true;
      return !symbol.declarations?.some((each) =>
        this.context.program.isSourceFileDefaultLibrary(each.getSourceFile()),
      );
    });
  }

  private object(type: ts.Type, depth: number): TypeNode {
    const properties = this.checker.getPropertiesOfType(type).filter(({ name }) => !name.startsWith("__@"));
    return {
      kind: "object",
      members: properties.slice(0, MOST_MEMBERS).map((property) => {
        const type = this.translate(this.checker.getTypeOfSymbol(property), writtenType(property), depth + 1);
        const optional = (property.flags & ts.SymbolFlags.Optional) !== 0;
        return { name: property.name, type: optional ? withoutMissing(type) : type, optional };
      }),
      span: this.span,
    };
  }

  /**
   * A type that is `any` for the checker because the package it comes from is not installed. The libraries are known all the same, by the
   * names that they are imported by.
   */
  private asWritten(node: ts.TypeNode): TypeNode {
    // Somewhere in between it was made `any`.
    if (!(this.checker.getTypeFromTypeNode(node).flags & ts.TypeFlags.Any)) return this.other;
    const written = this.spelledOut(node);
    const sourceFile = written.getSourceFile();
    const lowered = lowerType(new LowerContext(sourceFile.fileName, sourceFile), written);
    return this.known(lowered, librariesByName(sourceFile));
  }

  /** The written type behind parentheses, `readonly` and aliases. */
  private spelledOut(node: ts.TypeNode): ts.TypeNode {
    let written = node;
    for (let steps = 0; steps < LONGEST_CHAIN; steps++) {
      const inner = this.unwrapped(written);
      if (!inner) break;
      written = inner;
    }
    return written;
  }

  private unwrapped(node: ts.TypeNode): ts.TypeNode | undefined {
    if (ts.isParenthesizedTypeNode(node) || ts.isTypeOperatorNode(node)) return node.type;
    return ts.isTypeReferenceNode(node) ? this.aliasedType(node.typeName) : undefined;
  }

  private aliasedType(name: ts.EntityName): ts.TypeNode | undefined {
    const symbol = this.checker.getSymbolAtLocation(name);
    if (!symbol) return undefined;
    const target = symbol.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(symbol) : symbol;
    const declaration = target.declarations?.[0];
    return declaration && ts.isTypeAliasDeclaration(declaration) ? declaration.type : undefined;
  }

  /** The written type with everything taken out that is neither plain nor a library's tensor. */
  private known(type: TypeNode, libraries: ReadonlyMap<string, TensorLibrary>): TypeNode {
    const { span } = this;
    const inner = (part: TypeNode): TypeNode => this.known(part, libraries);
    switch (type.kind) {
      case "reference": {
        const library = libraries.get(type.name.split(".")[0] ?? type.name);
        const name = library && tensorName(library, type.name.split(".").at(-1) ?? type.name);
        if (name === undefined) return this.other;
        return this.reference(`${library}.${name}`, type.args.map(inner));
      }
      case "array":
        return { kind: "array", element: inner(type.element), span };
      case "tuple":
        return { kind: "tuple", elements: type.elements.map(inner), span };
      case "union":
        return { kind: "union", options: type.options.map(inner), span };
      case "literal":
      case "keyword":
        return { ...type, span };
      default:
        return this.other;
    }
  }
}

function isMissing(type: TypeNode): boolean {
  return type.kind === "literal" && type.value === undefined;
}

/** Of `x?: T` the checker says that it is `T | undefined`. */
function withoutMissing(type: TypeNode): TypeNode {
  if (type.kind !== "union") return type;
  const options = type.options.filter((option) => !isMissing(option));
  return options.length === 1 && options[0] ? options[0] : { ...type, options };
}

/** `Tensor<Rank.R2>` is a `Tensor2D`: the enumeration's members are the strings `R0` to `R6`. */
function rankedName(argument: ts.Type | undefined): string {
  const rank = argument?.isStringLiteral() ? /^R(\d)$/.exec(argument.value)?.[1] : undefined;
  if (rank === undefined) return "Tensor";
  return rank === "0" ? "Scalar" : `Tensor${rank}D`;
}

function writtenType(property: ts.Symbol): ts.TypeNode | undefined {
  const declaration = property.valueDeclaration ?? property.declarations?.[0];
  if (!declaration) return undefined;
  if (ts.isPropertySignature(declaration) || ts.isPropertyDeclaration(declaration)) return declaration.type;
  return ts.isJSDocPropertyTag(declaration) ? declaration.typeExpression?.type : undefined;
}

/** What a file's imports of the libraries are called in it. */
function librariesByName(sourceFile: ts.SourceFile): ReadonlyMap<string, TensorLibrary> {
  const names = new Map<string, TensorLibrary>();
  for (const statement of sourceFile.statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    const library = tensorLibrary(statement.moduleSpecifier.text);
    const clause = statement.importClause;
    if (!library || !clause) continue;
    if (clause.name) names.set(clause.name.text, library);
    const bindings = clause.namedBindings;
    if (bindings && ts.isNamespaceImport(bindings)) names.set(bindings.name.text, library);
    else for (const { name } of bindings?.elements ?? []) names.set(name.text, library);
  }
  return names;
}
