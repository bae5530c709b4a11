import type { NativeContext } from "../../../interpreter/native";
import type { TensorValue, Value } from "../../../interpreter/value";
import type { Span } from "../../../ir";
import { insertBehind, replaceText } from "../../../rules/evidence";
import type { Finding, Fix } from "../../../rules/finding";
import type { Content } from "../../../rules/loss-activation";
import { alwaysOne, contentIsWrong, wrongContent } from "../../../rules/loss-activation";
import { constant } from "../../../shape/dim";
import { operationContext } from "../../operation";
import { activationOf } from "../layers/content";
import type { LayerOrigin } from "../layers/layer";
import { layerOrigin } from "../layers/layer";
import type { Graph } from "./graph";
import { lossesOf } from "./losses";

interface Wish {
  readonly wanted: Content;
  /** The activation that makes it. */
  readonly activation: string;
  readonly reason?: string;
}

const REASON = "It computes the activation itself.";

/** What each loss takes: by its name in `compile`, or as a function of `tf.losses` and `tf.metrics`. */
const WISHES: Readonly<Record<string, Wish>> = {
  categoricalCrossentropy: { wanted: "probabilities", activation: "softmax" },
  sparseCategoricalCrossentropy: { wanted: "probabilities", activation: "softmax" },
  binaryCrossentropy: { wanted: "probabilities", activation: "sigmoid" },
  "metrics.categoricalCrossentropy": { wanted: "probabilities", activation: "softmax" },
  "metrics.binaryCrossentropy": { wanted: "probabilities", activation: "sigmoid" },
  "losses.logLoss": { wanted: "probabilities", activation: "sigmoid" },
  "losses.softmaxCrossEntropy": { wanted: "logits", activation: "linear", reason: REASON },
  "losses.sigmoidCrossEntropy": { wanted: "logits", activation: "linear", reason: REASON },
};

function nameOf(loss: Value): string | undefined {
  if (loss.kind === "string") return loss.value;
  return loss.kind === "native" ? loss.native.name : undefined;
}

/** Warns of outputs that a model's losses do not expect: logits where they want probabilities, and the other way round. */
export function checkActivations(cx: NativeContext, self: Value, graph: Graph, span: Span | undefined): void {
  for (const [i, loss] of lossesOf(cx, self, graph).entries()) {
    const name = nameOf(loss);
    const [wish, output] = [name === undefined ? undefined : WISHES[name], graph.outputs[i]];
    if (!wish || !output || name === undefined) continue;
    const finding = problem(cx, name, wish, output);
    if (finding) cx.report({ ...finding, span });
  }
}

function problem(cx: NativeContext, loss: string, wish: Wish, output: TensorValue): Finding | undefined {
  const named = operationContext(cx, loss.replace(/^.*\./, ""), new Map());
  const last = deciding(output);
  const softmax = last && (last.layer.name === "softmax" || activationOf(last.layer) === "softmax");
  if (softmax && output.shape?.at(-1) === constant(1)) {
    return alwaysOne({ cx: named, input: output, fixes: activationFix(last, "sigmoid") });
  }
  if (!contentIsWrong(output, wish.wanted)) return undefined;
  const about = { cx: named, input: output, wanted: wish.wanted, subject: "the model's output", reason: wish.reason };
  return wrongContent({ ...about, made: last, fixes: activationFix(last, wish.activation) });
}

/** The layer that made the numbers what they are; those behind it change nothing of that. */
function deciding(output: TensorValue): LayerOrigin | undefined {
  const origin = layerOrigin(output);
  const [before] = origin?.inputs ?? [];
  const passed = before?.content !== undefined && before.content === output.content;
  const passing = origin && !origin.layer.sources.has("units") && !origin.layer.sources.has("filters");
  return passed && passing && origin.layer.name !== "activation" ? deciding(before) : origin;
}

/** Gives the layer another activation, or the one that it lacks. */
function activationFix(origin: LayerOrigin | undefined, activation: string): Fix[] {
  if (!origin) return [];
  const { sources } = origin.layer;
  const given = sources.get("activation");
  const title = `Use activation: "${activation}"`;
  if (given) return [replaceText(given.span, `"${activation}"`, title)];
  const beside = sources.get("units") ?? sources.get("filters");
  return beside ? [insertBehind(beside.span, `, activation: "${activation}"`, title)] : [];
}
