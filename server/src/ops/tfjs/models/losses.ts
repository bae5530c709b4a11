import type { NativeContext } from "../../../interpreter/native";
import type { TensorValue, Value } from "../../../interpreter/value";
import { UNDEFINED, UNKNOWN } from "../../../interpreter/value";
import type { Span } from "../../../ir";
import { endOf, startOf } from "../../../ir";
import { wrongDType } from "../../../rules/dtype-mismatch";
import { appendText, replaceText, tensorOrigin } from "../../../rules/evidence";
import type { Fix } from "../../../rules/finding";
import { mismatch } from "../../../rules/shape-mismatch";
import type { Dim } from "../../../shape/dim";
import { asNumber, constant, surelyEqual } from "../../../shape/dim";
import { formatShape } from "../../../shape/shape";
import type { OperationContext } from "../../operation";
import { layerOrigin } from "../layers/layer";
import type { Slot } from "./feed";
import type { Graph } from "./graph";
import { t } from "../../../text/translate";

/** Where a model keeps what `compile` was given. */
const LOSS = "#loss";
const METRICS = "#metrics";
/** The object that `compile` was given, for fixes in it. */
const CONFIG = "#config";

export function keepCompiled(cx: NativeContext, self: Value): void {
  if (self.kind !== "object") return;
  const [config] = cx.site.args;
  const options = config && cx.properties(config.value);
  cx.setProperty(self, CONFIG, config?.value ?? UNDEFINED);
  cx.setProperty(self, LOSS, options ? (options.get("loss") ?? UNDEFINED) : UNKNOWN);
  cx.setProperty(self, METRICS, options ? (options.get("metrics") ?? UNDEFINED) : UNKNOWN);
}

/** The loss of each output: its name, a function, or what is not known. */
export function lossesOf(cx: NativeContext, self: Value, graph: Graph): readonly Value[] {
  const loss = cx.getProperty(self, LOSS);
  const each = cx.elements(loss) ?? graph.outputs.map(() => loss);
  return graph.outputs.map((_, i) => each[i] ?? UNKNOWN);
}

export function nameOfLoss(loss: Value | undefined): string | undefined {
  return loss?.kind === "string" ? loss.value : undefined;
}

/** How many metrics `compile` was given; `undefined` when that is not known. */
export function metricCount(cx: NativeContext, self: Value): number | undefined {
  const metrics = cx.getProperty(self, METRICS);
  if (metrics.kind === "undefined") return 0;
  return metrics.kind === "string" || metrics.kind === "function" || metrics.kind === "native"
    ? 1
    : cx.elements(metrics)?.length;
}

/** The metrics that `compile` was given one by one. */
function metricsOf(cx: NativeContext, self: Value): readonly Value[] {
  const metrics = cx.getProperty(self, METRICS);
  return metrics.kind === "function" ? [metrics] : (cx.elements(metrics) ?? []);
}

/** Whether the program has written a loss or a metric itself. */
export function hasOwn(cx: NativeContext, self: Value, graph: Graph): boolean {
  return [...lossesOf(cx, self, graph), ...metricsOf(cx, self)].some(({ kind }) => kind === "function");
}

/** Losses and metrics of the program's own see the targets and the outputs. */
export function callOwn(cx: NativeContext, self: Value, losses: readonly Value[], pairs: readonly Pair[]): void {
  const own = metricsOf(cx, self);
  for (const [i, { target, output }] of pairs.entries()) {
    for (const fn of [losses[i], ...own]) if (fn?.kind === "function") cx.callRepeatedly(fn, [target, output]);
  }
}

export interface Pair {
  readonly target: TensorValue;
  readonly output: TensorValue;
}

/** The shape that targets must have: the output's, or one number for each row of it. */
export function targetSlot(output: TensorValue, loss: Value | undefined): Slot {
  const sparse = nameOfLoss(loss) === "sparseCategoricalCrossentropy";
  const shape = output.shape && sparse ? [...output.shape.slice(0, -1), constant(1)] : output.shape;
  return { shape, declared: output, role: "target", layer: layerOrigin(output)?.layer.name };
}

export interface Labelling {
  readonly loss: string | undefined;
  readonly lossSpan: Span | undefined;
  /** The argument, when it is a tensor. */
  readonly data: Span | undefined;
  /** How many the output tells apart. */
  readonly classes: Dim | undefined;
  /** How the code writes the library: `tf`. */
  readonly library: string;
}

export function labellingOf(
  cx: NativeContext,
  self: Value,
  output: TensorValue | undefined,
  loss: Value | undefined,
  data: Span | undefined,
): Labelling {
  const library = output && layerOrigin(output)?.layer.path?.replace(/\.?layers$/, "");
  return {
    loss: nameOfLoss(loss),
    lossSpan: cx.propertySpan(cx.getProperty(self, CONFIG), "loss"),
    data,
    classes: output?.shape?.at(-1),
    library: library === undefined || library === "" ? "tf" : library,
  };
}

/** The loss rounds class indices down, which TensorFlow.js does to float32 only. */
export function checkIndices(cx: OperationContext, label: TensorValue, { loss, data }: Labelling): void {
  if (loss !== "sparseCategoricalCrossentropy" || !label.dtype || label.dtype === "float32") return;
  const expected = t`float32 class indices (sparseCategoricalCrossentropy)`;
  const conversion = { span: data, text: ".toFloat()" };
  cx.report(wrongDType({ cx, input: label, expected, subject: t`the target`, conversion }));
}

/** One column where rows of classes are expected, which an output of one column would let pass. */
export function checkOneHot(cx: OperationContext, label: TensorValue, labelling: Labelling): void {
  const last = label.shape?.at(-1);
  if (labelling.loss !== "categoricalCrossentropy" || !last || !surelyEqual(last, constant(1))) return;
  cx.report(
    mismatch({
      message:
        t`${cx.operation}: categoricalCrossentropy expects one-hot targets [samples, classes], got ${formatShape(label.shape)}.\n` +
        t`Use tf.oneHot, or sparseCategoricalCrossentropy for class indices.`,
      related: tensorOrigin(label, t`${formatShape(label.shape)} is made here.`),
      fixes: columnFixes(label, labelling),
    }),
  );
}

/** One class index for each example, where one-hot rows are expected: the loss that takes them as they are. */
export function columnFixes(label: TensorValue | undefined, labelling: Labelling): Fix[] {
  const { loss, lossSpan, data, classes, library } = labelling;
  if (loss !== "categoricalCrossentropy" || !label) return [];
  const sparse = lossSpan
    ? [replaceText(lossSpan, '"sparseCategoricalCrossentropy"', t`Use sparseCategoricalCrossentropy`)]
    : [];
  if (!data) return sparse;
  const floats = appendText(data, ".toFloat()", "").edits;
  const converted =
    label.dtype === "float32" ? sparse : sparse.map((fix) => ({ ...fix, edits: [...fix.edits, ...floats] }));
  return [...converted, ...oneHotFix(label, classes, data, library)];
}

/** One row for each class index, as wide as the output. */
function oneHotFix(label: TensorValue, classes: Dim | undefined, data: Span, library: string): Fix[] {
  const count = classes && asNumber(classes);
  if (count === undefined || count < 2) return [];
  const indices = `${label.dtype === "int32" ? "" : ".toInt()"}${label.shape?.length === 1 ? "" : ".flatten()"}`;
  const edits = [
    { span: startOf(data), newText: `${library}.oneHot(` },
    { span: endOf(data), newText: `${indices}, ${count})` },
  ];
  return [{ title: t`Make the labels one-hot: ${library}.oneHot(…, ${count})`, preferred: false, edits }];
}
