import type { NativeContext, NativePayload } from "../../../interpreter/native";
import type { CallDetails, ObjectValue, TensorOrigin, TensorValue, Value } from "../../../interpreter/value";
import { unknownTensor } from "../../../interpreter/value";
import type { Span } from "../../../ir";
import { containsSpan } from "../../../ir";
import type { Edit, Finding } from "../../../rules/finding";
import type { Shape } from "../../../shape/shape";
import type { OperationContext, Sources } from "../../operation";
import { operationContext } from "../../operation";
import type { TensorType } from "../tensors";
import { page } from "../tensors";
import { contentOf } from "./content";
import { layerWeights } from "./weights";

/**
 * A layer, or a whole model: something that was made once and maps tensors to tensors. It is immutable data, kept as the payload of
 * the object that the program holds.
 */
export interface Layer extends NativePayload {
  readonly kind: "layer";
  /** As `tf.layers` calls it: `dense`. */
  readonly name: string;
  /** The call that made it. */
  readonly span: Span;
  /** How the code writes the namespace that the layer came from: `tf.layers`. */
  readonly path: string | undefined;
  readonly sources: Sources;
  /** What it was configured with, by parameter. */
  readonly args: Readonly<Record<string, unknown>>;
  /** The shape that its first inputs must have, batch included, when it says so: a layer that can begin a model. */
  readonly batchInputShape: Shape | undefined;
  readonly inputDtype: TensorValue["dtype"];
  /** It keeps its state from one batch to the next. */
  readonly stateful: boolean;
  /** What it refuses of its inputs, given the shape that it was built for; `false` when it reported a refusal. */
  accepts(inputs: readonly TensorValue[], built: Shape | undefined, cx: LayerContext): boolean;
  /** Of a model: its layers run on real tensors, which then tell of the layers that made them. */
  run?(inputs: readonly TensorValue[], cx: NativeContext): readonly TensorValue[];
  /** What comes out; `undefined` when that cannot be told. Reports what is wrong with the inputs. */
  outputs(inputs: readonly TensorValue[], cx: LayerContext): LayerOutputs | undefined;
}

/** The arguments of a layer that is a model and has none of its own. */
export const NESTED: Layer["args"] = {};

export interface LayerContext extends OperationContext {
  /** The edits that flatten what goes into the layer, where the code can be changed so. */
  readonly flattening: readonly Edit[] | undefined;
  /** Reports what TensorFlow.js overlooks while a model is built, and throws when it runs. */
  reportWhenRun(finding: Finding): void;
  /** Warns of something that a layer behind this one may still put right, while a model is built. */
  doubt(finding: Finding): void;
}

/** One tensor, or a list of them. */
export type LayerOutputs = (
  { readonly kind: "one"; readonly type: TensorType } | { readonly kind: "list"; readonly types: readonly TensorType[] }
) & {
  /** Of a model: what its last layers made. */
  readonly inner?: readonly TensorValue[];
};

export function one(shape: Shape | undefined, dtype: TensorType["dtype"] = "float32"): LayerOutputs {
  return { kind: "one", type: { shape, dtype } };
}

/** A tensor that a layer made: enough to compute it again from other inputs. */
export interface LayerOrigin extends TensorOrigin {
  readonly layer: Layer;
  /** Which of the layer's outputs it is. */
  readonly index: number;
  /** The shape that the layer was built for. */
  readonly built: Shape | undefined;
  /** As it was made: a tensor that was joined with another since has another shape. */
  readonly shape: Shape | undefined;
  /** The object of the program that was applied. */
  readonly object: ObjectValue | undefined;
  /** The edits that flatten what goes into it. */
  readonly flattening: readonly Edit[] | undefined;
  /** What was reported that only running the model would show. */
  readonly postponed: readonly Finding[];
  /** What was warned of, unless a later layer shows that it was meant. */
  readonly doubts: readonly Finding[];
  /** The layer has reported what is wrong, so that the model that it is in need not say it again. */
  readonly refused: boolean;
}

export function layerOrigin(tensor: TensorValue): LayerOrigin | undefined {
  const origin = tensor.origin;
  if (!origin || !("layer" in origin)) return undefined;
  const made = origin as LayerOrigin;
  const intact = made.shape === tensor.shape || made.shape?.every((size, i) => size === tensor.shape?.[i]);
  return intact ? made : undefined;
}

export interface Application {
  readonly outputs: readonly TensorValue[];
  readonly kind: "one" | "list";
  /** Something was reported. */
  readonly refused: boolean;
}

export interface Circumstances {
  /** The shape that the layer was built for, when that was before. */
  readonly built: Shape | undefined;
  readonly flattening?: readonly Edit[] | undefined;
  readonly object?: ObjectValue | undefined;
  /** Where its findings go; reported at this call unless given. */
  readonly report?: (finding: Finding) => void;
}

/** Applies a layer: symbolic tensors give symbolic tensors, real ones real ones. */
export function applyLayer(
  layer: Layer,
  inputs: readonly TensorValue[],
  cx: NativeContext,
  circumstances: Circumstances,
): Application {
  const { built, flattening, object, report = cx.report.bind(cx) } = circumstances;
  let refused = false;
  const place = placeOf(layer, cx);
  const postponed: Finding[] = [];
  const doubts: Finding[] = [];
  const symbolic = inputs.some((input) => input.form === "symbolic");
  // A model is a layer, too; its own layers tell of themselves.
  const isNested = layer.args === NESTED;
  const details: CallDetails = {
    args: layer.args,
    weights: layerWeights(layer, built ?? inputs[0]?.shape),
    layer: isNested ? undefined : object?.id,
    documentation: page(`layers.${layer.name}`),
  };
  const inner = Object.assign(operationContext(cx, layer.name, layer.sources, details), {
    flattening,
    report(finding: Finding) {
      const placed = { ...finding, span: finding.span ?? place };
      if (finding.severity !== "error") return report(placed);
      refused = true;
      withdrawPostponed(cx, inputs);
      report(placed);
    },
    doubt(finding: Finding) {
      const placed = { ...finding, span: finding.span ?? place };
      if (!symbolic) return;
      doubts.push(placed);
      report(placed);
    },
    reportWhenRun(finding: Finding) {
      refused = true;
      const placed = { ...finding, span: finding.span ?? place };
      if (symbolic) postponed.push(placed);
      report(placed);
    },
  });
  const accepted = layer.accepts(inputs, built, inner);
  const run = () => (accepted ? layer.outputs(inputs, inner) : undefined);
  const outputs = isNested && object ? cx.within(object, run) : run();
  const types = outputs?.kind === "list" ? outputs.types : [outputs?.type ?? { shape: undefined, dtype: undefined }];
  const tensors = types.map((type, index): TensorValue => {
    const origin: LayerOrigin = {
      operation: layer.name,
      span: place,
      inputs,
      inner: outputs?.inner?.[index],
      call: details,
      layer,
      index,
      built: built ?? inputs[0]?.shape,
      shape: type.shape,
      object,
      flattening,
      postponed,
      doubts,
      refused,
    };
    return {
      ...unknownTensor("tfjs", origin),
      shape: type.shape,
      dtype: symbolic ? "float32" : type.dtype,
      content: contentOf(layer, inputs[0]),
      form: symbolic ? "symbolic" : "tensor",
    };
  });
  const application: Application = { outputs: tensors, kind: outputs?.kind ?? "one", refused };
  if (!isNested) tensors.slice(0, 1).forEach((tensor) => cx.trace(tensor));
  return application;
}

/** A model that cannot be built, or fed, is never run: what running it would have shown is not what is wrong first. */
export function withdrawPostponed(cx: NativeContext, tensors: readonly TensorValue[]): void {
  const seen = new Set<TensorValue>();
  const visit = (tensor: TensorValue) => {
    const origin = layerOrigin(tensor);
    if (!origin || seen.has(tensor)) return;
    seen.add(tensor);
    origin.postponed.forEach((finding) => cx.withdraw(finding));
    origin.inputs.forEach(visit);
  };
  tensors.forEach(visit);
}

/** What was warned of was meant: takes it back, in everything that led to these tensors. */
export function withdrawDoubts(cx: NativeContext, tensors: readonly TensorValue[]): void {
  const seen = new Set<TensorValue>();
  const visit = (tensor: TensorValue) => {
    const origin = layerOrigin(tensor);
    if (!origin || seen.has(tensor)) return;
    seen.add(tensor);
    origin.doubts.forEach((finding) => cx.withdraw(finding));
    origin.inputs.forEach(visit);
  };
  tensors.forEach(visit);
}

/** As a value of the program. */
export function applicationValue(application: Application, cx: NativeContext): Value {
  const [first] = application.outputs;
  return application.kind === "one" && first ? first : cx.array(application.outputs);
}

/** A layer that is written in a list of layers, or as the argument of `add`, is where its mistakes belong, and what it makes. */
function placeOf(layer: Layer, { site }: NativeContext): Span {
  return site.args.some(({ span }) => containsSpan(span, layer.span)) ? layer.span : site.span;
}
