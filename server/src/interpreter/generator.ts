import { unknownDim } from "../shape/dim";
import { Unreachable } from "./branch";
import { natives } from "./builtins/define";
import { generatorEnds } from "./function";
import type { FunctionCall } from "./function";
import type { Layer } from "./heap";
import { recordObject } from "./heap";
import type { Machine } from "./machine";
import { mergeInto } from "./merge";
import type { NativeClass, NativePayload } from "./native";
import { NativeCall } from "./native-call";
import { joinValues } from "./property";
import type { FunctionValue, ObjectValue, Value } from "./value";
import { SOME_BOOLEAN, TRUE, UNDEFINED, UNKNOWN } from "./value";

/** What a generator will run when somebody asks it for values. */
export interface GeneratorPayload extends NativePayload {
  readonly kind: "generator";
  readonly fn: FunctionValue;
  readonly call: FunctionCall;
}

/** The property that tells that a generator has given what it has. */
const SPENT = "*spent*";

const members = natives({
  // Where in its body a generator stands is not followed: anything in it may run, and any of its values come.
  next: (cx, self) => {
    const payload = cx instanceof NativeCall ? generatorPayload(cx.machine, self) : undefined;
    if (!payload || !(cx instanceof NativeCall)) return UNKNOWN;
    return cx.record({ value: cx.anyYielded(payload), done: SOME_BOOLEAN });
  },
  return: (cx, _self, [value = UNDEFINED]) => cx.record({ value, done: TRUE }),
  toArray: (cx, self) => {
    const elements = cx.iterated(self);
    return elements ? cx.array(elements) : cx.list(cx.anyElement(self), unknownDim(0));
  },
  "@@iterator": (_cx, self) => self,
  "@@asyncIterator": (_cx, self) => self,
});

const GENERATOR: NativeClass = { name: "Generator", member: (_cx, _self, name) => members.get(name) };

/** What calling a generator function gives: nothing of its body has run yet. */
export function createGenerator(m: Machine, fn: FunctionValue, call: FunctionCall): ObjectValue {
  const payload: GeneratorPayload = { kind: "generator", fn, call };
  return m.heap.allocate(recordObject({ prototype: { kind: "nativeClass", native: GENERATOR }, payload }));
}

export function generatorPayload(m: Machine, value: Value): GeneratorPayload | undefined {
  const object = value.kind === "object" ? m.heap.object(value) : undefined;
  const payload = object?.type === "record" ? object.payload : undefined;
  return payload?.kind === "generator" ? (payload as GeneratorPayload) : undefined;
}

/** Takes what a generator has to give, once; `undefined` for what is none, or has perhaps given it already. */
export function takeGenerator(m: Machine, value: Value): GeneratorPayload | "spent" | undefined {
  const payload = generatorPayload(m, value);
  if (!payload || value.kind !== "object") return undefined;
  const object = m.heap.mutate(value);
  if (object.type !== "record") return undefined;
  const spent = object.properties.get(SPENT);
  object.properties.set(SPENT, TRUE);
  if (!spent && !object.open) return payload;
  return spent === TRUE ? "spent" : undefined;
}

/** Runs a generator to its end, and gives an array of what it yields. At most `limit` values are asked for. */
export function collectYields(m: Machine, { fn, call }: GeneratorPayload, limit = Infinity): ObjectValue {
  const sink = m.heap.allocate({ type: "array", elements: [] });
  const base = m.heap.layer;
  m.heap.push();
  const stops: Layer[] = [];
  const ends = generatorEnds(m, fn, call, (value) => {
    append(m, sink, value);
    const object = m.heap.object(sink);
    if (object.type === "array" && object.elements.length >= limit) {
      stops.push(m.heap.layer);
      throw new Unreachable();
    }
    return UNDEFINED;
  });
  m.heap.layer = base;
  if (ends.length + stops.length === 0) throw new Unreachable();
  mergeInto(m.heap, base, [...ends, ...stops]);
  return sink;
}

function append(m: Machine, sink: ObjectValue, value: Value): void {
  const object = m.heap.mutate(sink);
  if (object.type === "array") object.elements.push(value);
  else if (object.type === "list") {
    const element = joinValues(m, [object.element, value]);
    m.heap.replace(sink, { ...object, element, length: undefined });
  }
}
