import ts from "typescript";
import type { Span, TypeNode } from "../ir";
import type { FileSystem } from "./fileSystem";
import { translateType } from "./translate-type";
import { TypeService } from "./type-service";

/**
 * Types that only a checker can work out: imported, computed, inherited. Nothing is loaded before the first question, which costs about
 * as much as everything else that is done for a file; whoever asks makes sure that the answer is worth it.
 */
export class DeclaredTypes {
  private service: TypeService | undefined;
  private readonly answers = new Map<string, TypeNode | undefined>();
  private answeredEdition = -1;

  /** `edition` changes whenever the text of any file does. */
  constructor(
    private readonly fileSystem: FileSystem,
    private readonly edition: () => number,
  ) {}

  /**
   * The type that is written at `span`, which has to be a type's own. Nothing when none is there, when a file is too large, and when
   * the checker fails. Never a reference but to a tensor, and never computed, so that nothing needs to be asked about an answer.
   */
  typeAt(span: Span): TypeNode | undefined {
    if (this.answeredEdition !== this.edition()) {
      this.answeredEdition = this.edition();
      this.answers.clear();
    }
    const key = `${span.file}:${span.start}:${span.end}`;
    if (!this.answers.has(key)) this.answers.set(key, this.ask(span));
    return this.answers.get(key);
  }

  /** To be called when files came, went, or configure differently. */
  clear(): void {
    this.answers.clear();
    this.service?.restart();
  }

  private ask(span: Span): TypeNode | undefined {
    try {
      this.service ??= new TypeService(this.fileSystem, this.edition);
      const program = this.service.programOf(span.file);
      const sourceFile = program?.getSourceFile(span.file);
      const node = sourceFile && typeNodeAt(sourceFile, span);
      if (!program || !node) return undefined;
      return translateType(program, node, span);
    } catch {
      // The checker has bugs like any program, and without its answer the type is as good as not written.
      this.service = undefined;
      return undefined;
    }
  }
}

/** The outermost type that is written exactly there, also in documentation comments. */
function typeNodeAt(sourceFile: ts.SourceFile, span: Span): ts.TypeNode | undefined {
  const find = (node: ts.Node): ts.TypeNode | undefined => {
    if (node.end < span.end || node.pos > span.start) return undefined;
    if (ts.isTypeNode(node) && node.getStart(sourceFile) === span.start && node.end === span.end) return node;
    return ts.forEachChild(node, find) ?? findInDocumentation(node);
  };
  // A comment lies before the node it belongs to, but inside of its full range.
  const findInDocumentation = (node: ts.Node): ts.TypeNode | undefined => {
    for (const { parent } of ts.getJSDocTags(node)) {
      const found = find(parent);
      if (found) return found;
    }
    return undefined;
  };
  return find(sourceFile);
}
