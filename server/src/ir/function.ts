import type { Expression, Pattern, PropertyKeyNode } from "./expression";
import type { Span } from "./span";
import type { Statement } from "./statement";
import type { ShapeTag, TypeNode } from "./type";

export interface Parameter {
  readonly pattern: Pattern;
  readonly rest: boolean;
  readonly type: TypeNode | undefined;
  /** `x?: T` */
  readonly optional: boolean;
  readonly span: Span;
}

export interface FunctionNode {
  readonly name: string | undefined;
  /** Of the name, or of the whole function when it has none. */
  readonly nameSpan: Span;
  readonly parameters: readonly Parameter[];
  /** An arrow's expression body is a single return statement. Absent for overloads and abstract methods. */
  readonly body: readonly Statement[] | undefined;
  readonly arrow: boolean;
  readonly async: boolean;
  readonly generator: boolean;
  readonly returnType: TypeNode | undefined;
  /** The `@shape` tags of its documentation comment. The tag without a name, or named `returns`, is the result's. */
  readonly shapeTags: readonly ShapeTag[];
  /** Variables declared with `var` anywhere in the body, not in inner functions. */
  readonly hoisted: readonly string[];
  readonly span: Span;
}

export interface ClassNode {
  readonly name: string | undefined;
  readonly nameSpan: Span;
  readonly superclass: Expression | undefined;
  readonly members: readonly ClassMember[];
  readonly span: Span;
}

/** A private name keeps its `#`. A parameter property becomes a field and an assignment at the constructor's start. */
export type ClassMember =
  | {
      readonly kind: "field";
      readonly key: PropertyKeyNode;
      readonly keySpan: Span;
      readonly value: Expression | undefined;
      readonly type: TypeNode | undefined;
      readonly shapeTags: readonly ShapeTag[];
      readonly static: boolean;
      readonly span: Span;
    }
  | {
      readonly kind: "method" | "getter" | "setter" | "constructor";
      readonly key: PropertyKeyNode;
      readonly function: FunctionNode;
      readonly static: boolean;
      readonly span: Span;
    }
  | { readonly kind: "staticBlock"; readonly body: readonly Statement[]; readonly span: Span };
