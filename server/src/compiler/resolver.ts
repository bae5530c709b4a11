import ts from "typescript";
import { type FileSystem, parentDirectory } from "./fileSystem";

interface Settings {
  readonly options: ts.CompilerOptions;
  readonly cache: ts.ModuleResolutionCache;
}

/** What the workspace's own configuration cannot change: every kind of source file counts, whatever its module system. */
const OPTIONS: ts.CompilerOptions = {
  allowJs: true,
  resolveJsonModule: true,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
};

/** Finds the source file that an import means, with the nearest tsconfig.json or jsconfig.json. */
export class ModuleResolver {
  private readonly settingsByDirectory = new Map<string, Settings>();
  private readonly settingsByConfig = new Map<string, Settings>();
  private readonly host: ts.ModuleResolutionHost;

  constructor(private readonly fileSystem: FileSystem) {
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
    const { options, cache } = this.settingsFor(parentDirectory(fromFile));
    if (!mayBeLocal(specifier, options)) return undefined;
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

  /** Forgets everything: files came, went, or configure differently. */
  clear(): void {
    this.settingsByDirectory.clear();
    this.settingsByConfig.clear();
  }

  private settingsFor(directory: string): Settings {
    const known = this.settingsByDirectory.get(directory);
    if (known !== undefined) return known;
    const settings = this.findSettings(directory);
    this.settingsByDirectory.set(directory, settings);
    return settings;
  }

  private findSettings(directory: string): Settings {
    for (const name of ["tsconfig.json", "jsconfig.json"]) {
      const config = directory === "/" ? `/${name}` : `${directory}/${name}`;
      if (this.fileSystem.fileExists(config)) return this.settingsOf(config);
    }
    const parent = parentDirectory(directory);
    if (parent === directory) return createSettings(directory, {});
    return this.settingsFor(parent);
  }

  private settingsOf(config: string): Settings {
    const known = this.settingsByConfig.get(config);
    if (known !== undefined) return known;
    const settings = createSettings(parentDirectory(config), readOptions(this.fileSystem, config));
    this.settingsByConfig.set(config, settings);
    return settings;
  }
}

function createSettings(directory: string, configured: ts.CompilerOptions): Settings {
  const options = { ...configured, ...OPTIONS };
  return { options, cache: ts.createModuleResolutionCache(directory, (name) => name, options) };
}

/** The options of a configuration file, those it extends included; of one that only refers to others, the first that maps paths. */
function readOptions(fileSystem: FileSystem, config: string): ts.CompilerOptions {
  const { options, references } = parseConfig(fileSystem, config);
  if (options.paths !== undefined || options.baseUrl !== undefined) return options;
  for (const reference of references) {
    const path = ts.resolveProjectReferencePath(reference);
    if (!fileSystem.fileExists(path)) continue;
    const referred = parseConfig(fileSystem, path).options;
    if (referred.paths !== undefined || referred.baseUrl !== undefined) return referred;
  }
  return options;
}

function parseConfig(
  fileSystem: FileSystem,
  config: string,
): { readonly options: ts.CompilerOptions; readonly references: readonly ts.ProjectReference[] } {
  const { config: content } = ts.readConfigFile(config, (path) => fileSystem.readFile(path));
  const host: ts.ParseConfigHost = {
    useCaseSensitiveFileNames: true,
    // Which files belong to the project is of no interest, and listing them is slow.
    readDirectory: () => [],
    fileExists: (path) => fileSystem.fileExists(path),
    readFile: (path) => fileSystem.readFile(path),
  };
  const { options, projectReferences } = ts.parseJsonConfigFileContent(
    content ?? {},
    host,
    parentDirectory(config),
    undefined,
    config,
  );
  return { options, references: projectReferences ?? [] };
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
