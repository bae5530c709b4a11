import { lossOf } from "../interpreter/loss";
import type { Argument, NativeContext, NativeFunction } from "../interpreter/native";
import type { Span } from "../ir";
import { spanning } from "../ir";
import type { CallDetails, Dialect, Value } from "../interpreter/value";
import { LOST_TENSOR, UNDEFINED, UNKNOWN, lost, unknownTensor } from "../interpreter/value";
import type { Parameter, Read } from "./parameter";
import { UNDETERMINED } from "./parameter";

/** The parameters of an operation, in their positional order. */
export type Parameters = Readonly<Record<string, Parameter<unknown>>>;
export type Arguments<P extends Parameters> = { readonly [K in keyof P]: P[K] extends Parameter<infer T> ? T : never };

/** Where an argument stands, for messages and fixes. */
export interface Source {
  /** The argument's expression. */
  readonly span: Span;
  /** The literal that its number was declared with, maybe elsewhere. */
  readonly literal: Span | undefined;
  /** What it is, where that was kept. */
  readonly value?: Value;
  /** It was given by name, in an object of options. */
  readonly named?: boolean | undefined;
}

interface GivenArgument extends Argument {
  readonly named?: boolean;
}
export type Sources = ReadonlyMap<string, Source>;

export interface OperationContext extends NativeContext {
  /** The operation's name, as messages and origins call it. */
  readonly operation: string;
  /** For the origin of what the operation makes. */
  readonly details?: CallDetails | undefined;
  source(parameter: string): Source | undefined;
}

/**
 * One operation. To add one: name its parameters in order, and compute the result from the arguments. `result` runs only when every
 * argument could be read; otherwise the call is unknown and silent.
 */
export interface OperationDefinition<P extends Parameters> {
  readonly name: string;
  /** The page of the library's documentation that this entry follows. */
  readonly documentation: string;
  readonly parameters: P;
  /** The library of the one tensor that it gives, whatever it is called with; absent where it may give something else. */
  readonly gives?: Dialect | undefined;
  result(args: Arguments<P>, cx: OperationContext): Value;
}

/** `options`: how trailing named options come. In the torch dialect, a plain object after the positional arguments names the rest. */
export type Convention = "torch" | "positional" | "config";

export interface Operation extends NativeFunction {
  readonly parameters: Parameters;
}

/** An operation as a function value: `torch.cat([a, b], 0)`; as a method, its receiver is the first argument. */
export function operation<P extends Parameters>(convention: Convention, definition: OperationDefinition<P>): Operation {
  return {
    name: definition.name,
    documentation: definition.documentation,
    parameters: definition.parameters,
    invoke(cx, self) {
      const receiver: Argument[] = self && cx.site.receiver ? [{ value: self, span: cx.site.receiver.span }] : [];
      const given = [...receiver, ...cx.site.args];
      const bound = bindArguments(convention, definition.parameters, given, cx.site.complete, cx);
      if (!bound)
        return definition.gives
          ? unknownTensorOf(cx, definition, given)
          : unknownResult(given, convention === "positional");
      const details = { args: bound.args, documentation: definition.documentation };
      const inner = operationContext(cx, definition.name, bound.sources, details);
      return definition.result(bound.args as Arguments<P>, inner);
    },
  };
}

export function operationContext(
  cx: NativeContext,
  name: string,
  sources: Sources,
  details?: CallDetails,
): OperationContext {
  return cx.with({ operation: name, details, source: (parameter: string) => sources.get(parameter) });
}

/** Unknown; a lost tensor when a tensor went in, or when tensors are all that comes out. */
export function unknownResult(args: readonly Argument[], isTensor = false): Value {
  const tensorLike =
    isTensor || args.some(({ value }) => value.kind === "tensor" || (value.kind === "unknown" && value.tensorLike));
  const culprit = args.find(({ value }) => value.kind === "unknown");
  return lost(tensorLike ? LOST_TENSOR : UNKNOWN, culprit && lossOf(culprit.value));
}

/** The tensor that a call gives of which the arguments are not known. */
function unknownTensorOf(
  cx: NativeContext,
  { name, gives }: Pick<OperationDefinition<Parameters>, "name" | "gives">,
  args: readonly Argument[],
): Value {
  const inputs = args.flatMap(({ value }) => (value.kind === "tensor" ? [value] : []));
  const because = lossOf(unknownResult(args));
  return unknownTensor(gives, { operation: name, span: cx.site.span, inputs }, because);
}

export interface BoundArguments {
  readonly args: Readonly<Record<string, unknown>>;
  readonly sources: Sources;
}

/** Matches arguments with parameters; `undefined` when one of them cannot be read. */
export function bindArguments(
  convention: Convention,
  parameters: Parameters,
  given: readonly Argument[],
  complete: boolean,
  cx: NativeContext,
): BoundArguments | undefined {
  const named = namedArguments(convention, parameters, given, complete, cx);
  if (!named) return undefined;
  const args: Record<string, unknown> = {};
  const sources = new Map<string, Source>();
  for (const [name, parameter] of Object.entries(parameters)) {
    const argument = named.get(name);
    const read = readArgument(parameter, argument, cx);
    if (read === UNDETERMINED) return undefined;
    args[name] = read;
    if (argument) {
      sources.set(name, {
        span: argument.span,
        literal: literalOf(argument.value),
        value: argument.value,
        named: argument.named,
      });
    }
  }
  return { args, sources };
}

function readArgument(parameter: Parameter<unknown>, argument: Argument | undefined, cx: NativeContext): Read<unknown> {
  if (!argument || argument.value.kind === "undefined") return parameter.absent ? parameter.absent.value : UNDETERMINED;
  if (argument.value.kind === "null" && parameter.absent && parameter.absent.value === undefined) return undefined;
  return parameter.read(argument.value, cx);
}

function literalOf(value: Value): Span | undefined {
  return value.kind === "integer" ? value.literal : undefined;
}

function namedArguments(
  convention: Convention,
  parameters: Parameters,
  given: readonly Argument[],
  complete: boolean,
  cx: NativeContext,
): Map<string, GivenArgument> | undefined {
  if (!complete) return undefined;
  const named = new Map<string, GivenArgument>();
  const names = Object.keys(parameters);
  if (convention === "config") {
    const config = given[0];
    if (!config) return named;
    return addOptions(named, config, cx);
  }
  let position = 0;
  for (const [index, argument] of given.entries()) {
    const name = names[position];
    const parameter = name === undefined ? undefined : parameters[name];
    const options =
      convention === "torch" &&
      index === given.length - 1 &&
      !parameter?.takesObject &&
      cx.properties(argument.value) &&
      !cx.elements(argument.value);
    if (options) return addOptions(named, argument, cx);
    if (name === undefined || !parameter) continue;
    const isList = isArrayLike(argument.value, cx) && !standsAmong(given.slice(index), position === names.length - 1);
    if (parameter.variadic && !isList) {
      // Whatever follows belongs to this parameter, except trailing options.
      const rest = given.slice(index);
      const last = rest.at(-1);
      const trailing =
        convention === "torch" && last && cx.properties(last.value) && !cx.elements(last.value)
          ? rest.pop()
          : undefined;
      const first = rest[0] ?? argument;
      const end = rest.at(-1) ?? argument;
      named.set(name, { value: cx.array(rest.map((one) => one.value)), span: spanning(first.span, end.span) });
      return trailing ? addOptions(named, trailing, cx) : named;
    }
    named.set(name, argument);
    position++;
  }
  return named;
}

/** What is not known is one of several numbers, not an array of them, when more numbers follow, or when nothing else can follow. */
function standsAmong([first, ...others]: readonly Argument[], isLast: boolean): boolean {
  if (first?.value.kind !== "unknown" || others.length === 0) return false;
  return isLast || others.some(({ value }) => ["integer", "float", "ratio"].includes(value.kind));
}

function isArrayLike(value: Value, cx: NativeContext): boolean {
  return (
    value.kind === "unknown" ||
    (value.kind === "object" && cx.payload(value) === undefined && cx.properties(value) === undefined) ||
    cx.elements(value) !== undefined
  );
}

function addOptions(
  named: Map<string, GivenArgument>,
  options: Argument,
  cx: NativeContext,
): Map<string, GivenArgument> | undefined {
  if (options.value.kind === "undefined" || options.value.kind === "null") return named;
  const properties = cx.properties(options.value);
  if (!properties) return undefined;
  for (const [name, value] of properties) {
    if (value !== UNDEFINED)
      named.set(name, { value, span: cx.propertySpan(options.value, name) ?? options.span, named: true });
  }
  return named;
}
