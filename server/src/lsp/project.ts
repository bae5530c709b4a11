import { LineIndex, Workspace, type FileSystem } from "../compiler";
import type { LineLookup, Sources } from "../ide/lines";
import type { Revisable } from "../ide/verified-fixes";
import { importedFiles } from "../interpreter/concern";
import type { ModuleSource } from "../interpreter/machine";
import { Reanalysis, type Analysis } from "../interpreter/analyze";
import type { Module } from "../ir";
import { libraries } from "../ops";

export interface ProjectAnalysis {
  readonly analysis: Analysis;
  /** Another one for every other state of the program. */
  readonly id: string;
}

interface Entry {
  /** What an edit cannot have changed is taken over from one analysis to the next. */
  readonly reanalysis: Reanalysis;
  readonly modules: ReadonlyMap<string, Module | undefined>;
  /** `undefined`: it failed, and would fail again. */
  readonly result: ProjectAnalysis | undefined;
}

/**
 * Analyses of the open documents. A document is analysed with what it imports and with the open documents that import it, since their
 * calls tell what its functions are given; the result is kept for as long as all of their texts stay the same.
 */
export class Project implements Revisable {
  readonly workspace: Workspace;
  private readonly open = new Set<string>();
  private readonly entries = new Map<string, Entry>();
  private readonly lineIndexes = new Map<string, { readonly text: string; readonly lines: LineIndex }>();
  private analyses = 0;

  /** @param failed Told of analyses that threw: a bug of ours, which must not take the server down. */
  constructor(
    fileSystem: FileSystem,
    private readonly failed: (file: string, error: unknown) => void,
  ) {
    this.workspace = new Workspace(fileSystem);
  }

  /** Puts the text of an open document in place, or (`undefined`) the file's own again. */
  setDocument(file: string, text: string | undefined): void {
    this.workspace.setOverlay(file, text);
    if (text !== undefined) {
      this.open.add(file);
      return;
    }
    this.open.delete(file);
    this.entries.delete(file);
  }

  /** To be called when files were written, created or deleted outside of the open documents. */
  filesChanged(files: readonly string[]): void {
    for (const file of files) this.workspace.fileChanged(file);
    // Declaration files are not among the modules that an analysis is kept for, but its types come from them.
    this.entries.clear();
  }

  /** To be called when any file may have changed. */
  diskChanged(): void {
    this.workspace.diskChanged();
    this.entries.clear();
  }

  /** The analysis that an open document's facts are in. */
  analysisOf(file: string): ProjectAnalysis | undefined {
    const files = [file, ...[...this.open].filter((other) => other !== file && this.closure([other]).has(file))];
    const modules = this.closure(files);
    const known = this.entries.get(file);
    if (known && sameModules(known.modules, modules)) return known.result;
    const reanalysis = known?.reanalysis ?? new Reanalysis(this.workspace, libraries);
    const result = this.analyze(file, files, reanalysis);
    // After a failure of ours nothing is taken over.
    this.entries.set(file, {
      modules,
      result,
      reanalysis: result ? reanalysis : new Reanalysis(this.workspace, libraries),
    });
    return result;
  }

  /** Whether an open document other than the file itself depends on it. */
  hasOpenDependents(file: string): boolean {
    return [...this.open].some((other) => other !== file && this.entries.get(other)?.modules.has(file));
  }

  text(file: string): string {
    return this.workspace.text(file) ?? "";
  }

  lines(file: string): LineLookup & LineIndex {
    const text = this.text(file);
    const known = this.lineIndexes.get(file);
    if (known?.text === text) return known.lines;
    const lines = new LineIndex(text);
    this.lineIndexes.set(file, { text, lines });
    return lines;
  }

  revise(texts: ReadonlyMap<string, string>): ModuleSource & Sources {
    return this.workspace.revise(texts);
  }

  private analyze(file: string, files: readonly string[], reanalysis: Reanalysis): ProjectAnalysis | undefined {
    try {
      return { analysis: reanalysis.analyze(files), id: String(++this.analyses) };
    } catch (error) {
      this.failed(file, error);
      return undefined;
    }
  }

  /** The files and everything that they import, directly or not, as they are now. */
  private closure(files: readonly string[]): ReadonlyMap<string, Module | undefined> {
    const modules = new Map<string, Module | undefined>();
    const pending = [...files];
    for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
      if (modules.has(file)) continue;
      const module = this.workspace.module(file);
      modules.set(file, module);
      if (module) pending.push(...importedFiles(this.workspace, module));
    }
    return modules;
  }
}

function sameModules(a: ReadonlyMap<string, Module | undefined>, b: ReadonlyMap<string, Module | undefined>): boolean {
  return a.size === b.size && [...a].every(([file, module]) => b.has(file) && b.get(file) === module);
}
