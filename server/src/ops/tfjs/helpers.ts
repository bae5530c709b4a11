import type { NativeContext, NativeFunction } from "../../interpreter/native";
import type { Value } from "../../interpreter/value";
import { integer, SOME_BOOLEAN, SOME_NUMBER, SOME_STRING, UNDEFINED, UNKNOWN } from "../../interpreter/value";
import { constant, unknownDim } from "../../shape/dim";
import { numel } from "../../shape/shape";
import { integers, UNDETERMINED } from "../parameter";
import { byName, namespace } from "./namespace";
import { page } from "./tensors";

/**
 * The namespaces beside the operations: what makes weights, limits them or punishes them, what models are stored with, and helpers
 * of the library. They change no shape, and they leave their arguments as they are.
 */
function native(name: string, invoke: NativeFunction["invoke"]): NativeFunction {
  return { name, documentation: page(name), invoke };
}

function all(prefix: string, names: string, value: Value = UNKNOWN): Value {
  return namespace(`tf.${prefix}`, byName(names.split(" ").map((name) => native(`${prefix}.${name}`, () => value))));
}

const promised: Value = { kind: "promise", value: UNKNOWN };

/** Reorders an array in place. One whose elements are alike, or are not known one by one, stays what it is. */
function shuffle(cx: NativeContext): Value {
  for (const { value } of cx.site.args) {
    const elements = cx.elements(value);
    if (elements?.some((element) => element !== elements[0])) cx.forget(value);
  }
  return UNDEFINED;
}

const sizeFromShape = native("util.sizeFromShape", (cx) => {
  const shape = cx.site.args[0] && integers.read(cx.site.args[0].value, cx);
  return shape && shape !== UNDETERMINED ? integer(numel(shape)) : integer(unknownDim(0));
});

const createShuffledIndices = native("util.createShuffledIndices", (cx) => {
  const count = cx.site.args[0]?.value;
  return cx.typedList("Uint32Array", count?.kind === "integer" ? count.dim : unknownDim(0));
});

const isScalarShape = native("util.isScalarShape", (cx) => {
  const sizes = cx.site.args[0] && cx.lengthOf(cx.site.args[0].value);
  return sizes ? { kind: "boolean", value: sizes === constant(0), free: false } : SOME_BOOLEAN;
});

function utilities(names: string, value: Value): NativeFunction[] {
  return names.split(" ").map((name) => native(`util.${name}`, () => value));
}

const util = namespace(
  "tf.util",
  byName([
    native("util.shuffle", shuffle),
    native("util.shuffleCombo", shuffle),
    sizeFromShape,
    createShuffledIndices,
    isScalarShape,
    ...utilities("assert assertShapesMatch assertNonNull assertNonNegativeIntegerDimensions", UNDEFINED),
    ...utilities("checkConversionForErrors swap", UNDEFINED),
    ...utilities(
      "arraysEqual arraysEqualWithNull isBoolean isFunction isInt isNumber isPromise isString",
      SOME_BOOLEAN,
    ),
    ...utilities("isTypedArray isValidDtype hasEncodingLoss", SOME_BOOLEAN),
    ...utilities("bytesPerElement bytesFromStringArray clamp distSquared locToIndex nearestDivisor", SOME_NUMBER),
    ...utilities("nearestLargerEven now randUniform sum tanh", SOME_NUMBER),
    ...utilities("inferDtype rightPad decodeString", SOME_STRING),
    ...utilities("computeStrides convertBackendValuesAndArrayBuffer createScalarValue encodeString", UNKNOWN),
    ...utilities("fingerPrint64 flatten getArrayFromDType getTypedArrayFromDType hexToLong indexToLoc", UNKNOWN),
    ...utilities("inferFromImplicitShape makeOnesTypedArray makeZerosNestedTypedArray makeZerosTypedArray", UNKNOWN),
    ...utilities("parseAxisParam sizeToSquarishShape squeezeShape toNestedArray toTypedArray", UNKNOWN),
    ...utilities("fetch repeatedTry", promised),
  ]),
);

export const helperNamespaces: readonly (readonly [string, Value])[] = [
  [
    "initializers",
    all(
      "initializers",
      "constant glorotNormal glorotUniform heNormal heUniform identity leCunNormal leCunUniform ones orthogonal " +
        "randomNormal randomUniform truncatedNormal varianceScaling zeros",
    ),
  ],
  ["regularizers", all("regularizers", "l1 l1l2 l2")],
  ["constraints", all("constraints", "maxNorm minMaxNorm nonNeg unitNorm")],
  ["callbacks", all("callbacks", "earlyStopping")],
  ["models", all("models", "modelFromJSON", promised)],
  ["serialization", all("serialization", "registerClass getRegisteredName")],
  [
    "io",
    all(
      "io",
      "browserFiles browserHTTPRequest concatenateArrayBuffers copyModel decodeWeights decodeWeightsStream encodeWeights " +
        "fromMemory fromMemorySync getLoadHandlers getModelArtifactsForJSON getModelArtifactsForJSONSync " +
        "getModelArtifactsInfoForJSON getSaveHandlers getWeightSpecs http isHTTPScheme listModels loadWeights moveModel " +
        "registerLoadRouter registerSaveRouter removeModel weightsLoaderFactory withSaveHandler withSaveHandlerSync",
    ),
  ],
  ["util", util],
];
