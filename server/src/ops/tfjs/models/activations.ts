import type { NativeContext } from "../../../interpreter/native";
import type { TensorValue, Value } from "../../../interpreter/value";
import type { Span } from "../../../ir";
import type { Finding } from "../../../rules/finding";
import type { Content } from "../../../rules/loss-activation";
import { alwaysOne, contentIsWrong, wrongContent } from "../../../rules/loss-activation";
import { constant } from "../../../shape/dim";
import { operationContext } from "../../operation";
import { activationOf } from "../layers/content";
import { activationFix, deciding } from "../layers/activation-fix";
import type { Graph } from "./graph";
import { lossesOf } from "./losses";
import { t } from "../../../text/translate";

interface Wish {
  readonly wanted: Content;
  /** The activation that makes it. */
  readonly activation: string;
  readonly reason?: () => string;
}

const reason = (): string => t`It computes the activation itself.`;

/** What each loss takes: by its name in `compile`, or as a function of `tf.losses` and `tf.metrics`. */
const WISHES: Readonly<Record<string, Wish>> = {
  categoricalCrossentropy: { wanted: "probabilities", activation: "softmax" },
  sparseCategoricalCrossentropy: { wanted: "probabilities", activation: "softmax" },
  binaryCrossentropy: { wanted: "probabilities", activation: "sigmoid" },
  "metrics.categoricalCrossentropy": { wanted: "probabilities", activation: "softmax" },
  "metrics.binaryCrossentropy": { wanted: "probabilities", activation: "sigmoid" },
  "losses.logLoss": { wanted: "probabilities", activation: "sigmoid" },
  "losses.softmaxCrossEntropy": { wanted: "logits", activation: "linear", reason },
  "losses.sigmoidCrossEntropy": { wanted: "logits", activation: "linear", reason },
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
  const about = {
    cx: named,
    input: output,
    wanted: wish.wanted,
    subject: t`the model's output`,
    reason: wish.reason?.(),
  };
  return wrongContent({ ...about, made: last, fixes: activationFix(last, wish.activation) });
}
