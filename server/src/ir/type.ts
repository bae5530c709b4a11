import type { Span } from "./span";

/** A type as it is written, as far as shapes can follow from it. Whatever else is `other`. */
export type TypeNode =
  /** `tf.Tensor4D`, `Tensor<["N", 3]>`, `Batch`: the dotted name as written. */
  | { readonly kind: "reference"; readonly name: string; readonly args: readonly TypeNode[]; readonly span: Span }
  | { readonly kind: "literal"; readonly value: string | number | boolean | null | undefined; readonly span: Span }
  | { readonly kind: "tuple"; readonly elements: readonly TypeNode[]; readonly span: Span }
  | { readonly kind: "array"; readonly element: TypeNode; readonly span: Span }
  | {
      readonly kind: "object";
      readonly members: readonly { readonly name: string; readonly type: TypeNode; readonly optional: boolean }[];
      readonly span: Span;
    }
  | { readonly kind: "union"; readonly options: readonly TypeNode[]; readonly span: Span }
  /** `A & B`; an interface is what it extends and what it declares. */
  | { readonly kind: "intersection"; readonly parts: readonly TypeNode[]; readonly span: Span }
  /** `number`, `string`, `boolean` */
  | { readonly kind: "keyword"; readonly name: "number" | "string" | "boolean" | "void"; readonly span: Span }
  | { readonly kind: "function"; readonly span: Span }
  /** `Parameters<typeof f>[0]`, a mapped or conditional type: what it is takes a type checker. */
  | { readonly kind: "computed"; readonly span: Span }
  | { readonly kind: "other"; readonly span: Span };

/** `@shape NAME [dims]` of a documentation comment, taken apart no further than name and bracketed text. */
export interface ShapeTag {
  /** Absent in `@shape [N, 3]`. */
  readonly name: string | undefined;
  /** The text from `[` to `]`, both included; whatever follows the name when no bracket is there. */
  readonly text: string;
  /** Of `text`. */
  readonly span: Span;
}
