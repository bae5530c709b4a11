import ts from "typescript";
import { diskFileSystem } from "./disk";
import { type FileSystem, parentDirectory } from "./fileSystem";
import { SettingsFinder } from "./settings";
import { declarationFile, declarationText, tensorLibrary } from "./tensor-types";

const STANDARD_LIBRARY = "lib.es5.d.ts";

/** One for all files, so that one program holds them all; how imports are resolved is each file's own configuration. */
const OPTIONS: ts.CompilerOptions = {
  allowJs: true,
  // Programs written without it only gain options that their authors did not think of.
  strictNullChecks: true,
  skipLibCheck: true,
  noEmit: true,
  types: [],
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  resolveJsonModule: true,
  jsx: ts.JsxEmit.Preserve,
  // What makes types of other types stands there; nothing that later editions or browsers add has a shape.
  lib: [STANDARD_LIBRARY],
};

/** In characters. What is larger is generated. */
const LARGEST_FILE = 1_500_000;
/** Beyond these, further imports are taken not to be found. */
const MOST_FILES = 2_000;

/**
 * TypeScript's checker over a workspace, started when it is first asked. Later programs reuse every file that is the same; nothing is
 * ever checked as a whole, only the types that somebody asks for.
 */
export class TypeService {
  private readonly registry = ts.createDocumentRegistry(true);
  private readonly settings: SettingsFinder;
  private readonly roots = new Set<string>();
  private readonly versions = new Map<string, { readonly text: string; readonly version: number }>();
  /** The files that imports lead to: only so many are read. */
  private readonly reached = new Set<string>();
  private service: ts.LanguageService | undefined;

  /** `edition` changes whenever the text of any file does. */
  constructor(
    private readonly fileSystem: FileSystem,
    private readonly edition: () => number,
  ) {
    this.settings = new SettingsFinder(fileSystem);
  }

  /** The program that holds `file` and what it imports; nothing where the file is too large or cannot be read. */
  programOf(file: string): ts.Program | undefined {
    if (this.text(file) === undefined) return undefined;
    this.roots.add(file);
    this.service ??= ts.createLanguageService(this.host(), this.registry);
    return this.service.getProgram();
  }

  /** To be called when files came, went, or configure differently: imports are resolved anew. Parsed files are kept. */
  restart(): void {
    this.settings.clear();
    this.reached.clear();
    for (const root of this.roots) if (!this.fileSystem.fileExists(root)) this.roots.delete(root);
    this.service = undefined;
  }

  private host(): ts.LanguageServiceHost {
    return {
      getCompilationSettings: () => OPTIONS,
      getProjectVersion: () => `${this.edition()} ${this.roots.size}`,
      getScriptFileNames: () => [...this.roots],
      getScriptVersion: (path) => String(this.version(path)),
      getScriptSnapshot: (path) => {
        const text = this.text(path);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      getCurrentDirectory: () => "/",
      getDefaultLibFileName: () => `${standardLibrary()}/${STANDARD_LIBRARY}`,
      useCaseSensitiveFileNames: () => true,
      fileExists: (path) => this.text(path) !== undefined,
      readFile: (path) => this.text(path),
      directoryExists: (path) => this.fileSystem.directoryExists(path),
      resolveModuleNameLiterals: (literals, fromFile) =>
        literals.map(({ text }) => ({ resolvedModule: this.resolve(text, fromFile) })),
      // `/// <reference types>` brings globals, and no global has a shape.
      resolveTypeReferenceDirectiveReferences: (references) =>
        references.map(() => ({ resolvedTypeReferenceDirective: undefined })),
    };
  }

  private resolve(specifier: string, fromFile: string): ts.ResolvedModuleFull | undefined {
    const library = tensorLibrary(specifier);
    if (library) return { resolvedFileName: declarationFile(library), extension: ts.Extension.Dts };
    const { options, cache } = this.settings.settingsFor(parentDirectory(fromFile));
    const host: ts.ModuleResolutionHost = {
      fileExists: (path) => this.fileSystem.fileExists(path),
      readFile: (path) => this.fileSystem.readFile(path),
      directoryExists: (path) => this.fileSystem.directoryExists(path),
      realpath: (path) => this.fileSystem.realPath?.(path) ?? path,
      useCaseSensitiveFileNames: true,
    };
    const { resolvedModule } = ts.resolveModuleName(specifier, fromFile, options, host, cache);
    if (resolvedModule === undefined) return undefined;
    const { resolvedFileName } = resolvedModule;
    if (this.reached.size >= MOST_FILES && !this.reached.has(resolvedFileName)) return undefined;
    this.reached.add(resolvedFileName);
    return resolvedModule as ts.ResolvedModuleFull;
  }

  private text(path: string): string | undefined {
    const text =
      declarationText(path) ?? (isStandard(path) ? diskFileSystem.readFile(path) : this.fileSystem.readFile(path));
    return text === undefined || text.length > LARGEST_FILE ? undefined : text;
  }

  private version(path: string): number {
    if (isStandard(path)) return 0;
    const text = this.text(path) ?? "";
    const known = this.versions.get(path);
    if (known?.text === text) return known.version;
    const version = (known?.version ?? 0) + 1;
    this.versions.set(path, { text, version });
    return version;
  }
}

function isStandard(path: string): boolean {
  return path.startsWith(`${standardLibrary()}/`);
}

let standardLibraryFolder: string | undefined;

/** Where TypeScript's own `lib.*.d.ts` are: `lib-dts` beside the bundle, or in the package that runs. */
function standardLibrary(): string {
  if (standardLibraryFolder !== undefined) return standardLibraryFolder;
  const beside = parentDirectory(ts.getDefaultLibFilePath(OPTIONS).replaceAll("\\", "/"));
  const copied = `${beside}/lib-dts`;
  standardLibraryFolder = diskFileSystem.directoryExists(copied) ? copied : beside;
  return standardLibraryFolder;
}
