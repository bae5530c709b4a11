import ts from "typescript";
import { type FileSystem, parentDirectory } from "./fileSystem";
import { SettingsFinder } from "./settings";
import { entriesOf, WorkspacePackages } from "./workspace-packages";

/** Finds the source file that an import means, with the nearest tsconfig.json or jsconfig.json. */
export class ModuleResolver {
  private readonly settings: SettingsFinder;
  private readonly host: ts.ModuleResolutionHost;
  private readonly packages: WorkspacePackages;

  constructor(fileSystem: FileSystem) {
    this.settings = new SettingsFinder(fileSystem);
    this.packages = new WorkspacePackages(fileSystem);
    this.host = {
      // Declarations say nothing about values: the source beside them is wanted, and libraries are known by their names.
      fileExists: (path) => !isDeclaration(path) && !isInPackages(path) && fileSystem.fileExists(path),
      readFile: (path) => fileSystem.readFile(path),
      directoryExists: (path) => !isInPackages(path) && fileSystem.directoryExists(path),
      useCaseSensitiveFileNames: true,
    };
  }

  /** The absolute path of the source or JSON file, or nothing for packages, built-in modules and files that do not exist. */
  resolve(specifier: string, fromFile: string): string | undefined {
    const directory = parentDirectory(fromFile);
    const { options } = this.settings.settingsFor(directory);
    const found = mayBeLocal(specifier, options) ? this.find(specifier, fromFile) : undefined;
    return found ?? this.findInWorkspace(specifier, directory);
  }

  private find(specifier: string, fromFile: string): string | undefined {
    const { options, cache } = this.settings.settingsFor(parentDirectory(fromFile));
    const { resolvedModule } = ts.resolveModuleName(
      specifier,
      fromFile,
      options,
      this.host,
      cache,
      undefined,
      ts.ModuleKind.ESNext,
    );
    if (resolvedModule === undefined) return undefined;
    const { resolvedFileName } = resolvedModule;
    return isInPackages(resolvedFileName) || isDeclaration(resolvedFileName) ? undefined : resolvedFileName;
  }

  /** Packages of the same workspace are imported by name. A package with `exports` resolves its own name as others would. */
  private findInWorkspace(specifier: string, directory: string): string | undefined {
    const found = this.packages.find(specifier, directory);
    if (!found) return undefined;
    const within = `${found.directory === "/" ? "" : found.directory}/package.json`;
    for (const entry of [specifier, ...entriesOf(found, specifier)]) {
      const file = this.find(entry, within);
      if (file !== undefined) return file;
    }
    return undefined;
  }

  /** Forgets everything: files came, went, or configure differently. */
  clear(): void {
    this.settings.clear();
    this.packages.clear();
  }
}

/** Most imports name packages, and searching the disk for those is what makes resolution slow. */
function mayBeLocal(specifier: string, options: ts.CompilerOptions): boolean {
  if (/^(\.{0,2}\/|\.{1,2}$|#|[A-Za-z]:[\\/])/.test(specifier)) return true;
  if (options.baseUrl !== undefined) return true;
  return Object.keys(options.paths ?? {}).some((pattern) => matchesPattern(pattern, specifier));
}

function matchesPattern(pattern: string, specifier: string): boolean {
  const star = pattern.indexOf("*");
  if (star < 0) return pattern === specifier;
  return specifier.startsWith(pattern.slice(0, star)) && specifier.endsWith(pattern.slice(star + 1));
}

function isDeclaration(path: string): boolean {
  return /\.d\.([^./]+\.)?[cm]?ts$/.test(path);
}

function isInPackages(path: string): boolean {
  return path.includes("/node_modules/") || path.endsWith("/node_modules");
}
