import type { Machine } from "../interpreter/machine";
import type { ClassValue, ObjectValue, Value } from "../interpreter/value";
import type { Span } from "../ir";
import type { Dim } from "../shape/dim";
import { numel } from "../shape/shape";

/** A layer of a model, or a parameter that is in no layer. */
export interface Part {
  /** How the code gets at it from the model: `encoder.layers.0`. */
  readonly path: string;
  /** `Conv2d` */
  readonly operation: string;
  readonly kind: "layer" | "parameter";
  /** How many numbers it learns. */
  readonly parameters: Dim | undefined;
  readonly span: Span | undefined;
  /** Weights that were replaced, mostly by those of another layer: they are not the layer's own. */
  readonly replaced: ReadonlySet<string>;
}

/** Larger models than this are listed no further. */
const MOST_PARTS = 20_000;

/** Everything that a model is made of, by the layer's object; parameters, which are none, have negative numbers. */
export function describeParts(m: Machine, root: ObjectValue): ReadonlyMap<number, Part> {
  const parts = new Map<number, Part>();
  const seen = new Set<number>();
  const pending: Pending[] = [{ value: root, path: "", span: undefined, replaces: false }];
  for (let next = pending.shift(); next && parts.size < MOST_PARTS; next = pending.shift()) {
    const { value, path, span } = next;
    if (value.kind === "tensor" && value.form === "parameter" && !next.replaces) {
      const parameters = value.shape && numel(value.shape);
      parts.set(-parts.size - 1, { path, operation: "Parameter", kind: "parameter", parameters, span, replaced: NONE });
    }
    if (value.kind !== "object" || seen.has(value.id)) continue;
    seen.add(value.id);
    const children = childrenOf(m, value);
    const described = describe(m, value);
    if (described) {
      const replaced = new Set(children.filter(isParameter).map(({ name }) => name));
      parts.set(value.id, { path, kind: "layer", span, replaced, ...described });
    }
    for (const child of children) {
      pending.push({
        ...child,
        path: path ? `${path}.${child.name}` : child.name,
        replaces: described !== undefined && isParameter(child),
      });
    }
  }
  return parts;
}

/** What the code calls something, from the model on. */
export interface PartName {
  readonly path: string;
  /** Where it is made. */
  readonly span: Span | undefined;
}

/** Names of objects by their numbers, and of tensors, such as parameters, by what made them or by themselves. */
export interface PartNames {
  readonly objects: ReadonlyMap<number, PartName>;
  readonly tensors: ReadonlyMap<object, PartName>;
}

/** What everything is called that can be reached from some values of the program. */
export function partNames(m: Machine, roots: readonly (PartName & { readonly value: Value })[]): PartNames {
  const objects = new Map<number, PartName>();
  const tensors = new Map<object, PartName>();
  const pending = [...roots];
  for (let next = pending.shift(); next && objects.size < MOST_PARTS; next = pending.shift()) {
    const { value, path, span } = next;
    if (value.kind === "tensor") {
      const key = value.origin ?? value;
      if (!tensors.has(key)) tensors.set(key, { path, span });
    }
    if (value.kind !== "object" || objects.has(value.id)) continue;
    objects.set(value.id, { path, span });
    for (const child of childrenOf(m, value)) {
      pending.push({ ...child, path: path ? `${path}.${child.name}` : child.name });
    }
  }
  return { objects, tensors };
}

interface Pending {
  readonly value: Value;
  readonly path: string;
  readonly span: Span | undefined;
  /** It stands in place of a layer's own weight. */
  readonly replaces: boolean;
}

const NONE: ReadonlySet<string> = new Set();

function isParameter({ value }: { readonly value: Value }): boolean {
  return value.kind === "tensor" && value.form === "parameter";
}

/** The program's own classes that a model has instances of in it, its own not counted. */
export function classesWithin(m: Machine, root: ObjectValue): ReadonlySet<ClassValue["node"]> {
  const classes = new Set<ClassValue["node"]>();
  const seen = new Set<number>([root.id]);
  const pending = childrenOf(m, root);
  for (let next = pending.pop(); next && seen.size < MOST_PARTS; next = pending.pop()) {
    const { value } = next;
    if (value.kind !== "object" || seen.has(value.id)) continue;
    seen.add(value.id);
    const object = m.heap.find(value.id);
    if (object?.type === "record" && object.prototype?.kind === "class") classes.add(object.prototype.node);
    pending.push(...childrenOf(m, value));
  }
  return classes;
}

function describe(m: Machine, { id }: ObjectValue): Pick<Part, "operation" | "parameters"> | undefined {
  const object = m.heap.find(id);
  const payload = object?.type === "record" ? object.payload : undefined;
  if (!payload) return undefined;
  for (const library of m.libraries) {
    const layer = library.describe?.(payload);
    if (layer) return { operation: layer.name, parameters: layer.parameterCount };
  }
  return undefined;
}

function childrenOf(m: Machine, { id }: ObjectValue): { name: string; value: Value; span: Span | undefined }[] {
  const object = m.heap.find(id);
  if (object?.type === "array") {
    return object.elements.map((value, i) => ({ name: String(i), value, span: object.spans?.[i] }));
  }
  if (object?.type !== "record") return [];
  const { payload } = object;
  const contained = payload && m.libraries.map((library) => library.parts?.(payload)).find((found) => found);
  const own = [...object.properties].filter(([name]) => !name.startsWith("#"));
  return [...own, ...(contained ?? [])].map(([name, value]) => ({ name, value, span: object.spans.get(name) }));
}
