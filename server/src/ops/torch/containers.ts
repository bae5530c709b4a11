import type { Argument, NativeClass, NativeContext } from "../../interpreter/native";
import type { ObjectValue, Value } from "../../interpreter/value";
import { integer, LOST_TENSOR, string, UNDEFINED, UNKNOWN } from "../../interpreter/value";
import type { Span } from "../../ir";
import { constant, unknownDim } from "../../shape/dim";
import { unknownResult } from "../operation";
import type { ModuleSequence, NamedModules } from "./contained";
import { keep, sequenceOf } from "./contained";
import { isBuiltIn, Module, native, runModule } from "./module";
import { documentationPage } from "./result";

/** An array with the modules, for iterating and for the methods that arrays have. */
function asArray(cx: NativeContext, sequence: ModuleSequence): ObjectValue {
  return sequence.items ? cx.array(sequence.items.map((item) => item.value)) : cx.list(sequence.unknown, unknownDim(0));
}

/** `append` and `push` add one more module. */
const append = native("append", (cx, self) => {
  const sequence = self && sequenceOf(cx, self);
  if (self?.kind === "object" && sequence) {
    const [added] = cx.site.args;
    keep(cx, self, added && sequence.items ? [...sequence.items, added] : undefined, sequence.unknown);
  }
  return self ?? UNDEFINED;
});

const ARRAY_METHODS = new Set(["forEach", "map", "at", "slice", "entries", "reduce", "every", "some"]);

function sequenceMember(cx: NativeContext, self: ObjectValue, name: string): Value | undefined {
  const sequence = sequenceOf(cx, self);
  if (!sequence) return undefined;
  if (name === "*elements*") return asArray(cx, sequence);
  if (name === "length") return integer(sequence.items ? constant(sequence.items.length) : unknownDim(0));
  if (name === "append" || name === "push") return append;
  if (ARRAY_METHODS.has(name)) {
    const method = cx.getProperty(asArray(cx, sequence), name);
    return native(name, (call) =>
      call.call(
        method,
        call.site.args.map((arg) => arg.value),
      ),
    );
  }
  const index = Number(name);
  if (!Number.isInteger(index)) return undefined;
  return sequence.items ? sequence.items.at(index)?.value : sequence.unknown;
}

/** Each module is given what the one before it returned. */
function runInOrder(cx: NativeContext, self: ObjectValue): Value {
  const sequence = sequenceOf(cx, self);
  const [first] = cx.site.args;
  if (!sequence?.items || !first || !cx.site.complete) return unknownResult(cx.site.args);
  const { items } = sequence;
  return cx.within(self, () => {
    let passed = first;
    let previous: Span | undefined;
    for (const { value: item, span } of items) {
      const value = isBuiltIn(cx, item)
        ? runModule(withArgument(cx, passed), item, { listed: span, previous })
        : cx.call(item, [passed.value]);
      passed = { value, span };
      previous = span;
    }
    return passed.value;
  });
}

function withArgument(cx: NativeContext, argument: Argument): NativeContext {
  return cx.with({ site: { ...cx.site, receiver: undefined, args: [argument] } });
}

const forward = native("forward", (cx, self) => (self?.kind === "object" ? runInOrder(cx, self) : LOST_TENSOR));

export const Sequential: NativeClass = {
  name: "Sequential",
  documentation: documentationPage("torch.nn.Sequential"),
  superclass: Module,
  construct(cx, self) {
    keep(cx, self, cx.site.complete ? cx.site.args : undefined, LOST_TENSOR);
  },
  member: (cx, self, name) =>
    name === "forward" ? forward : (sequenceMember(cx, self, name) ?? Module.member?.(cx, self, name)),
  invoke: runInOrder,
};

export const ModuleList: NativeClass = {
  name: "ModuleList",
  documentation: documentationPage("torch.nn.ModuleList"),
  superclass: Module,
  construct(cx, self) {
    const [list] = cx.site.args;
    if (!list) return keep(cx, self, [], LOST_TENSOR);
    const elements = cx.elements(list.value);
    if (elements)
      keep(
        cx,
        self,
        elements.map((value) => ({ value, span: list.span })),
        LOST_TENSOR,
      );
    else keep(cx, self, undefined, cx.anyElement(list.value));
  },
  member: (cx, self, name) => sequenceMember(cx, self, name) ?? Module.member?.(cx, self, name),
};

function modulesOf(cx: NativeContext, self: Value | undefined): ReadonlyMap<string, Value> | undefined {
  const payload = self && cx.payload(self);
  return payload?.kind === "moduleDict" ? (payload as NamedModules).modules : undefined;
}

function keepByName(cx: NativeContext, self: ObjectValue, modules: ReadonlyMap<string, Value>): void {
  const payload: NamedModules = { kind: "moduleDict", modules };
  cx.setPayload(self, payload);
}

const get = native("get", (cx, self) => {
  const name = cx.site.args[0]?.value;
  if (self?.kind !== "object" || name?.kind !== "string" || name.value === undefined) return LOST_TENSOR;
  return ModuleDict.member?.(cx, self, name.value) ?? UNDEFINED;
});

const set = native("set", (cx, self) => {
  const [name, module] = cx.site.args.map(({ value }) => value);
  const modules = modulesOf(cx, self);
  if (self?.kind !== "object" || !modules) return self ?? UNDEFINED;
  if (name?.kind === "string" && name.value !== undefined && module)
    keepByName(cx, self, new Map(modules).set(name.value, module));
  // Any of them may be another one now.
  else cx.setPayload(self, { kind: "lostModuleDict" });
  return self;
});

/** A method that lists what is in the dictionary, in the order in which it was put there. */
function listing(name: string, list: (modules: ReadonlyMap<string, Value>, cx: NativeContext) => Value[]): Value {
  return native(name, (cx, self) => {
    const modules = modulesOf(cx, self);
    return modules ? cx.array(list(modules, cx)) : UNKNOWN;
  });
}

const DICTIONARY_METHODS: ReadonlyMap<string, Value> = new Map([
  ["get", get],
  ["set", set],
  ["keys", listing("keys", (modules) => [...modules.keys()].map(string))],
  ["values", listing("values", (modules) => [...modules.values()])],
  [
    "entries",
    listing("entries", (modules, cx) => [...modules].map(([name, module]) => cx.array([string(name), module]))),
  ],
]);

export const ModuleDict: NativeClass = {
  name: "ModuleDict",
  documentation: documentationPage("torch.nn.ModuleDict"),
  superclass: Module,
  construct(cx, self) {
    const modules = cx.site.args[0] ? cx.properties(cx.site.args[0].value) : new Map<string, Value>();
    if (modules) keepByName(cx, self, new Map(modules));
  },
  member: (cx, self, name) =>
    DICTIONARY_METHODS.get(name) ?? modulesOf(cx, self)?.get(name) ?? Module.member?.(cx, self, name),
};

/** `nn.ParameterList`: holds parameters as `ModuleList` holds modules. */
export const ParameterList: NativeClass = {
  ...ModuleList,
  name: "ParameterList",
  documentation: documentationPage("torch.nn.ParameterList"),
};
