import type { Expression, Module, ObjectExpression } from "../ir";

/** Where files are read from, manifests among them, as modules. */
interface Manifests {
  module(path: string): Module | undefined;
}

/** From this version on TensorFlow.js refuses tensors of another type: an image of integers in a convolution, for one. */
const FIRST_STRICT = 4;

/**
 * Whether a file may run with a TensorFlow.js that takes tensors of other types where the newest refuses them: the nearest `package.json`
 * that names the library asks for an older one, or none does and a page loads what the file calls `tf`, of any version.
 */
export function mayRunOnOldTensorFlow(manifests: Manifests, file: string): boolean {
  for (let slash = file.lastIndexOf("/"); slash >= 0; slash = file.lastIndexOf("/", slash - 1)) {
    const manifest = manifests.module(`${file.slice(0, slash)}/package.json`);
    const versions = manifest ? versionsIn(manifest) : [];
    if (versions.length > 0) return versions.some((version) => version < FIRST_STRICT);
    if (slash === 0) break;
  }
  const module = manifests.module(file);
  const specifiers = module ? [...module.imports.map(({ specifier }) => specifier), ...module.required] : [];
  return module !== undefined && specifiers.length === 0;
}

const DEPENDENCIES = ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"];

/** The major versions of the library's packages that a manifest asks for; of a range, where it begins. */
function versionsIn(manifest: Module): number[] {
  const [statement] = manifest.body;
  const value = statement?.kind === "declare" ? statement.declarations[0]?.value : undefined;
  return DEPENDENCIES.flatMap((name) => {
    const packages = propertiesOf(propertiesOf(value).get(name));
    return [...packages].flatMap(([specifier, range]) => {
      const isLibrary = /^@tensorflow\/tfjs(-(node|node-gpu|core|layers))?$/.test(specifier);
      const major = isLibrary && range.kind === "literal" ? /^\D*(\d+)/.exec(String(range.value))?.[1] : undefined;
      return major === undefined ? [] : [Number(major)];
    });
  });
}

function propertiesOf(value: Expression | undefined): ReadonlyMap<string, Expression> {
  const properties: ObjectExpression["properties"] = value?.kind === "object" ? value.properties : [];
  return new Map(
    properties.flatMap((one) => (one.kind === "value" && typeof one.key === "string" ? [[one.key, one.value]] : [])),
  );
}
