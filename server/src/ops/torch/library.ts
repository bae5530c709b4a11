import type { Library, NativeClass, NativeNamespace } from "../../interpreter/native";
import type { Value } from "../../interpreter/value";
import { boolean, LOST_TENSOR, SOME_BOOLEAN, SOME_NUMBER, string, UNDEFINED, UNKNOWN } from "../../interpreter/value";
import { wrongDType } from "../../rules/dtype-mismatch";
import type { Operation } from "../operation";
import { operationContext } from "../operation";
import { anything } from "../parameter";
import { MultiheadAttention, scaledDotProductAttention } from "./attention";
import { ModuleDict, ModuleList, ParameterList, Sequential } from "./containers";
import { namedParts } from "./contained";
import { Conv1d, Conv2d, Conv3d, convolutionFunctions } from "./convolution";
import { ConvTranspose1d, ConvTranspose2d, ConvTranspose3d, transposedFunctions } from "./transposed-convolution";
import { data } from "./data";
import { dtypes, isIntegral } from "./dtype";
import { binaryOperations, dropout, dropout2d, unaryOperations } from "./elementwise";
import { embeddingLossClasses, embeddingLossFunctions } from "./embedding-losses";
import { creators, functions } from "./functions";
import { cosineSimilarity, embedding, interpolate, layerClasses, pixelShuffle } from "./layers";
import { Bilinear, bilinear, Linear, linear } from "./linear";
import { lossClasses, lossFunctions } from "./losses";
import { describeModule, Module, native } from "./module";
import { normalizationClasses, normalizationFunctions } from "./normalization";
import { optim } from "./optim";
import { foldPatches, unfoldPatches } from "./patches";
import { packedSequences } from "./packed-sequences";
import { poolingClasses, poolingFunctions } from "./pooling";
import { recurrentClasses } from "./recurrent";
import { alongOperations, gumbelSoftmax } from "./reduction";
import { contiguousResult, documentationPage, torchOperation } from "./result";
import { oneHot, pad, selections } from "./selection";
import { clone, functionValue, methods, tensorMember } from "./tensor-members";
import { transformerClasses } from "./transformer";
import { t } from "../../text/translate";

function namespace(name: string, members: Iterable<readonly [string, Value]>): NativeNamespace {
  const exported = new Map(members);
  return { name, member: (member) => exported.get(member), names: [...exported.keys()] };
}

function operations(list: Iterable<Operation>): [string, Value][] {
  return [...list].map((one) => [one.name, functionValue(one)]);
}

function classes(list: Iterable<NativeClass>): [string, Value][] {
  return [...list].map((one) => [one.name, { kind: "nativeClass", native: one }]);
}

function nested(inner: NativeNamespace): Value {
  return { kind: "namespace", namespace: inner };
}

/** Runs a function as it is: gradients change no shape. */
const noGrad = native("noGrad", (cx) => {
  const run = cx.site.args[0]?.value;
  return run ? cx.call(run, []) : UNDEFINED;
});

const torchMembers: readonly (readonly [string, Value])[] = [
  ...operations(functions),
  ...operations(creators),
  ...operations(unaryOperations.values()),
  ...operations(binaryOperations.values()),
  ...operations([...selections, clone]),
  ...Object.entries(dtypes).map(([name, dtype]) => [name, string(dtype)] as const),
  ["noGrad", noGrad],
  ["enableGrad", { ...noGrad, native: { ...noGrad.native, name: "enableGrad" } }],
  ["manualSeed", native("manualSeed", () => UNDEFINED)],
  ["isTensor", native("isTensor", (cx) => isTensor(cx.site.args[0]?.value))],
  ["isGradEnabled", native("isGradEnabled", () => SOME_BOOLEAN)],
  ["equal", native("equal", () => SOME_BOOLEAN)],
  ["allclose", native("allclose", () => SOME_BOOLEAN)],
];

function isTensor(value: Value | undefined): Value {
  if (!value || value.kind === "unknown" || value.kind === "union") return SOME_BOOLEAN;
  return boolean(value.kind === "tensor");
}

/** `new nn.Parameter(tensor)`: the tensor itself, to be learned, so it has to be floating point unless no gradient is asked for. */
const Parameter = native("Parameter", (cx) => {
  const [data, options] = cx.site.args;
  const input = data?.value;
  if (input?.kind !== "tensor") return LOST_TENSOR;
  const learns = !options || cx.getProperty(options.value, "requiresGrad").kind === "undefined";
  if (!learns || !isIntegral(input.dtype)) return { ...input, form: "parameter" };
  const conversion = { span: data?.span, text: ".float()" };
  const call = operationContext(cx, "Parameter", new Map());
  cx.report(wrongDType({ cx: call, input, expected: t`floating point`, subject: t`its data`, conversion }));
  return { ...input, dtype: "float32", form: "parameter" };
});

/** Initialisers change the numbers of the tensor that they are given, and return it. */
const initialisers = [
  "uniform_",
  "normal_",
  "constant_",
  "zeros_",
  "ones_",
  "eye_",
  "xavierUniform_",
  "xavierNormal_",
  "kaimingUniform_",
  "kaimingNormal_",
  "truncNormal_",
  "orthogonal_",
  "dirac_",
  "sparse_",
];

const init = namespace("nn.init", [
  ...initialisers.map((name) => [name, native(name, (cx) => cx.site.args[0]?.value ?? UNKNOWN)] as const),
  ["calculateGain", native("calculateGain", () => SOME_NUMBER)],
]);

/** Scales the gradients and returns what their norm was. */
const totalNorm = torchOperation({
  name: "clipGradNorm_",
  documentation: "torch.nn.utils.clip_grad_norm_",
  parameters: { parameters: anything },
  result: (_args, cx) => contiguousResult(cx, [], [], "float32"),
});

const utils = namespace("nn.utils", [
  ["clipGradNorm_", functionValue(totalNorm)],
  ["clipGradValue_", native("clipGradValue_", () => UNDEFINED)],
  ["rnn", nested(namespace("nn.utils.rnn", operations(packedSequences)))],
]);

const nn = namespace("nn", [
  ...classes([Module, Sequential, ModuleList, ModuleDict, ParameterList]),
  ...classes([Linear, Bilinear, Conv1d, Conv2d, Conv3d, ConvTranspose1d, ConvTranspose2d, ConvTranspose3d]),
  ...classes([MultiheadAttention, ...transformerClasses, ...recurrentClasses]),
  ...classes([...poolingClasses, ...normalizationClasses, ...layerClasses, ...lossClasses, ...embeddingLossClasses]),
  ["Parameter", Parameter],
  ["init", nested(init)],
  ["utils", nested(utils)],
]);

const F = namespace("F", [
  ...operations(unaryOperations.values()),
  ...operations(alongOperations.values()),
  ...operations([
    linear,
    bilinear,
    embedding,
    dropout,
    dropout2d,
    pad,
    oneHot,
    interpolate,
    pixelShuffle,
    cosineSimilarity,
  ]),
  ...operations([scaledDotProductAttention, ...convolutionFunctions, ...transposedFunctions, ...poolingFunctions]),
  ...operations([
    ...normalizationFunctions,
    ...lossFunctions,
    ...embeddingLossFunctions,
    gumbelSoftmax,
    unfoldPatches,
    foldPatches,
  ]),
]);

/** The class `Tensor`, for `instanceof` and type annotations. */
const Tensor: NativeClass = { name: "Tensor", documentation: documentationPage("../tensors") };

const exported: NativeNamespace = namespace("shapewright/torch", [
  ["torch", nested(namespace("torch", [...torchMembers, ["Tensor", { kind: "nativeClass", native: Tensor }]]))],
  ["nn", nested(nn)],
  ["F", nested(F)],
  ["optim", nested(optim)],
  ["data", nested(data)],
  ["Tensor", { kind: "nativeClass", native: Tensor }],
]);

/** `shapewright/torch`: PyTorch's API. */
export const torchLibrary: Library = {
  name: "torch",
  owns: (specifier) => specifier === "shapewright/torch",
  exports: exported,
  globals: new Map(),
  tensorMember,
  tensorMethods: methods,
  describe: describeModule,
  parts: namedParts,
};
