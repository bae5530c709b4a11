import type { Module, Span, TypeNode } from "../ir";
import { DeclaredTypes } from "./declared-types";
import { type FileSystem, normalizePath } from "./fileSystem";
import { lowerModule } from "./lower";
import { ModuleResolver } from "./resolver";
import { Revision } from "./revision";
import { sourceFiles } from "./sourceFiles";
import { isHandwritten } from "./written";

/**
 * The files of a workspace as modules of the IR. Open documents lie over the file system; what was read is kept until it is told to have
 * changed, and a module stays the same object for as long as its text stays the same.
 */
export class Workspace {
  private readonly overlays = new Map<string, string>();
  private readonly texts = new Map<string, string | undefined>();
  private readonly modules = new Map<string, { readonly text: string; readonly module: Module | undefined }>();
  private readonly resolver: ModuleResolver;
  private readonly types: DeclaredTypes;
  /** Counts changes of texts. */
  private edition = 0;

  constructor(private readonly fileSystem: FileSystem) {
    const overlaid: FileSystem = {
      readFile: (path) => this.text(path),
      fileExists: (path) => this.overlays.has(path) || fileSystem.fileExists(path),
      directoryExists: (path) => this.holdsOverlay(path) || fileSystem.directoryExists(path),
      readDirectory: (path) => fileSystem.readDirectory(path),
      realPath: (path) => (this.overlays.has(path) ? path : (fileSystem.realPath?.(path) ?? path)),
    };
    this.resolver = new ModuleResolver(overlaid);
    this.types = new DeclaredTypes(overlaid, () => this.edition);
  }

  /** The translated file, or nothing where none can be read, or where it was made by a tool. */
  module(path: string): Module | undefined {
    const file = normalizePath(path);
    const text = this.text(file);
    if (text === undefined) return undefined;
    const known = this.modules.get(file);
    if (known?.text === text) return known.module;
    const module = isHandwritten(file, text) ? lowerModule(file, text, known?.module) : undefined;
    this.modules.set(file, { text, module });
    return module;
  }

  /** The text as the open document or else the file system has it. */
  text(path: string): string | undefined {
    const file = normalizePath(path);
    const overlay = this.overlays.get(file);
    if (overlay !== undefined) return overlay;
    if (!this.texts.has(file)) this.texts.set(file, this.fileSystem.readFile(file));
    return this.texts.get(file);
  }

  /** Puts an open document over the file, or takes it away again. */
  setOverlay(path: string, text: string | undefined): void {
    const file = normalizePath(path);
    this.change(file, () => {
      if (text !== undefined) {
        this.overlays.set(file, text);
        return;
      }
      this.overlays.delete(file);
      this.texts.delete(file);
    });
  }

  /** To be called when a file was written, created or deleted outside of an open document. */
  fileChanged(path: string): void {
    const file = normalizePath(path);
    this.change(file, () => this.texts.delete(file));
  }

  /** To be called when any file outside of the open documents may have changed: all are read again when they are needed. */
  diskChanged(): void {
    this.texts.clear();
    this.edition++;
    this.resolver.clear();
    this.types.clear();
  }

  /** The source or JSON file that an import means. Packages, declaration files and what does not exist give nothing. */
  resolve(specifier: string, fromFile: string): string | undefined {
    return this.resolver.resolve(specifier, normalizePath(fromFile));
  }

  /** What TypeScript's checker takes the type written at `span` to be. Slow when it is asked for the first time: see `DeclaredTypes`. */
  declaredType(span: Span): TypeNode | undefined {
    return this.types.typeAt(span);
  }

  /** The same workspace with other texts for some of its files, by path. */
  revise(texts: ReadonlyMap<string, string>): Revision {
    return new Revision(this, texts);
  }

  /** The source files in a folder and below, in order; of a source file, itself. */
  files(path: string): string[] {
    return sourceFiles(this.fileSystem, normalizePath(path));
  }

  /** Imports are resolved anew unless the file was there before and still is. */
  private change(file: string, apply: () => void): void {
    const before = this.overlays.get(file) ?? this.texts.get(file);
    apply();
    const after = this.text(file);
    if (after === undefined) this.modules.delete(file);
    if (before !== after) this.edition++;
    if (before !== undefined && after !== undefined && !isConfiguration(file)) return;
    this.resolver.clear();
    this.types.clear();
  }

  private holdsOverlay(directory: string): boolean {
    return [...this.overlays.keys()].some((file) => file.startsWith(`${directory}/`));
  }
}

/** Files that change what imports mean. Others can be extended, but then one of these is saved sooner or later, too. */
function isConfiguration(file: string): boolean {
  return /\/(([jt]sconfig[^/]*|package|lerna)\.json|pnpm-workspace\.yaml)$/.test(file);
}
