import type { Expression, Pattern } from "./expression";
import type { ClassNode, FunctionNode } from "./function";
import type { Span } from "./span";
import type { ShapeTag, TypeNode } from "./type";

export type Statement =
  | { readonly kind: "expression"; readonly expression: Expression; readonly span: Span }
  | DeclareStatement
  | { readonly kind: "functionDeclaration"; readonly function: FunctionNode; readonly span: Span }
  | { readonly kind: "classDeclaration"; readonly class: ClassNode; readonly span: Span }
  | { readonly kind: "block"; readonly body: readonly Statement[]; readonly span: Span }
  | {
      readonly kind: "if";
      readonly test: Expression;
      readonly consequent: Statement;
      readonly alternate: Statement | undefined;
      readonly span: Span;
    }
  | LoopStatement
  | { readonly kind: "return"; readonly value: Expression | undefined; readonly span: Span }
  | { readonly kind: "break" | "continue"; readonly label: string | undefined; readonly span: Span }
  | { readonly kind: "throw"; readonly value: Expression; readonly span: Span }
  | {
      readonly kind: "try";
      readonly body: readonly Statement[];
      readonly parameter: Pattern | undefined;
      /** Absent when there is only `finally`. */
      readonly handler: readonly Statement[] | undefined;
      readonly finalizer: readonly Statement[] | undefined;
      readonly span: Span;
    }
  | {
      readonly kind: "switch";
      readonly discriminant: Expression;
      /** `test` is absent for `default`. */
      readonly cases: readonly { readonly test: Expression | undefined; readonly body: readonly Statement[] }[];
      readonly label: string | undefined;
      readonly span: Span;
    }
  | { readonly kind: "labeled"; readonly label: string; readonly body: Statement; readonly span: Span }
  /** A statement the front end does not translate: it forgets what it may assign. */
  | { readonly kind: "opaque"; readonly reason: string; readonly assigned: readonly string[]; readonly span: Span };

/** `const`, `let` or `var`; an enum is a `const` with an object; a catch-all for whatever introduces variables with values. */
export interface DeclareStatement {
  readonly kind: "declare";
  readonly mode: "const" | "let" | "var";
  readonly declarations: readonly {
    readonly pattern: Pattern;
    readonly value: Expression | undefined;
    readonly type: TypeNode | undefined;
    readonly span: Span;
  }[];
  /** From the statement's documentation comment; applies to its single declaration. */
  readonly shapeTags: readonly ShapeTag[];
  readonly span: Span;
}

/** Loops carry the label they are declared with, so that `continue label` finds them. */
export type LoopStatement = TestedLoop | IteratedLoop;

export type TestedLoop =
  | {
      readonly kind: "for";
      readonly init: Statement | undefined;
      readonly test: Expression | undefined;
      readonly update: Expression | undefined;
      readonly body: Statement;
      readonly label: string | undefined;
      readonly span: Span;
    }
  | {
      readonly kind: "while" | "doWhile";
      readonly test: Expression;
      readonly body: Statement;
      readonly label: string | undefined;
      readonly span: Span;
    };

export interface IteratedLoop {
  readonly kind: "forOf" | "forIn";
  /** Present when the loop declares its variable, absent when it assigns one that exists. */
  readonly mode: "const" | "let" | "var" | undefined;
  readonly pattern: Pattern;
  readonly iterable: Expression;
  /** `for await` */
  readonly await: boolean;
  readonly body: Statement;
  readonly label: string | undefined;
  readonly span: Span;
}
