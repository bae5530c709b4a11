import ts from "typescript";
import { type FileSystem, parentDirectory } from "./fileSystem";

/** A package of the workspace: its name, and where its sources lie. */
export interface WorkspacePackage {
  readonly name: string;
  readonly directory: string;
  readonly manifest: Manifest;
  /** Package managers put it where any import finds it. Otherwise it is known by name to its own files, if it says what it exports. */
  readonly isLinked: boolean;
}

interface Manifest {
  readonly name?: unknown;
  readonly workspaces?: unknown;
  readonly packages?: unknown;
  readonly exports?: unknown;
  readonly source?: unknown;
  readonly module?: unknown;
  readonly main?: unknown;
  readonly types?: unknown;
}

/** How deep folders are searched for packages, as `packages/**` may ask. */
const DEEPEST = 4;

/**
 * The packages that a file may import by name because they lie in the same workspace: those that the `workspaces` of a package.json above
 * it, a pnpm-workspace.yaml or a lerna.json list, and the package that the file itself belongs to.
 */
export class WorkspacePackages {
  private readonly byDirectory = new Map<string, ReadonlyMap<string, WorkspacePackage>>();

  constructor(private readonly fileSystem: FileSystem) {}

  /** The package that a specifier names, as seen from a folder. */
  find(specifier: string, directory: string): WorkspacePackage | undefined {
    const name = packageName(specifier);
    return name === undefined ? undefined : this.around(directory).get(name);
  }

  /** Forgets everything: files came, went, or configure differently. */
  clear(): void {
    this.byDirectory.clear();
  }

  private around(directory: string): ReadonlyMap<string, WorkspacePackage> {
    const known = this.byDirectory.get(directory);
    if (known !== undefined) return known;
    const packages = this.packagesAround(directory);
    this.byDirectory.set(directory, packages);
    return packages;
  }

  /** Inner ones hide outer ones. */
  private packagesAround(directory: string): ReadonlyMap<string, WorkspacePackage> {
    const parent = parentDirectory(directory);
    const outer = parent === directory ? new Map<string, WorkspacePackage>() : this.around(parent);
    const manifest = this.manifest(directory);
    const patterns = [...patternsOf(manifest), ...this.otherPatterns(directory)];
    if (patterns.length === 0 && typeof manifest?.name !== "string") return outer;
    const found = new Map(outer);
    for (const each of this.listed(directory, patterns)) found.set(each.name, each);
    const own = this.packageIn(directory, false);
    if (own && outer.get(own.name)?.directory !== directory) found.set(own.name, own);
    return found;
  }

  private listed(root: string, patterns: readonly string[]): WorkspacePackage[] {
    const unwanted = patterns.filter((pattern) => pattern.startsWith("!")).map((pattern) => folder(pattern.slice(1)));
    const wanted = patterns
      .filter((pattern) => !pattern.startsWith("!"))
      .flatMap((pattern) => this.matching(root, folder(pattern).split("/")));
    const excluded = new Set(unwanted.flatMap((pattern) => this.matching(root, pattern.split("/"))));
    return wanted
      .filter((directory) => !excluded.has(directory))
      .map((directory) => this.packageIn(directory, true))
      .filter((each) => each !== undefined);
  }

  /** The folders that a pattern of names, `*` and `**` matches. */
  private matching(directory: string, [first, ...rest]: readonly string[], depth = 0): string[] {
    if (first === undefined) return [directory];
    if (first === "**") {
      const here = this.matching(directory, rest, depth);
      if (depth >= DEEPEST) return here;
      const deeper = this.folders(directory).flatMap((each) => this.matching(each, [first, ...rest], depth + 1));
      return [...here, ...deeper];
    }
    if (!first.includes("*")) return this.matching(join(directory, first), rest, depth);
    const expression = new RegExp(`^${first.split("*").map(escapeText).join("[^/]*")}$`);
    return this.folders(directory)
      .filter((each) => expression.test(each.slice(each.lastIndexOf("/") + 1)))
      .flatMap((each) => this.matching(each, rest, depth));
  }

  private folders(directory: string): string[] {
    return this.fileSystem
      .readDirectory(directory)
      .filter(({ name, kind }) => kind === "directory" && name !== "node_modules" && !name.startsWith("."))
      .map(({ name }) => join(directory, name));
  }

  private packageIn(directory: string, isLinked: boolean): WorkspacePackage | undefined {
    const manifest = this.manifest(directory);
    return typeof manifest?.name === "string" ? { name: manifest.name, directory, manifest, isLinked } : undefined;
  }

  private manifest(directory: string): Manifest | undefined {
    return this.json(join(directory, "package.json"));
  }

  private otherPatterns(directory: string): readonly string[] {
    const yaml = this.fileSystem.readFile(join(directory, "pnpm-workspace.yaml"));
    return [...(yaml === undefined ? [] : listIn(yaml)), ...patternsOf(this.json(join(directory, "lerna.json")))];
  }

  private json(path: string): Manifest | undefined {
    const text = this.fileSystem.readFile(path);
    if (text === undefined) return undefined;
    const { config } = ts.parseConfigFileTextToJson(path, text) as { readonly config?: unknown };
    return typeof config === "object" && config !== null ? config : undefined;
  }
}

/**
 * Where a package's source may lie for what is imported of it, without an extension: what its manifest names, and, since that is mostly
 * what a build will make, the source that it is made of.
 */
export function entriesOf({ directory, manifest, name, isLinked }: WorkspacePackage, specifier: string): string[] {
  if (!isLinked) return [];
  const path = specifier.slice(name.length + 1);
  if (path !== "") return [path, `src/${path}`].map((entry) => join(directory, entry));
  const named = [manifest.source, manifest.module, manifest.main, manifest.types].filter(
    (entry) => typeof entry === "string",
  );
  return [...named, ...targetsIn(manifest.exports)]
    .flatMap((entry) => [entry, sourceOf(entry)])
    .concat("src/index", "index", "src/main")
    .map((entry) => join(directory, entry.replace(/^\.\//, "")));
}

/** `dist/net.js` is made of `src/net`. */
function sourceOf(built: string): string {
  return built
    .replace(/^(\.\/)?(dist|lib|build|out|esm|cjs)\/(esm\/|cjs\/|src\/)?/, "src/")
    .replace(/(\.d)?\.[cm]?[jt]sx?$/, "");
}

/** The files that `exports` names for the package itself. */
function targetsIn(exports: unknown): string[] {
  if (typeof exports === "string") return [exports];
  if (typeof exports !== "object" || exports === null) return [];
  const entries = Object.entries(exports);
  const isBySubpath = entries.some(([key]) => key.startsWith("."));
  return entries.flatMap(([key, target]) => (!isBySubpath || key === "." ? targetsIn(target) : []));
}

function patternsOf(manifest: Manifest | undefined): readonly string[] {
  const listed = manifest?.workspaces ?? manifest?.packages;
  if (Array.isArray(listed)) return listed.filter((each) => typeof each === "string");
  return typeof listed === "object" && listed !== null ? patternsOf({ packages: (listed as Manifest).packages }) : [];
}

/** The items of the list `packages` of a pnpm-workspace.yaml. */
function listIn(yaml: string): string[] {
  const [, list = ""] = /^packages:[ \t]*\r?\n((?:[ \t]*(?:-.*|#.*)?\r?\n?)*)/m.exec(yaml) ?? [];
  return [...list.matchAll(/^[ \t]*-[ \t]*["']?([^"'#\r\n]+?)["']?[ \t]*(?:#.*)?$/gm)].map(([, item = ""]) => item);
}

/** `@scope/name/deep/file` is of the package `@scope/name`. */
function packageName(specifier: string): string | undefined {
  return /^(@[^/]+\/[^/]+|[^@./#][^/]*)/.exec(specifier)?.[1];
}

function folder(pattern: string): string {
  return pattern.replace(/^\.\//, "").replace(/\/$/, "");
}

function join(directory: string, name: string): string {
  return directory === "/" ? `/${name}` : `${directory}/${name}`;
}

function escapeText(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
}
