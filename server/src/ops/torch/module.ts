import type {
  LayerDescription,
  NativeClass,
  NativeContext,
  NativeFunction,
  NativePayload,
} from "../../interpreter/native";
import type { NativeFunctionValue, ObjectValue, TensorValue, Value } from "../../interpreter/value";
import { LOST_TENSOR, SOME_BOOLEAN, UNDEFINED } from "../../interpreter/value";
import type { Span } from "../../ir";
import { add, constant, unknownDim } from "../../shape/dim";
import type { Shape } from "../../shape/shape";
import { numel } from "../../shape/shape";
import { contiguousStrides } from "../../shape/strides";
import type { Arguments, BoundArguments, OperationContext, Parameters, Source, Sources } from "../operation";
import { bindArguments, operationContext, unknownResult } from "../operation";
import { documentationPage } from "./result";
import { checkRegistration } from "./unregistered";
import type { TorchContext } from "./result";

/** What the forward pass of a module sees: the call, and the arguments of the constructor. */
export interface ModuleContext extends TorchContext {
  /** Where a parameter of the constructor was given. */
  declared(parameter: string): Source | undefined;
  /** Within a `Sequential`: where the layer stands in its list, so that another one can be put before it. */
  readonly listed: Span | undefined;
}

/** The learnable tensors of a module, by name. */
export type Weights = Readonly<Record<string, Shape>>;

export interface ModuleDefinition<C extends Parameters, F extends Parameters> {
  readonly name: string;
  /** The constructor's, in their positional order. */
  readonly parameters: C;
  /** Reports what is wrong with the configuration alone. */
  check?(config: Arguments<C>, cx: OperationContext): void;
  weights?(config: Arguments<C>, cx: NativeContext): Weights;
  readonly forward: {
    readonly parameters: F;
    result(args: Arguments<F>, config: Arguments<C>, cx: ModuleContext): Value;
  };
}

/** A definition whose parameters' types are forgotten: what a payload can hold. */
interface Definition {
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly weights: Weights;
  readonly forwardParameters: Parameters;
  forward(args: BoundArguments["args"], cx: ModuleContext): Value;
}

/** A built-in module with its configuration; immutable. */
interface ModulePayload extends NativePayload {
  readonly kind: "module";
  readonly definition: Definition;
  readonly sources: Sources;
}

/** Two layers of one kind, made with the same arguments. */
function sameLayer({ definition: a }: ModulePayload, { definition: b }: ModulePayload): boolean {
  const settings = Object.keys(a.config);
  return a.name === b.name && settings.every((name) => sameSetting(a.config[name], b.config[name]));
}

/** Sizes are equal where they are one object. */
function sameSetting(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((each, i) => sameSetting(each, b[i]));
  return a === b;
}

function modulePayload(cx: NativeContext, self: Value): ModulePayload | undefined {
  const payload = cx.payload(self);
  return payload?.kind === "module" ? (payload as ModulePayload) : undefined;
}

/** A built-in module as people read of it; undefined for what is none. */
export function describeModule(payload: NativePayload): LayerDescription | undefined {
  if (payload.kind !== "module") return undefined;
  const { definition, sources } = payload as ModulePayload;
  const parameterCount = Object.values(definition.weights).map(numel).reduce(add, constant(0));
  return { name: definition.name, settings: sources, parameterCount };
}

/** A class of `torch.nn`. Its instances are called with the forward parameters. */
export function moduleClass<C extends Parameters, F extends Parameters>(
  definition: ModuleDefinition<C, F>,
): NativeClass {
  return {
    name: definition.name,
    documentation: documentationPage(`torch.nn.${definition.name}`),
    superclass: Module,
    construct(cx, self) {
      const bound = bindArguments("torch", definition.parameters, cx.site.args, cx.site.complete, cx);
      if (!bound) return;
      const config = bound.args as Arguments<C>;
      definition.check?.(config, operationContext(cx, definition.name, bound.sources));
      const payload: ModulePayload = {
        kind: "module",
        isLike: (other) => other.kind === "module" && sameLayer(payload, other as ModulePayload),
        definition: {
          name: definition.name,
          config,
          weights: definition.weights?.(config, cx) ?? {},
          forwardParameters: definition.forward.parameters,
          forward: (args, moduleContext) => definition.forward.result(args as Arguments<F>, config, moduleContext),
        },
        sources: bound.sources,
      };
      cx.setPayload(self, payload);
    },
    member(cx, self, name) {
      const weights = weightsOf(cx, self);
      const shape = Object.hasOwn(weights, name) ? weights[name] : undefined;
      if (shape) return parameterTensor(shape);
      return settingOf(cx, self, name) ?? moduleMember(cx, self, name);
    },
    invoke: (cx, self) => runModule(cx, self),
  };
}

/** Sizes that a module was made with can be read from it: `lstm.hiddenSize`. Other settings are kept in other forms. */
function settingOf(cx: NativeContext, self: Value, name: string): Value | undefined {
  const setting = modulePayload(cx, self)?.sources.get(name)?.value;
  return setting?.kind === "integer" ? setting : undefined;
}

function parameterTensor(shape: Shape): TensorValue {
  return {
    kind: "tensor",
    dialect: "torch",
    shape,
    dtype: "float32",
    strides: contiguousStrides(shape),
    form: "parameter",
    origin: undefined,
    content: undefined,
  };
}

/** Where a layer stands in the list of a `Sequential`, and the layer before it. */
export interface ListPlace {
  readonly listed?: Span;
  readonly previous?: Span | undefined;
}

/** Runs a built-in module's forward pass on the arguments of the call. */
export function runModule(cx: NativeContext, self: Value, place: ListPlace = {}): Value {
  const result = forwardPass(cx, self, place);
  if (modulePayload(cx, self)) cx.trace(result);
  return result;
}

/** The same for a module that only stands for those that run: nobody is told. */
export function forwardPass(cx: NativeContext, self: Value, place: ListPlace = {}): Value {
  const payload = modulePayload(cx, self);
  if (!payload) return unknownResult(cx.site.args);
  const { definition } = payload;
  const bound = bindArguments("torch", definition.forwardParameters, cx.site.args, cx.site.complete, cx);
  if (!bound) return unknownResult(cx.site.args);
  const details = {
    args: { ...definition.config, ...bound.args },
    weights: definition.weights,
    layer: self.kind === "object" ? self.id : undefined,
    documentation: documentationPage(`torch.nn.${definition.name}`),
  };
  const moduleContext: ModuleContext = Object.assign(operationContext(cx, definition.name, bound.sources, details), {
    declared: (parameter: string) => payload.sources.get(parameter),
    listed: place.listed,
    originSpan: place.listed,
    previousSpan: place.previous,
  });
  return definition.forward(bound.args, moduleContext);
}

/** Whether a value is an instance of a module class, the library's or the user's. */
export function isModuleInstance(cx: NativeContext, value: Value): value is ObjectValue {
  if (value.kind !== "object" || cx.lengthOf(value) !== undefined) return false;
  let made: Value | undefined = cx.getProperty(value, "constructor");
  while (made?.kind === "class") made = made.superclass;
  let native = made?.kind === "nativeClass" ? made.native : undefined;
  while (native && native !== Module) native = native.superclass;
  return native === Module;
}

/** The learnable tensors of a built-in module itself. */
export function weightsOf(cx: NativeContext, value: Value): Weights {
  return modulePayload(cx, value)?.definition.weights ?? {};
}

/** Whether a value is an instance of a built-in module whose configuration is known. */
export function isBuiltIn(cx: NativeContext, value: Value): boolean {
  return modulePayload(cx, value) !== undefined;
}

export function native(name: string, invoke: NativeFunction["invoke"]): NativeFunctionValue {
  return { kind: "native", native: { name, invoke }, self: undefined, selfSpan: undefined };
}

/** A method that changes nothing about shapes and returns what it is called on. */
export function fluent(name: string): NativeFunctionValue {
  return native(name, (_cx, self) => self ?? UNDEFINED);
}

/** A method whose result nobody uses. */
export function silent(name: string): NativeFunctionValue {
  return native(name, () => UNDEFINED);
}

const someParameter: TensorValue = { ...parameterTensor([]), shape: undefined, strides: undefined };

/** `registerModule`, `registerParameter` and `registerBuffer` set a field by name. */
function register(name: string): NativeFunctionValue {
  return native(name, (cx, self) => {
    const [field, value] = cx.site.args;
    const name = field?.value.kind === "string" ? field.value.value : undefined;
    if (self?.kind === "object") cx.setProperty(self, name, value?.value ?? UNDEFINED);
    return UNDEFINED;
  });
}

const parameters = native("parameters", (cx) => cx.list(someParameter, unknownDim(0)));

const forward = native("forward", (cx, self) => (self ? runModule(cx, self) : LOST_TENSOR));

const members: ReadonlyMap<string, Value> = new Map(
  [
    ...["train", "eval", "to", "apply", "float", "requiresGrad_", "cpu", "cuda"].map(fluent),
    ...["zeroGrad", "loadStateDict"].map(silent),
    parameters,
    ...["registerBuffer", "registerParameter", "registerModule"].map(register),
  ].map((one) => [one.native.name, one]),
);

function moduleMember(cx: NativeContext, self: ObjectValue, name: string): Value | undefined {
  if (name === "forward") return isBuiltIn(cx, self) ? forward : undefined;
  return name === "training" ? SOME_BOOLEAN : members.get(name);
}

/** `nn.Module`: what user classes extend. Their `forward` is run by the interpreter. */
export const Module: NativeClass = {
  name: "Module",
  documentation: documentationPage("torch.nn.Module"),
  member: moduleMember,
  constructed: checkRegistration,
};
