import type { NativeFunction } from "../../../interpreter/native";
import type { TensorValue, Value } from "../../../interpreter/value";
import { UNKNOWN } from "../../../interpreter/value";
import { counted } from "../../../rules/evidence";
import { wrongRank } from "../../../rules/rank-mismatch";
import { mismatch, sizeMismatch } from "../../../rules/shape-mismatch";
import type { Dim } from "../../../shape/dim";
import { surelyDifferent } from "../../../shape/dim";
import type { Shape } from "../../../shape/shape";
import { formatShape } from "../../../shape/shape";
import type { Arguments, OperationContext, Parameters } from "../../operation";
import { bindArguments, operationContext } from "../../operation";
import { page } from "../tensors";
import { COMMON, declaredInput, sizedInput } from "./config";
import { layerInstance } from "./instance";
import { flattenFix, inputShapeFix, sequencesFix } from "./fixes";
import type { Layer, LayerContext, LayerOutputs } from "./layer";
import { isOpen } from "./open";
import { t } from "../../../text/translate";

/** An input of known rank. */
export type Input = TensorValue & { readonly shape: Shape };

/** A size that a layer's weights have, and that every input must have in this place from its first one on. */
export interface Lock {
  readonly axis: number;
  /** "input features" */
  readonly quantity: string;
  /** The weights cannot be made while it is open. */
  readonly needed: boolean;
}

/** How many dimensions an input may have, batch included, and what they are. */
export interface Ranks {
  readonly least: number;
  readonly most: number;
  readonly layout: string;
}

export function exactly(rank: number, layout: string): Ranks {
  return { least: rank, most: rank, layout };
}

export function atLeast(rank: number, layout: string): Ranks {
  return { least: rank, most: Infinity, layout };
}

export interface LayerDefinition<P extends Parameters> {
  /** As `tf.layers` calls it. */
  readonly name: string;
  /** Besides those that every layer takes. */
  readonly parameters: P;
  /** Absent: any. */
  readonly ranks?: Ranks | ((args: Arguments<P>) => Ranks | undefined);
  /** Later inputs must have as many dimensions as the first had. */
  readonly keepsRank?: boolean;
  /** Later inputs must have all known sizes of the first. */
  readonly whole?: boolean;
  locks?(args: Arguments<P>, input: Input): readonly Lock[];
  /** What the constructor refuses. */
  check?(args: Arguments<P>, cx: OperationContext): void;
  /** The first input's shape when `inputShape` does not say it. */
  firstShape?(args: Arguments<P>, batch: Dim | undefined): Shape | undefined;
  /** What comes out when nothing is known of what goes in, of a layer that takes several ranks. */
  outputOfAny?(args: Arguments<P>, input: TensorValue): LayerOutputs | undefined;
  /** Called with one input whose rank is right; `rest` are further ones, the states of a recurrent layer. */
  output(args: Arguments<P>, input: Input, cx: LayerContext, rest: readonly TensorValue[]): LayerOutputs | undefined;
}

/** A layer of one input, as the function of `tf.layers` that makes it. */
export function layer<P extends Parameters>(definition: LayerDefinition<P>): LayerFunction {
  return layerFunction(definition, (args) => ({
    accepts: (inputs, built, inner) => acceptsOne(definition, args, inputs, built, inner),
    outputs([input, ...rest], inner) {
      const known = input && (input.shape ? (input as Input) : ofRank(input, ranksOf(definition, args)));
      if (known) return definition.output(args, known, inner, rest);
      return input && definition.outputOfAny?.(args, input);
    },
    batchInputShape: declaredInput(args) ?? definition.firstShape?.(args, args.batchSize),
  }));
}

function ranksOf<P extends Parameters>({ ranks }: LayerDefinition<P>, args: Arguments<P>): Ranks | undefined {
  return typeof ranks === "function" ? ranks(args) : ranks;
}

/** What goes into a layer has the rank that it takes. */
function ofRank(input: TensorValue, ranks: Ranks | undefined): Input | undefined {
  return ranks && ranks.least === ranks.most ? sizedInput(input, ranks.least) : undefined;
}

export interface MergeDefinition<P extends Parameters> {
  readonly name: string;
  readonly parameters: P;
  output(args: Arguments<P>, inputs: readonly TensorValue[], cx: LayerContext): LayerOutputs | undefined;
}

/** A layer of several inputs. */
export function mergeLayer<P extends Parameters>(definition: MergeDefinition<P>): LayerFunction {
  return layerFunction(definition, (args) => ({
    accepts: () => true,
    outputs: (inputs, inner) => definition.output(args, inputs, inner),
    batchInputShape: undefined,
  }));
}

/** A function of `tf.layers`. */
export type LayerFunction = NativeFunction;

type Behaviour = Pick<Layer, "accepts" | "outputs" | "batchInputShape">;

function layerFunction<P extends Parameters>(
  definition: Pick<LayerDefinition<P>, "name" | "parameters" | "check">,
  behaviour: (args: Arguments<P> & CommonArguments) => Behaviour,
): LayerFunction {
  const parameters = { ...definition.parameters, ...COMMON };
  return {
    name: `layers.${definition.name}`,
    documentation: page(`layers.${definition.name}`),
    invoke(cx): Value {
      const bound = bindArguments("config", parameters, cx.site.args, cx.site.complete, cx);
      if (!bound) return UNKNOWN;
      const args = bound.args as Arguments<P> & CommonArguments;
      definition.check?.(args, operationContext(cx, definition.name, bound.sources));
      const layer: Layer = {
        kind: "layer",
        name: definition.name,
        span: cx.site.span,
        path: cx.site.receiver?.path,
        sources: bound.sources,
        args: bound.args,
        inputDtype: args.dtype ?? "float32",
        stateful: "stateful" in args && args.stateful === true,
        ...behaviour(args),
      };
      return layerInstance(cx, layer, args.name ? { name: args.name } : {});
    },
  };
}

type CommonArguments = Arguments<typeof COMMON>;

function acceptsOne<P extends Parameters>(
  definition: LayerDefinition<P>,
  args: Arguments<P>,
  inputs: readonly TensorValue[],
  built: Shape | undefined,
  cx: LayerContext,
): boolean {
  const [input] = inputs;
  if (!input) return false;
  if (!input.shape) return true;
  const ranks = ranksOf(definition, args);
  if (ranks && (input.shape.length < ranks.least || input.shape.length > ranks.most)) {
    const flatten = ranks.most === 2 && input.shape.length > 2 ? flattenFix(cx.flattening) : [];
    const fixes = [...flatten, ...(input.shape.length < ranks.least ? sequencesFix(input) : [])];
    cx.report(wrongRank({ cx, input, expected: expectedRank(ranks), fixes }));
    return false;
  }
  if (definition.keepsRank && built && built.length !== input.shape.length) {
    cx.report(wrongRank({ cx, input, expected: t`${counted(built.length, "dimension")}, as its first input had` }));
    return false;
  }
  const locks = definition.whole ? wholeShape(input as Input) : (definition.locks?.(args, input as Input) ?? []);
  for (const lock of locks) checkLock(lock, input as Input, built, cx);
  return true;
}

function wholeShape(input: Input): readonly Lock[] {
  return input.shape.map((_, axis) => ({ axis, quantity: axis === 0 ? "examples" : "elements", needed: false }));
}

function expectedRank({ least, most, layout }: Ranks): string {
  return `${least === most ? "" : t`at least `}${counted(least, "dimension")}, ${layout}`;
}

function checkLock(lock: Lock, input: Input, built: Shape | undefined, cx: OperationContext): void {
  const size = input.shape[lock.axis];
  if (!size) return;
  if (lock.needed && isOpen(size) && !built) {
    cx.report(
      mismatch({
        message:
          t`${cx.operation} must know the number of ${lock.quantity} to make its weights; ` +
          t`dimension ${lock.axis} of ${formatShape(input.shape)} is left open.`,
      }),
    );
    return;
  }
  const axis = built && lock.axis - input.shape.length + built.length;
  const expected = axis === undefined ? undefined : built?.[axis];
  if (!expected || isOpen(expected) || isOpen(size) || !surelyDifferent(size, expected)) return;
  cx.report(
    sizeMismatch({
      cx,
      input,
      axis: lock.axis,
      expected,
      quantity: lock.quantity,
      parameter: t`from its first input`,
      source: undefined,
      fixes: inputShapeFix(cx, input),
    }),
  );
}
