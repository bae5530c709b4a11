import type ts from "typescript";
import type { Anchor, ExportBinding, ImportBinding, OpaqueExpression, Expression, TypeNode } from "../../ir";
import { Span } from "../../ir";
import { assignedNames } from "./assigned";

/**
 * Nodes below this depth are cut off as opaque. It bounds the recursion of this front end and, because the IR is never deeper, that of
 * everything that walks the IR. Code that people write stays below 100.
 */
const MAX_DEPTH = 400;

/** Whether a file says types in documentation comments: they count in JavaScript alone. */
export function documentsTypes(file: string, text: string): boolean {
  return /\.[cm]?jsx?$/.test(file) && /@(param|type|arg|argument)\s*\{/.test(text);
}

/** Words of which one stands in every file in which a tensor comes to be: the libraries, their types and their global, and our tags. */
const TENSORS = /tensor|torch|shapewright|@shape|\btf\b/i;

/** Whether there may be tensors in a file, by itself. */
export function mentionsTensors(text: string): boolean {
  return TENSORS.test(text);
}

/** What lowering one file shares: its text, and what the file imports, exports and names as types. */
export class LowerContext {
  imports: ImportBinding[] = [];
  exports: ExportBinding[] = [];
  required: string[] = [];
  types = new Map<string, TypeNode>();
  /** What spans are counted from. */
  anchor: Anchor;
  readonly text: string;
  /** Most files say neither, and then no comment needs to be looked at and no body searched. */
  readonly mentionsShape: boolean;
  readonly mentionsVar: boolean;
  /** JavaScript has nowhere else to say a type. */
  readonly readsDocumentation: boolean;
  private depth = 0;

  constructor(
    readonly file: string,
    readonly sourceFile: ts.SourceFile,
  ) {
    this.text = sourceFile.text;
    this.anchor = { file, offset: 0 };
    this.mentionsShape = this.text.includes("@shape");
    this.mentionsVar = /\bvar\b/.test(this.text);
    this.readsDocumentation = documentsTypes(file, this.text);
  }

  /** From here on, what is noted belongs to another piece of the file. */
  startPiece(anchor: Anchor): void {
    this.anchor = anchor;
    this.imports = [];
    this.exports = [];
    this.required = [];
    this.types = new Map();
  }

  /** The node without the comments and blanks before it. */
  span(node: ts.Node): Span {
    return Span.on(this.anchor, this.start(node), node.end);
  }

  start(node: ts.Node): number {
    return node.getStart(this.sourceFile);
  }

  range(start: number, end: number): Span {
    return Span.on(this.anchor, start, end);
  }

  /** Runs `lower` one level deeper, or `cut` when the nesting is too deep to follow. */
  nested<Result>(lower: () => Result, cut: () => Result): Result {
    if (this.depth >= MAX_DEPTH) return cut();
    this.depth++;
    try {
      return lower();
    } finally {
      this.depth--;
    }
  }

  /** An expression that is not translated. Whatever of `node` is not among `parts` is searched for assignments. */
  opaque(node: ts.Node, reason: string, parts?: readonly Expression[]): OpaqueExpression {
    return {
      kind: "opaque",
      reason,
      parts: parts ?? [],
      assigned: parts === undefined ? assignedNames(node) : [],
      span: this.span(node),
    };
  }
}
