import ts from "typescript";
import type { Span, TypeNode } from "../ir";
import { declaredLibrary } from "./tensor-types";

/** Deeper down, and behind more members or options than these, nothing is of use for shapes. */
const DEEPEST = 3;
const MOST_MEMBERS = 32;
const MOST_OPTIONS = 8;

/** A written type as the checker understands it, in the IR's terms. Every part of it stands at `span`. */
export function translateType(program: ts.Program, node: ts.TypeNode, span: Span): TypeNode {
  const checker = program.getTypeChecker();
  return new Translator(program, checker, span).translate(checker.getTypeFromTypeNode(node), 0);
}

class Translator {
  private readonly other: TypeNode;

  constructor(
    private readonly program: ts.Program,
    private readonly checker: ts.TypeChecker,
    private readonly span: Span,
  ) {
    this.other = { kind: "other", span };
  }

  translate(type: ts.Type, depth: number): TypeNode {
    const { span } = this;
    const simple = this.primitive(type);
    if (simple) return simple;
    if (type.isUnion()) return this.union(type, depth);
    if (type.flags & ts.TypeFlags.TypeParameter) {
      const constraint = this.checker.getBaseConstraintOfType(type);
      return constraint === undefined || constraint === type ? this.other : this.translate(constraint, depth);
    }
    const tensor = this.tensor(type, depth);
    if (tensor) return tensor;
    if (depth > DEEPEST || !(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection))) return this.other;
    if (this.checker.isTupleType(type)) return this.tuple(type as ts.TupleTypeReference, depth);
    if (this.checker.isArrayType(type)) {
      const [element] = this.checker.getTypeArguments(type as ts.TypeReference);
      return element ? { kind: "array", element: this.translate(element, depth + 1), span } : this.other;
    }
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
      .map((option) => this.translate(option, depth));
    if (isBoolean) options.push({ kind: "keyword", name: "boolean", span });
    if (options.length > MOST_OPTIONS) return this.other;
    // The checker keeps them in the order that it met them in, in any file.
    options.sort((a, b) => Number(isMissing(a)) - Number(isMissing(b)));
    return { kind: "union", options, span };
  }

  /** Optional and rest elements leave the length open. */
  private tuple(type: ts.TupleTypeReference, depth: number): TypeNode {
    const isOpen = type.target.elementFlags.some((flags) => flags !== ts.ElementFlags.Required);
    const elements = this.checker.getTypeArguments(type);
    if (isOpen || elements.length > MOST_MEMBERS) return this.other;
    return {
      kind: "tuple",
      elements: elements.map((element) => this.translate(element, depth + 1)),
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
    const library = file === undefined ? undefined : declaredLibrary(file);
    if (!symbol || !library || !(symbol.flags & ts.SymbolFlags.Class)) return undefined;
    // `typeof Tensor` has the same symbol.
    if (!type.isClassOrInterface() && !isReference(type)) return undefined;
    const argument = isReference(type) ? this.checker.getTypeArguments(type)[0] : undefined;
    if (library === "tf") return this.reference(`tf.${rankedName(argument)}`, []);
    const shape = argument && this.checker.isTupleType(argument) ? this.translate(argument, depth) : undefined;
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
      return !symbol.declarations?.some((each) => this.program.isSourceFileDefaultLibrary(each.getSourceFile()));
    });
  }

  private object(type: ts.Type, depth: number): TypeNode {
    const properties = this.checker.getPropertiesOfType(type).filter(({ name }) => !name.startsWith("__@"));
    return {
      kind: "object",
      members: properties.slice(0, MOST_MEMBERS).map((property) => {
        const type = this.translate(this.checker.getTypeOfSymbol(property), depth + 1);
        const optional = (property.flags & ts.SymbolFlags.Optional) !== 0;
        return { name: property.name, type: optional ? withoutMissing(type) : type, optional };
      }),
      span: this.span,
    };
  }
}

function isReference(type: ts.Type): type is ts.TypeReference {
  return (
    (type.flags & ts.TypeFlags.Object) !== 0 && ((type as ts.ObjectType).objectFlags & ts.ObjectFlags.Reference) !== 0
  );
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
