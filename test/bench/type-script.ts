import ts from "typescript";

/** TypeScript as an editor runs it: one LanguageService over some files, whose texts change. */
export class TypeScriptService {
  private readonly texts: Map<string, { text: string; version: number }>;
  private readonly service: ts.LanguageService;

  /** @param options What the workspace's tsconfig.json would say. */
  constructor(files: ReadonlyMap<string, string>, options: ts.CompilerOptions) {
    this.texts = new Map([...files].map(([path, text]) => [path, { text, version: 0 }]));
    this.service = ts.createLanguageService({
      getCompilationSettings: () => options,
      getScriptFileNames: () => [...files.keys()],
      getScriptVersion: (path) => String(this.texts.get(path)?.version ?? 0),
      getScriptSnapshot: (path) => {
        const text = this.texts.get(path)?.text ?? ts.sys.readFile(path);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      getCurrentDirectory: () => ts.sys.getCurrentDirectory(),
      getDefaultLibFileName: (each) => ts.getDefaultLibFilePath(each),
      fileExists: (path) => this.texts.has(path) || ts.sys.fileExists(path),
      readFile: (path) => this.texts.get(path)?.text ?? ts.sys.readFile(path),
      directoryExists: (path) => ts.sys.directoryExists(path),
      getDirectories: (path) => ts.sys.getDirectories(path),
    });
  }

  edit(path: string, text: string): void {
    this.texts.set(path, { text, version: (this.texts.get(path)?.version ?? 0) + 1 });
  }

  /** How many semantic diagnostics a file has now. */
  diagnose(path: string): number {
    return this.service.getSemanticDiagnostics(path).length;
  }
}

/** How the code base is configured: the library's declarations are the ones that the package has. */
export function workspaceOptions(root: string): ts.CompilerOptions {
  return {
    allowJs: true,
    noEmit: true,
    skipLibCheck: true,
    strict: true,
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2023.d.ts", "lib.dom.d.ts"],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    types: [],
    paths: {
      shapewright: [`${root}/dist/types/client/src/runtime/index.d.ts`],
      "shapewright/torch": [`${root}/dist/types/client/src/runtime/torch/index.d.ts`],
    },
  };
}
