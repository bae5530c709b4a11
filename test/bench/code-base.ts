import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

/**
 * Code to measure with, made of the project's samples and test models and the same in every run: their classes and functions repeated
 * under other names, with helpers, layers models and code without tensors around them, across files that import each other.
 */
export class CodeBase {
  private readonly units: readonly Unit[];
  private readonly template: (name: string) => string;

  /** @param root The project's. */
  constructor(root: string) {
    const folders = ["samples", "test/fixtures/torch/models"].map((folder) => join(root, folder));
    const sources = folders.flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => name.endsWith(".ts"))
        .sort()
        .map((name) => readFileSync(join(folder, name), "utf8")),
    );
    this.units = sources.map(parseUnit);
    this.template = (name) => readFileSync(join(root, "test/fixtures/code-base", name), "utf8");
  }

  /** One TypeScript file of models with at least that many lines. */
  modelFile(lines: number): string {
    const imports = new Imports();
    const parts: string[] = [];
    for (let i = 0, count = 0; count < lines; i++) {
      const unit = this.units[i % this.units.length];
      if (!unit) throw new Error("There are no samples to make code of.");
      for (const each of unit.imports) imports.add(each);
      const part = renamed(unit, `_${i}`);
      parts.push(part);
      count += part.split("\n").length;
    }
    return [imports.text(), ...parts].join("\n");
  }

  /** A JavaScript workspace of at least that many lines, by path: packages that share one file of helpers. */
  javaScript(lines: number): ReadonlyMap<string, string> {
    const files = new Map<string, string>();
    let total = 0;
    const add = (path: string, text: string): void => {
      files.set(path, text);
      total += text.split("\n").length;
    };
    add("shared/helpers.js", toJavaScript(this.template("helpers.ts")));
    const perPackage = {
      "models.js": toJavaScript(this.modelFile(400)),
      "stack.js": toJavaScript(this.template("stack.ts")),
      "layers.js": this.template("layers.js"),
      "application.js": this.template("application.js"),
    };
    for (let i = 0; total < lines; i++) {
      for (const [name, text] of Object.entries(perPackage)) if (total < lines) add(`package-${i}/${name}`, text);
    }
    return files;
  }
}

/** A sample's own statements, what it imports, and the names that it declares. */
interface Unit {
  readonly text: string;
  readonly imports: readonly Import[];
  readonly declared: readonly string[];
  /** Where names of properties stand in the text; those that are variables at the same time apart. */
  readonly properties: ReadonlySet<number>;
  readonly shorthands: ReadonlySet<number>;
}

interface Import {
  readonly specifier: string;
  /** As it is written: `torch`, `type Tensor`, `* as tf`. */
  readonly names: readonly string[];
}

function parseUnit(text: string): Unit {
  const file = ts.createSourceFile("unit.ts", text, ts.ScriptTarget.ESNext);
  const imports: Import[] = [];
  const statements: string[] = [];
  const declared: string[] = [];
  for (const statement of file.statements) {
    if (ts.isImportDeclaration(statement)) {
      imports.push(importOf(statement));
      continue;
    }
    declared.push(...declaredNames(statement));
    statements.push(statement.getFullText(file));
  }
  const body = statements.join("").replace("export default ", "export const experiment = ");
  return {
    text: body,
    imports: imports.filter(({ names }) => names.length > 0),
    declared: [...declared, "experiment"],
    ...propertyNames(body),
  };
}

function propertyNames(text: string): Pick<Unit, "properties" | "shorthands"> {
  const file = ts.createSourceFile("unit.ts", text, ts.ScriptTarget.ESNext, true);
  const properties = new Set<number>();
  const shorthands = new Set<number>();
  const visit = (node: ts.Node): void => {
    const isMember = ts.isPropertyAccessExpression(node) || ts.isPropertyAssignment(node) || ts.isClassElement(node);
    if (isMember && node.name) properties.add(node.name.getStart(file));
    if (ts.isBindingElement(node) && node.propertyName) properties.add(node.propertyName.getStart(file));
    const isBoundByName = ts.isBindingElement(node) && !node.propertyName && ts.isObjectBindingPattern(node.parent);
    if (ts.isShorthandPropertyAssignment(node) || isBoundByName) shorthands.add(node.name.getStart(file));
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { properties, shorthands };
}

function importOf({ importClause, moduleSpecifier }: ts.ImportDeclaration): Import {
  const { text } = moduleSpecifier as ts.StringLiteral;
  // Nothing else of the sample's folder is there: what it imports from beside it becomes something unknown.
  const specifier = text.startsWith(".") ? "node:unknown" : text;
  const bindings = importClause?.namedBindings;
  const onlyTypes = importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
  if (!bindings) return { specifier, names: [] };
  if (ts.isNamespaceImport(bindings)) return { specifier, names: [`* as ${bindings.name.text}`] };
  const names = bindings.elements.map((each) => `${onlyTypes || each.isTypeOnly ? "type " : ""}${each.name.text}`);
  return { specifier, names };
}

function declaredNames(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap(({ name }) => (ts.isIdentifier(name) ? [name.text] : []));
  }
  const named = ts.isClassDeclaration(statement) || ts.isFunctionDeclaration(statement);
  const isType = ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement);
  return (named || isType) && statement.name ? [statement.name.text] : [];
}

/** The unit with a suffix behind every name that it declares, also where a parameter or a comment has the same name. */
function renamed({ text, declared, properties, shorthands }: Unit, suffix: string): string {
  return text.replace(new RegExp(`(?<![\\w"'.])(${declared.join("|")})\\b`, "g"), (name, _group, start: number) => {
    if (properties.has(start)) return name;
    return shorthands.has(start) ? `${name}: ${name}${suffix}` : name + suffix;
  });
}

class Imports {
  private readonly names = new Map<string, Set<string>>();

  add({ specifier, names }: Import): void {
    const known = this.names.get(specifier) ?? new Set();
    this.names.set(specifier, known);
    for (const name of names) if (!known.has(name.replace("type ", ""))) known.add(name);
  }

  text(): string {
    const lines = [...this.names].flatMap(([specifier, names]) => {
      const spaces = [...names].filter((name) => name.startsWith("*"));
      const others = [...names].filter((name) => !name.startsWith("*"));
      const named = others.length > 0 ? [`{ ${others.join(", ")} }`] : [];
      return [...spaces, ...named].map((clause) => `import ${clause} from "${specifier}";`);
    });
    return `${lines.join("\n")}\n`;
  }
}

function toJavaScript(text: string): string {
  const compilerOptions = { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true };
  return ts.transpileModule(text, { compilerOptions }).outputText;
}
