import type { NativeClass } from "../../interpreter/native";
import type { TensorValue } from "../../interpreter/value";
import { cannotGrow } from "../../rules/broadcast-mismatch";
import { wrongDType } from "../../rules/dtype-mismatch";
import { appendText, counted } from "../../rules/evidence";
import type { Content } from "../../rules/loss-activation";
import type { Fix } from "../../rules/finding";
import { wrongRank } from "../../rules/rank-mismatch";
import { mismatch, sidesDiffer } from "../../rules/shape-mismatch";
import { constant, surelyDifferent } from "../../shape/dim";
import type { Shape } from "../../shape/shape";
import { formatShape } from "../../shape/shape";
import type { Arguments, Operation, Parameters } from "../operation";
import { flag, optional, tensor, text } from "../parameter";
import { ignored } from "./arguments";
import type { OtherLoss } from "./content";
import { checkContent } from "./content";
import { isIntegral, promotable, promote } from "./dtype";
import { moduleClass } from "./module";
import { broadcastOperands } from "./operands";
import { checkLossPairs } from "./pairs";
import { contiguousResult, torchOperation } from "./result";
import type { TorchContext } from "./result";
import { t } from "../../text/translate";

const reduction = optional(text, "mean");

/** One number, or one for each element when nothing is reduced. */
function lossResult(
  cx: TorchContext,
  inputs: readonly TensorValue[],
  reduced: string,
  elements: Shape | undefined,
): TensorValue {
  return contiguousResult(cx, inputs, reduced === "none" ? elements : [], "float32");
}

function appended(cx: TorchContext, parameter: string, newText: string, title: string): Fix[] {
  const span = cx.source(parameter)?.span;
  return span ? [appendText(span, newText, title)] : [];
}

function differ(a: Shape, b: Shape): boolean {
  return a.length !== b.length || a.some((size, axis) => surelyDifferent(size, b[axis] ?? size));
}

/** Class indices: the target has the input's shape without the classes, which are dimension 1 (0 without a batch). */
function checkIndices(cx: TorchContext, input: TensorValue, target: TensorValue): void {
  const [shape, wanted] = [input.shape, target.shape];
  if (!shape || !wanted) return checkIndexDType(cx, target);
  const expected = shape.length === 1 ? [] : [...shape.slice(0, 1), ...shape.slice(2)];
  const flat = shape.length === 1 && wanted.length === 1;
  // PyTorch looks at the element type before the length here.
  if (flat && target.dtype === "float32") return checkIndexDType(cx, target);
  const unbatched = flat && !surelyDifferent(wanted[0] ?? constant(1), constant(1));
  if (unbatched || !differ(expected, wanted)) return checkIndexDType(cx, target);
  const tooDeep = shape.length <= 2 ? wanted.length > 1 : shape.length === 4 && wanted.length !== 3;
  const [batch, given] = [shape[0], wanted[0]];
  const sameBatch = shape.length === 1 || (batch && given && !surelyDifferent(batch, given));
  const squeezed = wanted.length === expected.length + 1 && wanted.at(-1) === constant(1);
  if (tooDeep && sameBatch) {
    const fixes = squeezed ? appended(cx, "target", ".squeeze(-1)", t`Drop the last dimension: .squeeze(-1)`) : [];
    const description = t`${counted(expected.length, "dimension")}, one class index for each of ${formatShape(expected)}`;
    return cx.report(wrongRank({ cx, input: target, subject: t`the target`, expected: description, fixes }));
  }
  cx.report(
    mismatch({
      message:
        t`${cx.operation}: for ${formatShape(shape)} the target must be ${formatShape(expected)}, got ${formatShape(wanted)}.\n` +
        (shape.length > 1
          ? t`Dimension 1 of the input counts the classes.`
          : t`The only dimension of the input counts the classes.`),
      related: [input, target].flatMap((one) =>
        one.origin ? [{ span: one.origin.span, message: t`${formatShape(one.shape)} is made here.` }] : [],
      ),
      fixes: classesToFront(cx, shape, wanted),
    }),
  );
}

/** `[N, L, C]` logits with an `[N, L]` target: the classes belong into dimension 1. */
function classesToFront(cx: TorchContext, shape: Shape, wanted: Shape): Fix[] {
  const [batch, length] = shape;
  const fits = shape.length === 3 && wanted.length === 2 && batch === wanted[0] && length === wanted[1];
  return fits ? appended(cx, "input", ".transpose(1, 2)", t`Bring the classes to dimension 1: .transpose(1, 2)`) : [];
}

function checkIndexDType(cx: TorchContext, target: TensorValue): void {
  if (target.dtype === undefined || target.dtype === "int64") return;
  const conversion = { span: cx.source("target")?.span, text: ".long()" };
  cx.report(wrongDType({ cx, input: target, expected: t`class indices (int64)`, subject: t`the target`, conversion }));
}

/** The shape of a loss that nothing reduces: one for each target. */
function indexedElements(input: TensorValue): Shape | undefined {
  const { shape } = input;
  return shape && (shape.length === 1 ? [] : [...shape.slice(0, 1), ...shape.slice(2)]);
}

function crossEntropyLoss(cx: TorchContext, input: TensorValue, target: TensorValue, reduced: string): TensorValue {
  const [shape, wanted] = [input.shape, target.shape];
  requireFloating(cx, input);
  const result = lossResult(cx, [input, target], reduced, indexedElements(input));
  if (!shape || !wanted) return result;
  if (shape.length === wanted.length && !differ(shape, wanted)) {
    const onlyIndex = shape.length === 1 && wanted[0] === constant(1) && shape[0] !== constant(1);
    if (isIntegral(target.dtype) && !onlyIndex) {
      const conversion = { span: cx.source("target")?.span, text: ".float()" };
      const expected = t`probabilities (floating point), having the input's shape,`;
      cx.report(wrongDType({ cx, input: target, expected, subject: t`the target`, conversion }));
    }
    return result;
  }
  checkIndices(cx, input, target);
  return result;
}

function requireFloating(cx: TorchContext, input: TensorValue): void {
  if (!isIntegral(input.dtype)) return;
  const conversion = { span: cx.source("input")?.span, text: ".float()" };
  cx.report(wrongDType({ cx, input, expected: t`floating point`, subject: t`the input`, conversion }));
}

/** Losses that compare element by element and broadcast as arithmetic does. */
function elementwiseLoss(cx: TorchContext, input: TensorValue, target: TensorValue, reduced: string): TensorValue {
  const shape = broadcastOperands(cx, { operands: [input, target], names: ["input", "target"] });
  checkLossPairs(cx, input, target, reduced);
  if (isIntegral(promote([promotable(input), promotable(target)]))) requireFloating(cx, input);
  return lossResult(cx, [input, target], reduced, shape);
}

/** Losses over probabilities of two classes insist on equal shapes and a floating point target. */
function binaryLoss(
  cx: TorchContext,
  input: TensorValue,
  target: TensorValue,
  reduced: string,
  logits: boolean,
): TensorValue {
  const [shape, wanted] = [input.shape, target.shape];
  if (shape && wanted && differ(shape, wanted)) {
    const reason = t`Input and target must have the same shape; nothing broadcasts here.`;
    const axis = shape.findIndex((size, i) => surelyDifferent(size, wanted[i] ?? constant(0)));
    if (logits)
      cx.report(
        sidesDiffer({
          cx,
          first: input,
          second: target,
          axis: Math.max(axis, 0),
          reason,
          fixes: lastDimension(cx, shape, wanted),
        }),
      );
    else cx.report(cannotGrow({ cx, target: input, source: target, reason, fixes: lastDimension(cx, shape, wanted) }));
  } else if (isIntegral(target.dtype)) {
    const conversion = { span: cx.source("target")?.span, text: ".float()" };
    cx.report(wrongDType({ cx, input: target, expected: t`floating point`, subject: t`the target`, conversion }));
  }
  return lossResult(cx, [input, target], reduced, shape);
}

/** `[N, 1]` against `[N]`: the usual case of shapes that differ. */
function lastDimension(cx: TorchContext, shape: Shape, wanted: Shape): Fix[] {
  const one = constant(1);
  const fits = (long: Shape, short: Shape): boolean =>
    long.length === short.length + 1 && long.at(-1) === one && !differ(long.slice(0, -1), short);
  if (fits(shape, wanted))
    return appended(cx, "target", ".unsqueeze(-1)", t`Give the target the missing dimension: .unsqueeze(-1)`);
  return fits(wanted, shape)
    ? appended(cx, "target", ".squeeze(-1)", t`Drop the target's last dimension: .squeeze(-1)`)
    : [];
}

type Compute = (cx: TorchContext, input: TensorValue, target: TensorValue, reduced: string) => TensorValue;

/** What the numbers of an input have to be, and the losses that take the numbers that people give instead. */
interface Wanted {
  readonly content: Content;
  /** Asked for when the language is known. */
  readonly reason: () => string;
  readonly others: readonly OtherLoss[];
}

const LOGITS_FOR_CLASSES: Wanted = {
  content: "logits",
  reason: () => t`It applies log-softmax itself.`,
  others: [],
};
const LOG_PROBABILITIES: Wanted = {
  content: "logProbabilities",
  reason: () => t`It only picks them out and applies no activation.`,
  others: [{ given: "logits", loss: "crossEntropy" }],
};
const PROBABILITIES: Wanted = {
  content: "probabilities",
  reason: () => t`It takes their logarithm and applies no activation.`,
  others: [{ given: "logits", loss: "binaryCrossEntropyWithLogits" }],
};
const LOGITS_OF_EACH: Wanted = {
  content: "logits",
  reason: () => t`It applies a sigmoid itself.`,
  others: [{ given: "probabilities", loss: "binaryCrossEntropy" }],
};

interface Loss {
  /** Of the function and of the class. */
  readonly names: readonly [string, string];
  readonly page: string;
  /** Between the target and the reduction, in PyTorch's order. */
  readonly options: Parameters;
  readonly wanted?: Wanted;
  readonly compute: Compute;
}

const averaging: Parameters = { sizeAverage: ignored, reduce: ignored };

const losses: readonly Loss[] = [
  {
    names: ["crossEntropy", "CrossEntropyLoss"],
    page: "cross_entropy",
    options: { weight: ignored, sizeAverage: ignored, ignoreIndex: ignored, reduce: ignored },
    wanted: LOGITS_FOR_CLASSES,
    compute: crossEntropyLoss,
  },
  {
    names: ["nllLoss", "NLLLoss"],
    page: "nll_loss",
    options: { weight: ignored, sizeAverage: ignored, ignoreIndex: ignored, reduce: ignored },
    wanted: LOG_PROBABILITIES,
    compute(cx, input, target, reduced) {
      checkIndices(cx, input, target);
      return lossResult(cx, [input, target], reduced, indexedElements(input));
    },
  },
  { names: ["mseLoss", "MSELoss"], page: "mse_loss", options: averaging, compute: elementwiseLoss },
  { names: ["l1Loss", "L1Loss"], page: "l1_loss", options: averaging, compute: elementwiseLoss },
  { names: ["smoothL1Loss", "SmoothL1Loss"], page: "smooth_l1_loss", options: averaging, compute: elementwiseLoss },
  { names: ["huberLoss", "HuberLoss"], page: "huber_loss", options: {}, compute: elementwiseLoss },
  {
    names: ["binaryCrossEntropy", "BCELoss"],
    page: "binary_cross_entropy",
    options: { weight: ignored, sizeAverage: ignored, reduce: ignored },
    wanted: PROBABILITIES,
    compute: (cx, input, target, reduced) => binaryLoss(cx, input, target, reduced, false),
  },
  {
    names: ["binaryCrossEntropyWithLogits", "BCEWithLogitsLoss"],
    page: "binary_cross_entropy_with_logits",
    options: { weight: ignored, sizeAverage: ignored, reduce: ignored },
    wanted: LOGITS_OF_EACH,
    compute: (cx, input, target, reduced) => binaryLoss(cx, input, target, reduced, true),
  },
];

function computed(
  cx: TorchContext,
  { wanted, compute }: Loss,
  { input, target, reduced }: { input: TensorValue; target: TensorValue; reduced: string },
): TensorValue {
  const result = compute(cx, input, target, reduced);
  if (wanted) {
    const { content, reason, others } = wanted;
    checkContent(cx, { parameter: "input", value: input, wanted: content, reason: reason(), others });
  }
  return result;
}

function lossFunction(loss: Loss): Operation {
  const {
    names: [name],
    page,
    options,
  } = loss;
  return torchOperation({
    name,
    documentation: `torch.nn.functional.${page}`,
    parameters: { input: tensor, target: tensor, ...options, reduction },
    result(
      {
        input,
        target,
        reduction: reduced,
      }: Arguments<{ input: typeof tensor; target: typeof tensor; reduction: typeof reduction }>,
      cx,
    ) {
      return computed(cx, loss, { input, target, reduced });
    },
  });
}

function lossClass(loss: Loss): NativeClass {
  const {
    names: [, name],
    options,
  } = loss;
  return moduleClass({
    name,
    parameters: { ...options, reduction },
    forward: {
      parameters: { input: tensor, target: tensor },
      result({ input, target }, config, cx) {
        const reduced = (config as Arguments<{ reduction: typeof reduction }>).reduction;
        return computed(cx, loss, { input, target, reduced });
      },
    },
  });
}

const logTarget = optional(flag, false);

/** The divergence of two distributions: the input always as log-probabilities, the target as probabilities unless it is said otherwise. */
function divergence(
  cx: TorchContext,
  { input, target }: { input: TensorValue; target: TensorValue },
  config: { reduction: string; logTarget: boolean },
): TensorValue {
  const result = elementwiseLoss(cx, input, target, config.reduction);
  const wanted = config.logTarget ? "logProbabilities" : "probabilities";
  checkContent(cx, { parameter: "input", value: input, wanted: "logProbabilities" });
  checkContent(cx, { parameter: "target", value: target, wanted });
  return result;
}

const klDiv = torchOperation({
  name: "klDiv",
  documentation: "torch.nn.functional.kl_div",
  parameters: { input: tensor, target: tensor, ...averaging, reduction, logTarget },
  result: ({ input, target, ...config }, cx) => divergence(cx, { input, target }, config),
});

const KLDivLoss = moduleClass({
  name: "KLDivLoss",
  parameters: { ...averaging, reduction, logTarget },
  forward: {
    parameters: { input: tensor, target: tensor },
    result: (inputs, config, cx) => divergence(cx, inputs, config),
  },
});

export const lossFunctions: readonly Operation[] = [...losses.map(lossFunction), klDiv];
export const lossClasses: readonly NativeClass[] = [...losses.map(lossClass), KLDivLoss];
