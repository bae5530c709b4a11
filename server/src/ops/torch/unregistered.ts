import type { NativeContext } from "../../interpreter/native";
import type { ObjectValue, TensorValue, Value } from "../../interpreter/value";
import { unregistered } from "../../rules/unregistered-module";
import { containedModules, sequenceOf } from "./contained";
import { isModuleInstance, weightsOf } from "./module";

/** Fields within fields are looked into this deep. */
const DEEPEST = 4;

/** Methods with which a class says itself what it learns. */
const OWN_ACCOUNT = ["parameters", "namedParameters", "namedChildren", "namedModules"];

/**
 * Reports the fields of a new instance of a user's module class that hold modules or parameters which `parameters()` does not find. Only
 * what was made during the construction counts: what the constructor was given may be hidden on purpose.
 */
export function checkRegistration(cx: NativeContext, self: ObjectValue): void {
  const fields = cx.fields(self);
  if (!fields || OWN_ACCOUNT.some((name) => cx.getProperty(self, name).kind === "function")) return;
  const isFound = registered(cx, self);
  if (!isFound) return;
  for (const [name, value] of fields) {
    const span = cx.propertySpan(self, name);
    if (!span) continue;
    const isPrivate = name.startsWith("#");
    const inside = isPrivate ? learnables(cx, value, 0) : isModuleInstance(cx, value) ? [] : kept(cx, value, 0);
    const lost = inside.filter((one) => !isFound(one) && isMadeBy(cx, self, one));
    const [first] = lost;
    if (!first) continue;
    const isList = cx.lengthOf(value) !== undefined;
    const isEmptyLiteral = span.end - span.start <= "[]".length;
    cx.report(
      unregistered({
        field: `${className(cx, self)}${name}`,
        kept: first.kind === "tensor" ? "parameters" : "modules",
        count: isList && !cx.elements(value) ? undefined : lost.length,
        span,
        container: isPrivate ? undefined : containerFor(first, isList),
        wrappable: !isEmptyLiteral && (isList || (first.kind === "object" && cx.properties(value) !== undefined)),
      }),
    );
  }
}

function className(cx: NativeContext, self: ObjectValue): string {
  const made = cx.getProperty(self, "constructor");
  return made.kind === "class" ? `${made.name}.` : "";
}

function containerFor(first: Value, isList: boolean): string {
  if (first.kind === "tensor") return "nn.ParameterList";
  return isList ? "nn.ModuleList" : "nn.ModuleDict";
}

/** Objects are numbered in the order in which they are made; a parameter's place is where it was made. */
function isMadeBy(cx: NativeContext, self: ObjectValue, value: ObjectValue | TensorValue): boolean {
  if (value.kind === "object") return value.id > self.id;
  const { span } = cx.site;
  const made = value.origin?.span;
  return made?.file === span.file && made.start >= span.start && made.end <= span.end;
}

/**
 * Whether a module or parameter can be reached from a module through what is registered. Undefined where something registered may
 * hold anything, as a list to which a loop has appended.
 */
function registered(cx: NativeContext, self: ObjectValue): ((value: ObjectValue | TensorValue) => boolean) | undefined {
  const ids = new Set<number>();
  const parameters = new Set<Value>();
  let isCertain = true;
  const visit = (value: Value, depth: number): void => {
    if (value.kind === "tensor") return void parameters.add(value);
    if (value.kind !== "object" || ids.has(value.id) || depth > DEEPEST) return;
    ids.add(value.id);
    if (mayHoldMore(cx, value)) isCertain = false;
    for (const child of children(cx, value)) visit(child, depth + 1);
  };
  for (const child of children(cx, self)) visit(child, 0);
  if (!isCertain) return undefined;
  return (value) => (value.kind === "object" ? ids.has(value.id) : parameters.has(value));
}

/** A container whose modules are not known one by one, or a module whose fields are not. */
function mayHoldMore(cx: NativeContext, module: ObjectValue): boolean {
  const sequence = sequenceOf(cx, module);
  if (sequence) return sequence.items === undefined;
  if (cx.payload(module) !== undefined) return false;
  return cx.fields(module) === undefined || cx.getProperty(module, "constructor").kind === "nativeClass";
}

/** What a module registers itself. */
function children(cx: NativeContext, module: ObjectValue): readonly Value[] {
  const contained = containedModules(cx, module);
  const fields = [...(cx.fields(module) ?? [])].filter(([name]) => !name.startsWith("#")).map(([, value]) => value);
  return [...(contained ?? []), ...fields].filter((value) => isModuleInstance(cx, value) || isParameter(value));
}

/** The learnable modules and parameters in an array, a plain object or a map, or in those within it. */
function kept(cx: NativeContext, value: Value, depth: number): (ObjectValue | TensorValue)[] {
  if (value.kind !== "object" || depth > DEEPEST) return [];
  const inside = cx.elements(value) ?? cx.properties(value)?.values() ?? cx.mapValues(value);
  const all = inside ? [...inside] : cx.lengthOf(value) === undefined ? [] : [cx.anyElement(value)];
  return all.flatMap((each) => learnables(cx, each, depth + 1));
}

function learnables(cx: NativeContext, value: Value, depth: number): (ObjectValue | TensorValue)[] {
  if (isParameter(value)) return [value];
  if (value.kind !== "object") return [];
  if (!isModuleInstance(cx, value)) return kept(cx, value, depth);
  return learns(cx, value, 0) ? [value] : [];
}

/** Whether a module surely has weights, itself or in what it registers. */
function learns(cx: NativeContext, module: ObjectValue, depth: number): boolean {
  if (depth > DEEPEST) return false;
  if (Object.keys(weightsOf(cx, module)).length > 0) return true;
  return children(cx, module).some(
    (child) => isParameter(child) || (child.kind === "object" && learns(cx, child, depth + 1)),
  );
}

function isParameter(value: Value): value is TensorValue {
  return value.kind === "tensor" && value.form === "parameter";
}
