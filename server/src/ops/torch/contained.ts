import type { Argument, NativeContext, NativePayload } from "../../interpreter/native";
import type { ObjectValue, Value } from "../../interpreter/value";

/** Modules in an order. `unknown` is what any of them is when they are not all known. */
export interface ModuleSequence extends NativePayload {
  readonly kind: "moduleSequence";
  readonly items: readonly Argument[] | undefined;
  readonly unknown: Value;
}

export function sequenceOf(cx: NativeContext, self: Value): ModuleSequence | undefined {
  const payload = cx.payload(self);
  return payload?.kind === "moduleSequence" ? (payload as ModuleSequence) : undefined;
}

export function keep(
  cx: NativeContext,
  self: ObjectValue,
  items: readonly Argument[] | undefined,
  unknown: Value,
): void {
  const payload: ModuleSequence = { kind: "moduleSequence", items, unknown };
  cx.setPayload(self, payload);
}

/** Modules by name. */
export interface NamedModules extends NativePayload {
  readonly kind: "moduleDict";
  readonly modules: ReadonlyMap<string, Value>;
}

/** The modules of a container, by the names that PyTorch gives them; undefined for what is none. */
export function namedParts(payload: NativePayload): ReadonlyMap<string, Value> | undefined {
  if (payload.kind === "moduleDict") return (payload as NamedModules).modules;
  if (payload.kind !== "moduleSequence") return undefined;
  const items = (payload as ModuleSequence).items ?? [];
  return new Map(items.map(({ value }, i) => [String(i), value]));
}

/** The modules within a container; undefined for what is none, or when they are not known one by one. */
export function containedModules(cx: NativeContext, self: Value): readonly Value[] | undefined {
  const payload = cx.payload(self);
  if (payload?.kind === "moduleDict") return [...(payload as NamedModules).modules.values()];
  const sequence = sequenceOf(cx, self);
  return sequence && (sequence.items?.map((item) => item.value) ?? [sequence.unknown]);
}
