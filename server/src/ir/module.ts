import type { Span } from "./span";
import type { Statement } from "./statement";
import type { TypeNode } from "./type";

/** One source file, translated. Independent of every other file: specifiers are not resolved yet. */
export interface Module {
  readonly file: string;
  /** Of the text it was made from; equal hashes are equal modules. */
  readonly hash: string;
  /** `export` keywords are gone from the statements and stand in `exports`. */
  readonly body: readonly Statement[];
  readonly imports: readonly ImportBinding[];
  readonly exports: readonly ExportBinding[];
  /** The specifiers of `require("m")`, at any depth. */
  readonly required: readonly string[];
  /** Type aliases and interfaces by name: enough to look a parameter's declared type up. */
  readonly types: ReadonlyMap<string, TypeNode>;
  /** Variables declared with `var` at the top level. */
  readonly hoisted: readonly string[];
  /** The `// @shape-ignore` comments, in order. */
  readonly ignores: readonly IgnoreComment[];
  /** Something in the text speaks of tensors: without it there can be none in the file, but for those that others bring. */
  readonly mentionsTensors: boolean;
  /** The file has syntax errors: what could be parsed is here, and nothing is reported about it. */
  readonly broken: boolean;
  readonly span: Span;
}

/** `// @shape-ignore`, perhaps with the names of rules. */
export interface IgnoreComment {
  /** The zero-based line that it silences: its own when code precedes it there, else the next. */
  readonly line: number;
  /** Whatever is written like the name of a rule; none: all rules. */
  readonly rules: readonly { readonly name: string; readonly span: Span }[];
  /** Of `@shape-ignore`. */
  readonly span: Span;
}

/** Type-only imports are among them, since annotations use their names. */
export interface ImportBinding {
  readonly specifier: string;
  readonly specifierSpan: Span;
  /** `*` is the namespace, `default` the default export; absent for an import for effect. */
  readonly imported: string | undefined;
  readonly local: string | undefined;
  readonly span: Span;
}

/** Exported types are among them, since annotations in other files use their names: a local name may be no variable. */
export type ExportBinding =
  /** `export default expression` becomes a `const` named `*default*`. */
  | { readonly kind: "local"; readonly exported: string; readonly local: string }
  /** `export { a as b } from "m"`; `export * as ns from "m"` imports `*`. */
  | {
      readonly kind: "from";
      readonly exported: string;
      readonly specifier: string;
      readonly imported: string;
    }
  | { readonly kind: "all"; readonly specifier: string };
