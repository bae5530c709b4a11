export type Dialect = "torch" | "tfjs";
export type Language = "ts" | "js";

export interface TextFile {
  readonly name: string;
  readonly text: string;
}

export interface ModelFiles {
  readonly model: TextFile;
  /** What a project with one model needs beside it. */
  readonly others: readonly TextFile[];
}

export interface TemplateOptions {
  readonly dialect: Dialect;
  readonly language: Language;
  /** This package's, for the new project's dependencies. */
  readonly version: string;
}

/**
 * The files of a new model.
 *
 * @param template the model as TypeScript, with what JavaScript does not have in «»; a line of nothing else goes with it.
 */
export function modelFiles(template: string, { dialect, language, version }: TemplateOptions): ModelFiles {
  const text = language === "ts" ? template.replaceAll(/[«»]/g, "") : template.replaceAll(/«[^»]*»/g, "");
  return {
    model: { name: `model.${language}`, text: text.replaceAll(/\n{3,}/g, "\n\n") },
    others: [
      { name: "package.json", text: json(manifest(dialect, version)) },
      ...(language === "ts" ? [{ name: "tsconfig.json", text: json(compilerSettings) }] : []),
    ],
  };
}

function manifest(dialect: Dialect, version: string): object {
  return {
    name: "model",
    private: true,
    type: "module",
    scripts: { check: "shapewright check", train: "shapewright train" },
    dependencies: {
      shapewright: `^${version}`,
      ...(dialect === "tfjs" ? { "@tensorflow/tfjs": "^4.22.0" } : {}),
    },
  };
}

const compilerSettings = {
  compilerOptions: {
    target: "ES2022",
    module: "ESNext",
    moduleResolution: "bundler",
    strict: true,
    noEmit: true,
    skipLibCheck: true,
  },
};

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
