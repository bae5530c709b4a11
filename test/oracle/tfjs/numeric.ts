import type { Family } from "./program";
import { call, js, Text } from "./program";

/** Decompositions and bands of matrices. */
export const linalg: Family = async (p) => {
  const { random } = p;
  const [m, n] = [random.int(1, 5), random.int(1, 5)];
  switch (random.pick(["qr", "qr", "batch", "band", "gram", "gramRows"])) {
    case "qr":
      return p.define(
        `${call("tf.linalg.qr", await p.fresh(random.perhaps([m, n], 0.1)), random.pick([undefined, true]))}[${random.int(0, 1)}]`,
      );
    case "batch":
      return p.define(`${call("tf.linalg.qr", await p.fresh([2, m, random.chance(0.75) ? m : n]))}[0]`);
    case "band":
      return p.define(
        call(
          "tf.linalg.bandPart",
          await p.fresh(
            random.pick([
              [m, n],
              [2, m, n],
            ]),
          ),
          random.int(-1, m + random.pick([0, 0, 1])),
          -1,
        ),
      );
    case "gram": {
      const vectors = [await p.fresh([3]), await p.fresh([random.chance(0.2) ? 4 : 3])];
      return p.define(`tf.linalg.gramSchmidt([${vectors.join(", ")}])[1]`);
    }
    default:
      return p.define(call("tf.linalg.gramSchmidt", await p.fresh([m, n])));
  }
};

/** Complex numbers, Fourier transforms, frames and windows. */
export const signals: Family = async (p) => {
  const { random } = p;
  const length = random.int(3, 12);
  const signal = await p.fresh(random.perhaps([length], 0.12));
  const [frame, step] = [random.int(2, 5), random.int(1, 3)];
  switch (random.pick(["frame", "frame", "stft", "window", "fft", "rfft", "irfft", "complex"])) {
    case "frame":
      if (signal.rank !== 1) return undefined;
      return p.define(call("tf.signal.frame", signal, frame, step, random.pick([undefined, true])));
    case "stft":
      if (signal.rank !== 1 || frame > length) return undefined;
      return p.define(call("tf.signal.stft", signal, frame, step, random.pick([undefined, 8])));
    case "window":
      return p.define(call(random.pick(["tf.signal.hannWindow", "tf.signal.hammingWindow"]), length));
    case "fft": {
      const x = random.chance(0.8)
        ? await p.define(call("tf.complex", signal, await p.fresh(random.perhaps(signal.shape, 0.15))))
        : signal;
      if (x.rank === 0) return undefined;
      return p.define(call(random.pick(["tf.fft", "tf.spectral.fft", "tf.ifft"]), x));
    }
    case "rfft":
      return p.define(
        call(
          "tf.spectral.rfft",
          await p.fresh(random.pick([[length], [2, length]])),
          random.pick([undefined, undefined, length + 2]),
        ),
      );
    case "irfft": {
      const x = await p.define(
        call("tf.spectral.rfft", await p.fresh(random.pick([[length], [2, length], [2, 3, length]]))),
      );
      return p.define(call("tf.spectral.irfft", x));
    }
    default: {
      const x = await p.define(call("tf.complex", signal, signal));
      return p.define(call(random.pick(["tf.real", "tf.imag"]), x));
    }
  }
};

/** What is done to images. */
export const images: Family = async (p) => {
  const { random } = p;
  const [n, h, w] = [random.int(1, 3), random.int(2, 6), random.int(2, 6)];
  const to = [random.int(1, 6), random.int(1, 6)];
  const batch = await p.fresh(random.perhaps([n, h, w, 3], 0.15));
  const boxes = () => p.fresh(random.perhaps([n, 4], 0.12));
  switch (
    random.pick([
      "resize",
      "resize",
      "resizeMethod",
      "crop",
      "gray",
      "colour",
      "flip",
      "threshold",
      "transform",
      "suppress",
      "padded",
      "pixels",
    ])
  ) {
    case "resize":
      return p.define(
        call(
          `tf.image.${random.pick(["resizeBilinear", "resizeNearestNeighbor"])}`,
          batch,
          random.chance(0.1) ? [4] : to,
        ),
      );
    case "resizeMethod":
      return p.define(call(`${batch.name}.${random.pick(["resizeBilinear", "resizeNearestNeighbor"])}`, to));
    case "crop":
      return p.define(
        call(
          "tf.image.cropAndResize",
          batch,
          await boxes(),
          new Text(`tf.zeros([${random.chance(0.85) ? n : n + 1}], "int32")`),
          to,
        ),
      );
    case "gray":
      return p.define(call("tf.image.rgbToGrayscale", batch));
    case "colour":
      return p.define(call("tf.image.grayscaleToRGB", await p.fresh(random.perhaps([h, w, 1], 0.2))));
    case "flip":
      return p.define(
        random.chance(0.5) ? call("tf.image.flipLeftRight", batch) : call("tf.image.rotateWithOffset", batch, 0.5),
      );
    case "threshold":
      return p.define(call("tf.image.threshold", await p.fresh(random.perhaps([h, w, 3], 0.15))));
    case "transform":
      return p.define(
        call(
          "tf.image.transform",
          batch,
          await p.fresh(
            random.pick([
              [n, 8],
              [1, 8],
            ]),
          ),
          "nearest",
          "constant",
          0,
          random.pick([undefined, to]),
        ),
      );
    case "suppress":
      return p.define(
        `${call("tf.image.nonMaxSuppression", await boxes(), await p.fresh([random.chance(0.85) ? n : n + 1]), 5)}.sum()`,
      );
    case "padded":
      return p.define(
        `${call("tf.image.nonMaxSuppressionPadded", await boxes(), await p.fresh([n]), 5, 0.5, 0.1, true)}.selectedIndices`,
      );
    default:
      return p.define(
        `tf.browser.fromPixels(${js({ data: new Text(`new Uint8Array(${h * w * 4})`), width: w, height: h })}, ${random.pick([1, 3, 4])})`,
      );
  }
};

/** Indices into tensors, and what is put there. */
export const indices: Family = async (p) => {
  const { random } = p;
  const shape = [random.int(2, 5), random.int(1, 4)];
  const count = random.int(1, 3);
  const rows = (depth: number) => p.define(call("tf.zeros", [count, depth], random.chance(0.92) ? "int32" : "float32"));
  switch (
    random.pick([
      "scatter",
      "scatter",
      "update",
      "dense",
      "gatherND",
      "bincount",
      "denseBincount",
      "segment",
      "search",
      "where",
      "mask",
      "topk",
      "setdiff",
      "confusion",
    ])
  ) {
    case "scatter":
      return p.define(
        call("tf.scatterND", await rows(1), await p.fresh(random.perhaps([count, shape[1] ?? 1], 0.2)), shape),
      );
    case "update":
      return p.define(
        call(
          "tf.tensorScatterUpdate",
          await p.fresh(shape),
          await rows(2),
          await p.fresh(random.perhaps([count], 0.2)),
        ),
      );
    case "dense":
      return p.define(
        call(
          "tf.sparseToDense",
          await rows(2),
          await p.fresh(random.perhaps([count], 0.2)),
          random.chance(0.85) ? shape : [4],
        ),
      );
    case "gatherND":
      return p.define(call("tf.gatherND", await p.fresh(shape), await rows(random.int(1, 2))));
    case "bincount":
      return p.define(
        call(
          "tf.bincount",
          await p.fresh([count], random.chance(0.85) ? "int32" : "float32"),
          await p.fresh(random.perhaps([count], 0.2)),
          4,
        ),
      );
    case "denseBincount":
      return p.define(call("tf.denseBincount", await p.fresh([2, count], "int32"), new Text("[]"), 4));
    case "segment":
      return p.op("unsortedSegmentSum", [
        await p.fresh(shape),
        await p.fresh([random.chance(0.8) ? (shape[0] ?? 1) : (shape[0] ?? 1) + 1], "int32"),
        3,
      ]);
    case "search":
      return p.define(
        call(
          `tf.${random.pick(["searchSorted", "lowerBound", "upperBound"])}`,
          await p.fresh([2, 5]),
          await p.fresh([random.chance(0.8) ? 2 : 3, 4]),
        ),
      );
    case "where":
      return p.define(`(await tf.whereAsync(${(await p.fresh(shape, "bool")).name})).sum(0)`);
    case "mask":
      return p.define(
        `(await tf.booleanMaskAsync(${(await p.fresh(shape)).name}, tf.ones([${shape[0]}], "bool"))).sum(0)`,
      );
    case "topk":
      return p.define(
        `await tf.inTopKAsync(${(await p.fresh(shape)).name}, ${(await p.fresh(random.perhaps([shape[0] ?? 1], 0.2))).name}, 1)`,
      );
    case "setdiff":
      return p.define(
        `(await tf.setdiff1dAsync(${(await p.fresh(random.perhaps([4], 0.2))).name}, tf.tensor1d([7])))[0].sum()`,
      );
    default:
      return p.define(
        call(
          "tf.math.confusionMatrix",
          new Text(`tf.zeros([${count}], "int32")`),
          new Text(`tf.zeros([${count}], "int32")`),
          3,
        ),
      );
  }
};

/** Functions that run functions: tidy, gradients, optimizers. */
export const gradients: Family = async (p) => {
  const { random } = p;
  const shape = random.shape(1, 3);
  const x = await p.fresh(shape);
  switch (random.pick(["grad", "grads", "value", "values", "custom", "tidy", "minimize", "variable"])) {
    case "grad":
      return p.define(`tf.grad((x) => x.square().sum())(${x.name})`);
    case "grads":
      return p.define(
        `tf.grads((a, b) => a.mul(b).sum())([${x.name}, ${(await p.fresh(random.perhaps(shape, 0.2))).name}])[1]`,
      );
    case "value":
      return p.define(`tf.valueAndGrad((x) => x.square())(${x.name}).${random.pick(["value", "grad"])}`);
    case "values":
      return p.define(
        `tf.valueAndGrads((a, b) => a.mul(b))([${x.name}, ${(await p.fresh(shape)).name}]).${random.pick(["value", "grads[0]"])}`,
      );
    case "custom":
      return p.define(
        `tf.customGrad((x, save) => { save([x]); return { value: x.square(), gradFunc: (dy, saved) => [saved[0].mul(dy)] }; })(${x.name})`,
      );
    case "tidy":
      return p.define(
        `tf.tidy(() => { const y = ${x.name}.mul(2); return y.sum(${random.axis(shape.length, 0.1)}); })`,
      );
    case "minimize": {
      const w = await p.define(call("tf.variable", new Text(`tf.zeros(${js([shape.at(-1) ?? 1, 2])})`)));
      const inputs = await p.fresh([4, (shape.at(-1) ?? 1) + (random.chance(0.2) ? 1 : 0)]);
      return p.define(`tf.train.sgd(0.1).minimize(() => ${inputs.name}.matMul(${w.name}).square().mean(), true)`);
    }
    default: {
      const w = await p.define(call("tf.variable", x));
      return p.define(`tf.variableGrads(() => ${w.name}.square().sum()).value`);
    }
  }
};
