import ts from "typescript";
import { type FileSystem, parentDirectory } from "./fileSystem";

/** How the imports of some folders are resolved. */
export interface ResolutionSettings {
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

/** Finds the nearest tsconfig.json or jsconfig.json of each folder, and keeps what it says. */
export class SettingsFinder {
  private readonly byDirectory = new Map<string, ResolutionSettings>();
  private readonly byConfig = new Map<string, ResolutionSettings>();

  constructor(private readonly fileSystem: FileSystem) {}

  settingsFor(directory: string): ResolutionSettings {
    const known = this.byDirectory.get(directory);
    if (known !== undefined) return known;
    const settings = this.findSettings(directory);
    this.byDirectory.set(directory, settings);
    return settings;
  }

  /** Forgets everything: files came, went, or configure differently. */
  clear(): void {
    this.byDirectory.clear();
    this.byConfig.clear();
  }

  private findSettings(directory: string): ResolutionSettings {
    for (const name of ["tsconfig.json", "jsconfig.json"]) {
      const config = directory === "/" ? `/${name}` : `${directory}/${name}`;
      if (this.fileSystem.fileExists(config)) return this.settingsOf(config);
    }
    const parent = parentDirectory(directory);
    if (parent === directory) return createSettings(directory, {});
    return this.settingsFor(parent);
  }

  private settingsOf(config: string): ResolutionSettings {
    const known = this.byConfig.get(config);
    if (known !== undefined) return known;
    const settings = createSettings(parentDirectory(config), readOptions(this.fileSystem, config));
    this.byConfig.set(config, settings);
    return settings;
  }
}

function createSettings(directory: string, configured: ts.CompilerOptions): ResolutionSettings {
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
