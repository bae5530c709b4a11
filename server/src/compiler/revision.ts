import type { Module, TypeNode } from "../ir";
import { Span } from "../ir";
import { lowerModule } from "./lower";
import { LineIndex } from "./position";
import type { Workspace } from "./workspace";

/** A workspace with other texts in place of some files, to see what the analysis would say of them. The workspace stays as it is. */
export class Revision {
  private readonly modules = new Map<string, Module>();
  private readonly lineIndexes = new Map<string, LineIndex>();

  constructor(
    private readonly workspace: Workspace,
    private readonly texts: ReadonlyMap<string, string>,
  ) {}

  module(file: string): Module | undefined {
    const text = this.texts.get(file);
    if (text === undefined) return this.workspace.module(file);
    const known = this.modules.get(file);
    if (known) return known;
    const module = lowerModule(file, text);
    this.modules.set(file, module);
    return module;
  }

  resolve(specifier: string, fromFile: string): string | undefined {
    return this.workspace.resolve(specifier, fromFile);
  }

  /** The checker knows the workspace's own texts alone, so a type is asked for where it stands there. */
  declaredType(span: Span): TypeNode | undefined {
    const before = this.place(span);
    return before && this.workspace.declaredType(before);
  }

  text(file: string): string {
    return this.texts.get(file) ?? this.workspace.text(file) ?? "";
  }

  lines(file: string): LineIndex {
    const known = this.lineIndexes.get(file);
    if (known) return known;
    const lines = new LineIndex(this.text(file));
    this.lineIndexes.set(file, lines);
    return lines;
  }

  /** A place of the revised text in the workspace's; `undefined` within what was changed. */
  private place(span: Span): Span | undefined {
    const revised = this.texts.get(span.file);
    const text = this.workspace.text(span.file);
    if (revised === undefined || text === undefined) return span;
    const shift = text.length - revised.length;
    if (revised.slice(0, span.end) === text.slice(0, span.end)) return span;
    const end = Span.at(span.file, span.start + shift, span.end + shift);
    return revised.slice(span.start) === text.slice(end.start) ? end : undefined;
  }
}
