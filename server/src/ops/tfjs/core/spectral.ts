import type { TensorValue } from "../../../interpreter/value";
import { integer as integerValue } from "../../../interpreter/value";
import { needsElements } from "../../../rules/empty-output";
import type { Dim } from "../../../shape/dim";
import {
  add,
  asNumber,
  ceilDivide,
  constant,
  floorDivide,
  maximum,
  multiply,
  subtract,
  surelyAtLeast,
  surelyLess,
  unknownDim,
} from "../../../shape/dim";
import type { Shape } from "../../../shape/shape";
import { numel } from "../../../shape/shape";
import type { Operation, OperationContext } from "../../operation";
import { anything, flag, integer, number, optional } from "../../parameter";
import { requireDtype } from "../dtypes";
import { like, made, tensorLike } from "../tensors";
import { broadcast } from "./elementwise";
import { checkSameShape, hasRank, tfOperation } from "./define";
import { t } from "../../../text/translate";

const one = constant(1);
const two = constant(2);

const complex = tfOperation({
  name: "complex",
  parameters: { real: tensorLike, imag: tensorLike },
  result({ real, imag }, cx) {
    checkSameShape(cx, real, imag, t`The real and the imaginary part must have one shape.`);
    return made(cx, { shape: real.shape ?? imag.shape, dtype: "complex64" }, [real, imag]);
  },
});

function part(name: "real" | "imag") {
  return tfOperation({
    name,
    parameters: { input: tensorLike },
    result: ({ input }, cx) => like(cx, input, { dtype: input.dtype === "complex64" ? "float32" : input.dtype }),
  });
}

function transform(name: string) {
  return tfOperation({
    name,
    parameters: { input: tensorLike },
    result({ input }, cx) {
      requireDtype(cx, input, "complex64", "input");
      return like(cx, input, { dtype: "complex64" });
    },
  });
}

/** The half of the spectrum that a real signal of `length` has. */
function half(length: Dim): Dim {
  return add(floorDivide(length, two), one);
}

const rfft = tfOperation({
  name: "spectral.rfft",
  parameters: { input: tensorLike, fftLength: optional(integer, undefined) },
  result({ input, fftLength }, cx) {
    requireDtype(cx, input, "float32", "input");
    const last = fftLength ?? input.shape?.at(-1);
    const shape = input.shape && last && input.shape.length > 0 ? input.shape.with(-1, half(last)) : undefined;
    return made(cx, { shape, dtype: "complex64" }, [input]);
  },
});

/** All but signals of rank 3 come out as a matrix, one signal a row. */
const irfft = tfOperation({
  name: "spectral.irfft",
  parameters: { input: tensorLike },
  result: ({ input }, cx) => made(cx, { shape: input.shape && signals(input.shape), dtype: "float32" }, [input]),
});

function signals(shape: Shape): Shape | undefined {
  const last = shape.at(-1);
  if (!last) return undefined;
  const short = surelyLess(last, constant(3));
  if (!short && !surelyAtLeast(last, 3)) return undefined;
  const length = short ? last : multiply(two, subtract(last, one));
  return shape.length === 3 ? shape.with(-1, length) : [numel(shape.slice(0, -1)), length];
}

function windowFunction(name: string) {
  return tfOperation({
    name,
    parameters: { windowLength: integer },
    result: ({ windowLength }, cx) => made(cx, { shape: [windowLength], dtype: "float32" }),
  });
}

const cosineWindow = tfOperation({
  name: "cosineWindow",
  parameters: { windowLength: integer, a: number, b: number },
  result: ({ windowLength }, cx) => made(cx, { shape: [windowLength], dtype: "float32" }),
});

/** How many frames of `length` a signal holds when one begins every `step` samples. */
function frames(size: Dim, length: Dim, step: Dim, padEnd: boolean): Dim {
  return padEnd ? ceilDivide(size, step) : maximum(constant(0), add(floorDivide(subtract(size, length), step), one));
}

function framed(cx: OperationContext, signal: TensorValue, length: Dim, step: Dim, padEnd: boolean): Shape | undefined {
  if (!hasRank(cx, signal, [1], t`the signal`)) return undefined;
  return [frames(signal.shape[0] ?? unknownDim(), length, step, padEnd), length];
}

const frame = tfOperation({
  name: "signal.frame",
  parameters: {
    signal: tensorLike,
    frameLength: integer,
    frameStep: integer,
    padEnd: optional(flag, false),
  },
  result: ({ signal, frameLength, frameStep, padEnd }, cx) =>
    made(cx, { shape: framed(cx, signal, frameLength, frameStep, padEnd), dtype: "float32" }, [signal]),
});

/** The spectrum of each frame. The Fourier transform's length is the frame's, rounded up to a power of two, unless it is given. */
const stft = tfOperation({
  name: "signal.stft",
  parameters: {
    signal: tensorLike,
    frameLength: integer,
    frameStep: integer,
    fftLength: optional(integer, undefined),
    windowFn: optional(anything, undefined),
  },
  result({ signal, frameLength, frameStep, fftLength, windowFn }, cx) {
    const shape = framed(cx, signal, frameLength, frameStep, false);
    const window = windowFn && cx.call(windowFn, [integerValue(frameLength)]);
    if (shape && window?.kind === "tensor") broadcast(cx, made(cx, { shape, dtype: "float32" }), window);
    if (shape?.[0] === constant(0)) {
      const reason = t`the signal is shorter than a frame`;
      cx.report(needsElements({ cx, input: made(cx, { shape, dtype: "float32" }, [signal]), reason }));
    }
    const length = fftLength ?? enclosingPowerOfTwo(frameLength);
    return made(cx, { shape: shape?.with(-1, half(length)), dtype: "complex64" }, [signal]);
  },
});

function enclosingPowerOfTwo(value: Dim): Dim {
  const known = asNumber(value);
  return known === undefined || known < 1 ? unknownDim() : constant(2 ** Math.ceil(Math.log2(known)));
}

/** The smallest power of two that is at least the number. */
const powerOfTwo = tfOperation({
  name: "enclosingPowerOfTwo",
  parameters: { value: integer },
  result: ({ value }) => integerValue(enclosingPowerOfTwo(value)),
});

export const complexOperations: readonly Operation[] = [complex, part("real"), part("imag"), cosineWindow, powerOfTwo];
export const spectralOperations: readonly Operation[] = [
  transform("spectral.fft"),
  transform("spectral.ifft"),
  rfft,
  irfft,
];
export const signalOperations: readonly Operation[] = [
  windowFunction("signal.hammingWindow"),
  windowFunction("signal.hannWindow"),
  frame,
  stft,
];
