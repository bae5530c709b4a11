import type { ClassNode, FunctionNode } from "./function";
import type { Span } from "./span";

/**
 * The expressions of the IR. Front ends translate their syntax into these and nothing else; whatever they cannot express becomes
 * {@link OpaqueExpression}, which is unknown and says what it may have changed.
 *
 * Parentheses are not nodes: a parenthesised expression has the span of its parentheses, so that text can be appended behind it.
 * Type assertions vanish, and the inner expression keeps its own span.
 */
export type Expression =
  | LiteralExpression
  | TemplateExpression
  | NameExpression
  | MemberExpression
  | IndexExpression
  | CallExpression
  | NewExpression
  | ArrayExpression
  | ObjectExpression
  | FunctionExpression
  | ClassExpression
  | UnaryExpression
  | UpdateExpression
  | BinaryExpression
  | LogicalExpression
  | ConditionalExpression
  | AssignExpression
  | AwaitExpression
  | YieldExpression
  | ThisExpression
  | SuperExpression
  | SequenceExpression
  | OpaqueExpression;

export interface LiteralExpression {
  readonly kind: "literal";
  readonly value: number | string | boolean | null | undefined;
  readonly span: Span;
}

/** `text[0] ${expressions[0]} text[1] …`: always one more text than expressions. A tagged template is a call with the texts as an array. */
export interface TemplateExpression {
  readonly kind: "template";
  readonly texts: readonly string[];
  readonly expressions: readonly Expression[];
  readonly span: Span;
}

export interface NameExpression {
  readonly kind: "name";
  readonly name: string;
  readonly span: Span;
}

/**
 * `object.property` or `object?.property`. A private name keeps its `#`.
 *
 * A nullish object in an optional chain makes the whole chain `undefined`. To have that without a node for chains, every member, index and
 * call behind a `?.` is optional, up to the parentheses that end the chain: `a?.b.c` is `a?.b?.c`.
 */
export interface MemberExpression {
  readonly kind: "member";
  readonly object: Expression;
  readonly property: string;
  readonly propertySpan: Span;
  readonly optional: boolean;
  readonly span: Span;
}

export interface IndexExpression {
  readonly kind: "index";
  readonly object: Expression;
  readonly index: Expression;
  readonly optional: boolean;
  readonly span: Span;
}

/** An argument or an array element: `...value` when spread. */
export interface Element {
  readonly value: Expression;
  readonly spread: boolean;
}

export interface CallExpression {
  readonly kind: "call";
  readonly callee: Expression;
  readonly args: readonly Element[];
  readonly optional: boolean;
  readonly span: Span;
}

export interface NewExpression {
  readonly kind: "new";
  readonly callee: Expression;
  readonly args: readonly Element[];
  readonly span: Span;
}

export interface ArrayExpression {
  readonly kind: "array";
  /** A hole is a literal `undefined`. */
  readonly elements: readonly Element[];
  readonly span: Span;
}

export interface ObjectExpression {
  readonly kind: "object";
  readonly properties: readonly ObjectProperty[];
  readonly span: Span;
}

/** Methods are `value` properties whose value is a function; accessors say which half they are. */
export type ObjectProperty =
  | {
      readonly kind: "value" | "getter" | "setter";
      readonly key: PropertyKeyNode;
      readonly value: Expression;
      readonly span: Span;
    }
  | { readonly kind: "spread"; readonly value: Expression; readonly span: Span };

/** A property name written as such, or computed. */
export type PropertyKeyNode = string | Expression;

export interface FunctionExpression {
  readonly kind: "function";
  readonly function: FunctionNode;
  readonly span: Span;
}

export interface ClassExpression {
  readonly kind: "class";
  readonly class: ClassNode;
  readonly span: Span;
}

export interface UnaryExpression {
  readonly kind: "unary";
  readonly operator: "-" | "+" | "!" | "~" | "typeof" | "void" | "delete";
  readonly operand: Expression;
  readonly span: Span;
}

export interface UpdateExpression {
  readonly kind: "update";
  readonly operator: "++" | "--";
  readonly prefix: boolean;
  readonly target: Expression;
  readonly span: Span;
}

export type BinaryOperator =
  | "+"
  | "-"
  | "*"
  | "/"
  | "%"
  | "**"
  | "=="
  | "!="
  | "==="
  | "!=="
  | "<"
  | "<="
  | ">"
  | ">="
  | "&"
  | "|"
  | "^"
  | "<<"
  | ">>"
  | ">>>"
  | "in"
  | "instanceof";

export interface BinaryExpression {
  readonly kind: "binary";
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
  readonly span: Span;
}

export type LogicalOperator = "&&" | "||" | "??";

export interface LogicalExpression {
  readonly kind: "logical";
  readonly operator: LogicalOperator;
  readonly left: Expression;
  readonly right: Expression;
  readonly span: Span;
}

export interface ConditionalExpression {
  readonly kind: "conditional";
  readonly test: Expression;
  readonly consequent: Expression;
  readonly alternate: Expression;
  readonly span: Span;
}

/** `target = value`, or with an operator: `target op= value` (`&&=`, `||=`, `??=` included). */
export interface AssignExpression {
  readonly kind: "assign";
  readonly operator: BinaryOperator | LogicalOperator | undefined;
  readonly target: Pattern;
  readonly value: Expression;
  readonly span: Span;
}

export interface AwaitExpression {
  readonly kind: "await";
  readonly operand: Expression;
  readonly span: Span;
}

export interface YieldExpression {
  readonly kind: "yield";
  readonly operand: Expression | undefined;
  /** `yield*` */
  readonly delegate: boolean;
  readonly span: Span;
}

export interface ThisExpression {
  readonly kind: "this";
  readonly span: Span;
}

/** Only as the callee of a call or the object of a member. */
export interface SuperExpression {
  readonly kind: "super";
  readonly span: Span;
}

export interface SequenceExpression {
  readonly kind: "sequence";
  readonly expressions: readonly Expression[];
  readonly span: Span;
}

/** Something the front end does not translate. It evaluates `parts` in order, forgets `assigned`, and is unknown. */
export interface OpaqueExpression {
  readonly kind: "opaque";
  readonly reason: string;
  readonly parts: readonly Expression[];
  /** Names of variables that the skipped code assigns. */
  readonly assigned: readonly string[];
  readonly span: Span;
}

/** What can stand left of `=`, in a declaration or as a parameter. */
export type Pattern =
  | { readonly kind: "binding"; readonly name: string; readonly span: Span }
  /** An assignment to a member or an index, not a new variable. */
  | { readonly kind: "target"; readonly target: MemberExpression | IndexExpression; readonly span: Span }
  | {
      readonly kind: "objectPattern";
      readonly properties: readonly {
        readonly key: PropertyKeyNode;
        readonly value: Pattern;
        readonly span: Span;
      }[];
      readonly rest: Pattern | undefined;
      readonly span: Span;
    }
  | {
      readonly kind: "arrayPattern";
      /** `undefined` is a hole. */
      readonly elements: readonly (Pattern | undefined)[];
      readonly rest: Pattern | undefined;
      readonly span: Span;
    }
  | {
      readonly kind: "defaultPattern";
      readonly pattern: Pattern;
      readonly default: Expression;
      readonly span: Span;
    };
