import type { TensorValue } from "../../interpreter/value";
import type { Fix } from "../../rules/finding";
import { appendText, replaceText } from "../../rules/evidence";
import type { Content } from "../../rules/loss-activation";
import { contentIsWrong, wrongContent } from "../../rules/loss-activation";
import type { ModuleContext } from "./module";
import { viewResult } from "./result";
import type { TorchContext } from "./result";
import { t } from "../../text/translate";

/** The tensor after an operation that writes into its memory, which it shares with everything it is a view of. */
export function writtenResult(cx: TorchContext, input: TensorValue): TensorValue {
  for (let each: TensorValue | undefined = input; each?.origin && each.content; each = each.origin.inputs[0]) {
    cx.writeOver(each.origin);
  }
  return { ...viewResult(cx, input, input.shape, input.strides), content: undefined };
}

/** Whatever was known of the numbers is so no longer. */
function isWrittenOver(cx: TorchContext, input: TensorValue): boolean {
  for (let each: TensorValue | undefined = input; each?.origin && each.content; each = each.origin.inputs[0]) {
    if (cx.isWrittenOver(each.origin)) return true;
  }
  return false;
}

/** The loss that takes what there is, where there is one. */
export interface OtherLoss {
  readonly given: Content;
  readonly loss: string;
}

/** Reports an input of a loss that surely holds something else than the loss wants. */
export function checkContent(
  cx: TorchContext,
  about: {
    readonly parameter: "input" | "target";
    readonly value: TensorValue;
    readonly wanted: Content;
    readonly reason?: string;
    readonly others?: readonly OtherLoss[];
  },
): void {
  const { parameter, value, wanted, reason } = about;
  if (!contentIsWrong(value, wanted) || isWrittenOver(cx, value)) return;
  const subject = parameter === "input" ? t`its input` : t`its target`;
  const fixes = [...anotherLoss(cx, value, about.others ?? []), ...logarithm(cx, about)];
  cx.report(wrongContent({ cx, input: value, wanted, subject, reason, fixes }));
}

/** A function's name is written at the call; a layer was chosen where it was made. */
function anotherLoss(cx: TorchContext, value: TensorValue, others: readonly OtherLoss[]): Fix[] {
  const isLayer = "declared" in (cx as TorchContext & Partial<ModuleContext>);
  const other = others.find(({ given }) => given === value.content);
  if (!other || isLayer) return [];
  return [replaceText(cx.site.nameSpan, other.loss, t`Use ${other.loss}`)];
}

function logarithm(
  cx: TorchContext,
  about: { readonly parameter: string; readonly value: TensorValue; readonly wanted: Content },
): Fix[] {
  const span = cx.source(about.parameter)?.span;
  if (!span || about.wanted !== "logProbabilities" || about.value.content !== "probabilities") return [];
  return [appendText(span, ".log()", t`Take the logarithm: .log()`)];
}
